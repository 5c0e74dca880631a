/** A database of the version before the appliance is a household's settings: they must be read as they were, and go on. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSnapshot } from '@bauta/config'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Database } from './database.ts'
import { MIGRATIONS, migrate } from './migrate.ts'
import { listRevisions, readRevision, writeRevision } from './revisions.ts'
import { nextRuleId } from './rule-ids.ts'
import { readSettings } from './settings.ts'

const FIRST = '20261120092456_first'
const ROWS = readFileSync(join(import.meta.dirname, 'fixtures/first-version.sql'), 'utf8')

let folder: string
let file: string
let db: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-first-'))
  file = join(folder, 'settings.db')
  const only = join(folder, 'migrations')
  mkdirSync(only)
  cpSync(join(MIGRATIONS, FIRST), join(only, FIRST), { recursive: true })
  migrate(file, only)
  const old = new Sqlite(file)
  old.exec(ROWS)
  old.close()
  migrate(file)
  db = new Database(file)
})
afterEach(async () => {
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

it('is read as it was; what it did not know is the operating system’s affair', async () => {
  const { revision, snapshot } = (await db.read(readSettings))!
  expect(revision).toBe(2)
  const { helpers, offload, shaping, internet, lan, dhcp, dialin, time, access } = defaultSnapshot()
  expect(snapshot).toMatchObject({ helpers, offload, shaping, internet, lan, dhcp, dialin, time, access })
  expect(snapshot).toMatchObject({
    timeouts: { udp: 90 },
    dns: {
      upstreams: ['9.9.9.9'],
      domains: [{ domain: 'corp.example', servers: ['10.1.1.1:5353'] }],
      cacheSize: 500,
      transport: 'plain',
      blocklists: [],
    },
  })
  expect(snapshot.rules.chains[1]!.rules[0]).toMatchObject({ id: 4, comment: 'not this one' })
  expect(await nextRuleId(db.reader)).toBe(5)
})

it('keeps its history, whose states can be restored', async () => {
  expect((await listRevisions(db.reader, null, 9)).map(({ number }) => number)).toEqual([2, 1])
  const first = (await readRevision(db.reader, 1))!.snapshot
  expect(first).toEqual(
    defaultSnapshot([
      { name: 'lan0', role: 'lan' },
      { name: 'wan0', role: 'wan' },
    ]),
  )
  // The rows are the truth: a revision read with the nouns of today compares equal to them.
  expect((await readRevision(db.reader, 2))!.snapshot).toEqual((await db.read(readSettings))!.snapshot)
})

it('takes the next revision, with the nouns that are new', async () => {
  const old = (await db.read(readSettings))!
  const lan = { ...old.snapshot.lan, addressing: 'box' as const }
  const snapshot = { ...old.snapshot, lan }
  await db.write(async (tx) =>
    writeRevision(tx, await readSettings(tx), { author: 'anna', at: new Date(0), noun: 'lan', snapshot }),
  )
  expect(await db.read(readSettings)).toEqual({ revision: 3, snapshot })
})
