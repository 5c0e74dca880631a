/**
 * The calls that the WASM engine cannot answer alone on SQLite: whatever needs a shadow database goes through its `diff`,
 * and files are made and removed here. Every other call is the engine's own.
 */
import { existsSync } from 'node:fs'
import { fileOf } from './arguments.mjs'
import { createFile, removeFile } from './database-file.mjs'

const LOCK = 'provider = "sqlite"\n'

/**
 * @param {(url?: string) => Promise<any>} engine a fresh engine
 * @param {string} url of the database
 * @param {(text: string) => void} print shown by the Prisma CLI
 */
export function ownMethods(engine, url, print) {
  const file = () => fileOf(url)

  /** @returns the SQL from the migrations to the schema, or null when there is nothing to do */
  async function pending({ migrationsList, schema, filters }) {
    const lockfile = { ...migrationsList.lockfile, content: migrationsList.lockfile?.content ?? LOCK }
    const result = await (await engine()).diff({
      from: { tag: 'migrations', ...migrationsList, lockfile },
      to: { tag: 'schemaDatamodel', ...schema },
      script: true,
      exitCode: true,
      filters,
      shadowDatabaseUrl: null,
    })
    return result.exitCode === 2 ? result.stdout : null
  }

  return {
    async diff(request) {
      const other = [request.from, request.to].find((target) => target?.tag === 'url')?.url
      const result = await (await engine(other)).diff(request)
      if (result.stdout != null) print(result.stdout)
      return { exitCode: result.exitCode, stdout: null }
    },
    async dbExecute(request) {
      return (await engine(request.datasourceType?.url)).dbExecute(request)
    },
    async getDatabaseVersion() {
      return (await engine()).version()
    },
    async createDatabase() {
      createFile(file())
      return { databaseName: file() }
    },
    async ensureConnectionValidity() {
      if (!existsSync(file()))
        throw Object.assign(new Error(`Database ${file()} does not exist`), { code: 'P1003' })
    },
    async reset() {
      removeFile(file())
      createFile(file())
    },
    async evaluateDataLoss(request) {
      return {
        migrationSteps: (await pending(request)) === null ? 0 : 1,
        unexecutableSteps: [],
        warnings: [],
      }
    },
    async createMigration(request) {
      const sql = await pending(request)
      const empty = request.draft ? '-- This is an empty migration.\n' : null
      return {
        connectorType: 'sqlite',
        extension: 'sql',
        generatedMigrationName: migrationName(request.migrationName),
        migrationScript: sql === null ? empty : `${warnings(sql)}${sql}`,
      }
    },
  }
}

function migrationName(name) {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const slug = name?.replace(/[^A-Za-z0-9]+/g, '_').toLowerCase()
  return slug ? `${stamp}_${slug}` : stamp
}

/** Losses of data, as comments at the head of the file: there is no terminal to ask. */
function warnings(sql) {
  const rebuilt = new Set([...sql.matchAll(/ALTER TABLE "new_(\w+)" RENAME TO/g)].map((found) => found[1]))
  const dropped = [...sql.matchAll(/DROP TABLE "(\w+)"/g)].map((found) => found[1])
  const columns = [...sql.matchAll(/ALTER TABLE "(\w+)" DROP COLUMN/g)].map((found) => found[1])
  return [
    ...dropped
      .filter((table) => !rebuilt.has(table))
      .map((table) => `table ${table} is dropped with its rows`),
    ...[...rebuilt].map((table) => `table ${table} is rebuilt: check that no column is lost`),
    ...columns.map((table) => `a column of ${table} is dropped`),
  ]
    .map((line) => `-- Warning: ${line}\n`)
    .join('')
}
