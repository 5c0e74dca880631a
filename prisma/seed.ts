/**
 * A believable home to develop with: `npx prisma db seed`, or `node prisma/seed.ts FILE`.
 * Fills a database that has no settings yet, and leaves any other alone.
 */
import { anyRule, defaultSnapshot, type Snapshot, snapshotSchema } from '@bauta/config'
import { Database, migrate, readSettings, writeRevision } from '@bauta/db'

function believableHome(): Snapshot {
  const home = defaultSnapshot([
    { name: 'lan0', role: 'lan' },
    { name: 'wan0', role: 'wan' },
  ])
  const forward = home.rules.chains[1]!
  forward.rules.unshift({
    ...anyRule(4),
    comment: 'the television does not phone home',
    source: { network: '192.168.77.20', invert: false },
    destination: { network: '93.184.216.77', invert: false },
    target: { verdict: 'DENY' },
  })
  home.dns.upstreams = ['9.9.9.9', '149.112.112.112']
  home.dns.domains = [{ domain: 'office.example', servers: ['10.20.0.53'] }]
  home.dns.hosts = [
    { name: 'bauta', address: '192.168.77.1' },
    { name: 'printer', address: '192.168.77.30' },
  ]
  return snapshotSchema.parse(home)
}

const file = process.argv[2] ?? (process.env.DATABASE_URL ?? 'file:./dev.db').replace(/^file:/, '')
migrate(file)
const db = new Database(file)
const filled = await db.write(async (transaction) => {
  if (await readSettings(transaction)) return false
  await writeRevision(transaction, null, {
    author: 'seed',
    at: new Date(),
    noun: 'all',
    snapshot: believableHome(),
    title: 'A believable home',
  })
  return true
})
await db.close()
process.stdout.write(filled ? `${file}: filled\n` : `${file}: has settings already, left alone\n`)
