/**
 * The WASM build of Prisma's schema engine over a better-sqlite3 connection.
 *
 * One engine object serves one call: it gives its shadow-database factory away at first use. Connections that it opens
 * are remembered here and closed after the call.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import { fileOf } from './arguments.mjs'

const MULTI_STATEMENT = /more than one statement|contains no statements/
const opened = new Set()
let errors

/** Loads and starts the module; once per process. */
export async function loadEngine() {
  const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const module = await WebAssembly.instantiate(readFileSync(script.replace(/\.js$/, '.wasm')), {
    './schema_engine_bg.js': glue,
  })
  glue.__wbg_set_wasm(module.instance.exports)
  module.instance.exports.__wbindgen_start()
}

/**
 * @param {readonly string[]} models schema files
 * @param {string} url of the database; `:memory:` where none is needed
 */
export function newEngine(models, url) {
  const base = new PrismaBetterSqlite3({ url: url === ':memory:' ? url : `file:${fileOf(url)}` })
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: base.provider,
    adapterName: base.adapterName,
    connect: async () => remember(await base.connect()),
    connectToShadowDb: async () => remember(await base.connectToShadowDb()),
  })
  errors = factory.errorRegistry
  const datamodels = models.length > 0 ? models.map((path) => [path, readFileSync(path, 'utf8')]) : undefined
  return glue.SchemaEngine.new({ datamodels }, () => {}, factory)
}

/** The engine replays whole migration files through executeRaw, but prepare() takes a single statement. */
function remember(adapter) {
  opened.add(adapter)
  const single = adapter.executeRaw.bind(adapter)
  adapter.executeRaw = async (query) => {
    try {
      return await single(query)
    } catch (error) {
      const text = `${error.message} ${error.cause?.message} ${error.cause?.originalMessage}`
      if (query.args.length > 0 || !MULTI_STATEMENT.test(text)) throw error
      await adapter.executeScript(query.sql)
      return 0
    }
  }
  return adapter
}

export async function closeConnections() {
  for (const adapter of opened) await adapter.dispose().catch(() => {})
  opened.clear()
}

/** The engine reports errors of the driver as a number; this looks the words up. */
export function messageOf(error) {
  return String(error?.message ?? error).replace(
    /External error id#(\d+)/,
    (whole, id) => errors?.consumeError(Number(id))?.error?.message ?? whole,
  )
}
