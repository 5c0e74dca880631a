/// <reference path="./better-sqlite3.d.ts" />
/**
 * A damaged database must not keep the page away for ever.
 *
 * Looked at before every start of the service, while nobody has it open. What SQLite finds damaged is renamed, never
 * deleted, and a fresh database takes its place. The settings are not lost with it: the dataplane runs on its own
 * snapshot, which becomes revision 1. Administrators are carried over as far as they can be read; where none can, the
 * box is nobody's again, as a new one is, to be claimed from the LAN.
 */
import { existsSync, renameSync } from 'node:fs'
import Database from 'better-sqlite3'
import { migrate } from './migrate.ts'

const COLUMNS = ['name', 'passwordHash', 'createdAt', 'passwordChangedAt']
/** SQLite's own files beside a database. */
const COMPANIONS = ['', '-wal', '-shm']

/** @returns what was found and done, in words; null for a sound database, or none */
export function setAsideIfDamaged(file: string, now = new Date()): string | null {
  const damage = existsSync(file) ? damageOf(file) : null
  if (damage === null) return null
  const aside = `${file}.damaged-${now.toISOString().replaceAll(':', '')}`
  for (const end of COMPANIONS) if (existsSync(file + end)) renameSync(file + end, aside + end)
  const administrators = administratorsIn(aside)
  migrate(file)
  carryOver(file, administrators)
  const along = administrators.length === 1 ? '1 administrator' : `${administrators.length} administrators`
  return `the database ${file} is damaged (${damage}); it is kept as ${aside}, and a fresh one begins with what the box runs on; ${along} went along`
}

/** @returns what is wrong, or null; a database that somebody else holds counts as sound */
function damageOf(file: string): string | null {
  const db = new Database(file, { timeout: 5000 })
  try {
    const [found] = db.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[]
    return found?.quick_check === 'ok' ? null : (found?.quick_check ?? 'it cannot be checked')
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string }
    if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return message
    return null
  } finally {
    db.close()
  }
}

function administratorsIn(file: string): unknown[] {
  const db = new Database(file, { timeout: 5000 })
  try {
    return db.prepare(`SELECT ${COLUMNS.join()} FROM Administrator NOT INDEXED`).all()
  } catch {
    return []
  } finally {
    db.close()
  }
}

function carryOver(file: string, administrators: unknown[]): void {
  const db = new Database(file, { timeout: 5000 })
  try {
    const insert = db.prepare(
      `INSERT INTO Administrator (${COLUMNS.join()}) VALUES (${COLUMNS.map((name) => `@${name}`).join()})`,
    )
    for (const row of administrators) insert.run(row)
  } finally {
    db.close()
  }
}
