import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDatabase } from '@bauta/db/testing'
import { expect, it } from 'vitest'

function provision(file: string, password: string, ...words: string[]) {
  const env = { ...process.env, BAUTA_DATABASE: file }
  const script = join(import.meta.dirname, 'provision.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    input: `${password}\n`,
    env,
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

it('makes the first administrator, once, and never changes one', async () => {
  await using home = temporaryDatabase()
  const file = join(home.folder, 'new', 'settings.db')
  const good = ['--name', 'admin', '--password-stdin']
  expect(provision(file, 'three unrelated words', ...good)).toEqual({
    status: 0,
    said: 'admin is administrator now\n',
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(provision(file, 'three unrelated words', ...good)).toMatchObject({ status: 0 })
  expect(provision(file, 'quite another one', ...good)).toMatchObject({ status: 1 })
  expect(provision(file, 'three unrelated words')).toMatchObject({ status: 2 })
})

it('holds the password to the same rules as the page', async () => {
  await using home = temporaryDatabase()
  const { status, said } = provision(home.file, 'short', '--password-stdin')
  expect(status).toBe(1)
  expect(said).toContain('at least 10')
})
