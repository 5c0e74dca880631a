/** For kill.test.ts: saves without end, and says each number when it is acknowledged. */
import { defaultSnapshot } from '@bauta/config'
import { Database } from './database.ts'
import { writeRevision } from './revisions.ts'
import { readSettings } from './settings.ts'

const db = new Database(process.argv[2]!)
for (;;) {
  const { number } = await db.write(async (tx) => {
    const old = await readSettings(tx)
    const snapshot = old?.snapshot ?? defaultSnapshot([{ name: 'lan0', role: 'lan' }])
    const timeouts = { ...snapshot.timeouts, udp: (snapshot.timeouts.udp % 1000) + 1 }
    const hosts = [{ name: `h${timeouts.udp}`, address: '10.0.0.1' }]
    return writeRevision(tx, old, {
      author: 'saver',
      at: new Date(),
      noun: 'all',
      snapshot: { ...snapshot, timeouts, dns: { ...snapshot.dns, hosts } },
    })
  })
  process.stdout.write(`${number}\n`)
}
