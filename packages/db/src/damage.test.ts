import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { defaultSnapshot } from '@bauta/config'
import SQLite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { setAsideIfDamaged } from './damage.ts'
import { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { writeRevision } from './revisions.ts'
import { readSettings } from './settings.ts'
import { type TemporaryDatabase, temporaryDatabase } from './testing.ts'

const PAGE = 4096
const at = new Date('2026-11-20T10:00:00Z')

/** A box that has an administrator and settings, its process ended. */
async function livedIn(): Promise<TemporaryDatabase> {
  const home = temporaryDatabase()
  await home.db.write(async (tx) => {
    await tx.administrator.create({
      data: { name: 'anna', passwordHash: '$argon2id$…', createdAt: at, passwordChangedAt: at },
    })
    const snapshot = defaultSnapshot([{ name: 'lan0', role: 'lan' }])
    await writeRevision(tx, null, { author: 'anna', at, noun: 'all', snapshot })
  })
  await home.db.close()
  return home
}
const aside = ({ folder }: TemporaryDatabase) =>
  readdirSync(folder).filter((name) => name.includes('damaged'))

it('a sound database is left alone, and so is one that does not exist yet', async () => {
  await using home = await livedIn()
  const before = readFileSync(home.file)
  expect(setAsideIfDamaged(home.file, at)).toBeNull()
  expect(readFileSync(home.file)).toEqual(before)
  rmSync(home.file)
  expect(setAsideIfDamaged(home.file, at)).toBeNull()
  expect(readdirSync(home.folder)).toEqual([])
})

it.each([
  ['something else', () => Buffer.from('no database at all '.repeat(99))],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, 20_000)],
  ['without a beginning', (bytes: Buffer) => Buffer.from(bytes).fill(0, 0, 100)],
])('a file that is %s is kept aside, and a fresh one takes its place', async (_, damage) => {
  await using home = await livedIn()
  const damaged = damage(readFileSync(home.file))
  writeFileSync(home.file, damaged)
  expect(setAsideIfDamaged(home.file, at)).toMatch(/is damaged .*kept as .*settings\.db\.damaged-2026/)
  expect(readFileSync(`${home.folder}/${aside(home)[0]}`)).toEqual(damaged)
  const fresh = new Database(home.file)
  expect(await fresh.reader.revision.count()).toBe(0)
  await fresh.close()
})

it('administrators who can still be read go along: nobody else may claim the box', async () => {
  await using home = await livedIn()
  const sqlite = new SQLite(home.file)
  const [table] = sqlite.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'Revision'").all()
  sqlite.close()
  const end = (table as { rootpage: number }).rootpage * PAGE
  writeFileSync(home.file, readFileSync(home.file).fill(0xff, end - PAGE, end))
  expect(setAsideIfDamaged(home.file, at)).toMatch(/1 administrator went along/)
  const fresh = new Database(home.file)
  expect(await fresh.reader.administrator.findMany()).toMatchObject([
    { name: 'anna', passwordHash: '$argon2id$…', createdAt: at },
  ])
  await fresh.close()
})

it('rows that make no sense are read from the newest revision instead', async () => {
  await using home = await livedIn()
  const db = new Database(home.file)
  const before = await db.read(readSettings)
  await db.write(async (tx) => {
    await tx.$executeRawUnsafe('UPDATE Timeouts SET udp = -5')
    await tx.$executeRawUnsafe("UPDATE Dns SET enabled = 'perhaps'")
  })
  expect(await db.read(readSettings)).toEqual(before)
  await db.close()
})

it('a database that another program holds is not damaged', async () => {
  await using home = await livedIn()
  const db = new Database(home.file)
  await db.write(async () => {
    expect(setAsideIfDamaged(home.file, at)).toBeNull()
  })
  await db.close()
  expect(migrate(home.file)).toEqual([])
})
