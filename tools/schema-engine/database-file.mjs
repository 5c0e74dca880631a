/** The database as a file: made, dropped, and given the table that remembers migrations. */
import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'

/** @param {string} file */
export function createFile(file) {
  mkdirSync(dirname(file), { recursive: true })
  new Database(file).close()
}

/** @param {string} file */
export function removeFile(file) {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true })
}

/** Prisma's own layout, so that its commands and our runner at service start agree on what is applied. */
export const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
  "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`

/**
 * The WASM engine takes a missing table for an error instead of "no migration yet".
 * @param {string} file
 * @param {boolean} mustBeEmpty refuse a database that has tables but no history
 */
export function ensureMigrationsTable(file, mustBeEmpty) {
  const db = new Database(file)
  try {
    const tables = db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all()
    if (tables.includes('_prisma_migrations')) return
    if (tables.length > 0 && mustBeEmpty)
      throw Object.assign(new Error('The database schema is not empty.'), { code: 'P3005' })
    db.exec(MIGRATIONS_TABLE)
  } finally {
    db.close()
  }
}
