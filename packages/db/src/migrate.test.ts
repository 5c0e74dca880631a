import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MIGRATIONS, migrate } from './migrate.ts'

let folder: string
let file: string
let own: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-migrate-'))
  file = join(folder, 'deep', 'settings.db')
  own = join(folder, 'migrations')
  cpSync(MIGRATIONS, own, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const add = (name: string, sql: string) => {
  mkdirSync(join(own, name), { recursive: true })
  writeFileSync(join(own, name, 'migration.sql'), sql)
}
const tables = () => {
  const db = new Database(file)
  const rows = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]
  db.close()
  return rows.map((row) => row.name)
}

it('makes the database and its folder, once', () => {
  expect(migrate(file)).toHaveLength(readdirSync(MIGRATIONS).filter((name) => /^\d/.test(name)).length)
  expect(migrate(file)).toEqual([])
  expect(tables()).toEqual(expect.arrayContaining(['Rule', 'Revision', 'Session', '_prisma_migrations']))
})

it('applies what is new, in order', () => {
  migrate(file, own)
  add('99990101000000_a', 'CREATE TABLE A (x INTEGER);')
  add('99990102000000_b', 'INSERT INTO A VALUES (1);')
  expect(migrate(file, own)).toEqual(['99990101000000_a', '99990102000000_b'])
})

it('leaves nothing of a migration that fails half-way', () => {
  add('99990101000000_bad', 'CREATE TABLE Half (x INTEGER); INSERT INTO Nowhere VALUES (1);')
  expect(() => migrate(file, own)).toThrow(/Nowhere/)
  expect(tables()).not.toContain('Half')
  expect(tables()).toContain('Rule')
})

it('refuses a migration that leaves rows pointing nowhere', () => {
  add('99990101000000_bad', `INSERT INTO DnsDomainServer VALUES ('gone.example', 0, '9.9.9.9');`)
  expect(() => migrate(file, own)).toThrow(/point nowhere/)
})

it('refuses an edited migration and a database from the future', () => {
  add('99990101000000_a', 'CREATE TABLE A (x INTEGER);')
  migrate(file, own)
  add('99990101000000_a', 'CREATE TABLE A (x INTEGER, y INTEGER);')
  expect(() => migrate(file, own)).toThrow(/edited/)
  expect(() => migrate(file)).toThrow(/newer than this software \(99990101000000_a\)/)
})
