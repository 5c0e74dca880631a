/**
 * Makes the first administrator without a browser, for the lab and for images:
 *
 *   node src/provision.ts --name admin --password-stdin < file
 *
 * Works on the database (BAUTA_DATABASE) itself, also while the web process runs. Saying the same again is no error;
 * an administrator who exists is never changed.
 */
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { Database, migrate } from '@bauta/db'
import { Accounts } from './server/accounts.ts'
import { readEnvironment } from './server/environment.ts'
import { verifyPassword } from './server/password.ts'
import { Problem } from './server/problem.ts'
import { LoginLimit } from './server/rate-limit.ts'
import { Sessions } from './server/session.ts'

process.umask(0o077)
const { values } = parseArgs({
  options: { name: { type: 'string', default: 'admin' }, 'password-stdin': { type: 'boolean' } },
})
if (!values['password-stdin'])
  fail(
    'give the password on standard input and say --password-stdin, so that it shows in no list of processes',
    2,
  )

const password = (await text(process.stdin)).replace(/\r?\n$/, '')
const { database } = readEnvironment(process.env)
migrate(database)
const db = new Database(database)
const accounts = new Accounts(db, new Sessions(db, Date.now), new LoginLimit(db, Date.now), Date.now)
try {
  const existing = await db.reader.administrator.findUnique({ where: { name: values.name } })
  if (existing && (await verifyPassword(password, existing.passwordHash))) {
    process.stdout.write(`${values.name} is administrator already\n`)
  } else {
    await accounts.claim({ name: values.name, password })
    process.stdout.write(`${values.name} is administrator now\n`)
  }
} catch (error) {
  if (!(error instanceof Problem)) throw error
  fail(error.message, 1)
} finally {
  await db.close()
}

function fail(message: string, code: number): never {
  process.stderr.write(`provision: ${message}\n`)
  process.exit(code)
}
