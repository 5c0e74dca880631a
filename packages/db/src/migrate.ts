/// <reference path="./better-sqlite3.d.ts" />
/**
 * Applies prisma/migrations at service start, without the Prisma CLI.
 *
 * Keeps Prisma's own bookkeeping table (name and SHA-256 of each file), so that both agree on what is applied. A database
 * that knows a migration this software does not is from a newer version: it is left alone, with a clear error. So is one
 * whose migration was edited after it ran. Each migration is one transaction; a failed one leaves nothing behind.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'

export const MIGRATIONS = join(import.meta.dirname, '../../../prisma/migrations')

const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
  "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`

/**
 * @param file the database; made, with its folder, where it does not exist
 * @returns names of the migrations applied now, in order
 */
export function migrate(file: string, folder = MIGRATIONS): string[] {
  mkdirSync(dirname(file), { recursive: true })
  const db = new Database(file, { timeout: 5000 })
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    // Ignored inside a transaction, and the rebuilding of a table needs it off; every migration is checked instead.
    db.pragma('foreign_keys = OFF')
    db.exec(BOOKKEEPING)
    const names = readdirSync(folder)
      .filter((name) => existsSync(join(folder, name, 'migration.sql')))
      .sort()
    const done = appliedMigrations(db)
    const unknown = [...done.keys()].filter((name) => !names.includes(name))
    if (unknown.length > 0)
      throw new Error(
        `the database ${file} is newer than this software (${unknown.join(', ')}); start the newer version, or restore an older copy`,
      )
    return names.filter((name) => applyOne(db, name, join(folder, name, 'migration.sql'), done.get(name)))
  } finally {
    db.close()
  }
}

function appliedMigrations(db: Database): Map<string, string> {
  const rows = db
    .prepare(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    )
    .all() as { name: string; checksum: string }[]
  return new Map(rows.map((row) => [row.name, row.checksum]))
}

/** @returns whether it had to be applied */
function applyOne(db: Database, name: string, path: string, known: string | undefined): boolean {
  const sql = readFileSync(path, 'utf8')
  const checksum = createHash('sha256').update(sql).digest('hex')
  if (known === checksum) return false
  if (known !== undefined) throw new Error(`migration ${name} was edited after it was applied`)
  const startedAt = new Date().toISOString()
  db.transaction(() => {
    db.exec(sql)
    if ((db.pragma('foreign_key_check') as unknown[]).length > 0)
      throw new Error(`migration ${name} would leave rows that point nowhere; nothing was changed`)
    db.prepare(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)',
    ).run(randomUUID(), checksum, name, startedAt, new Date().toISOString())
  }).immediate()
  return true
}
