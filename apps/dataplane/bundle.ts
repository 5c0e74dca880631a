/**
 * The dataplane as a few files in `dist`, made of some three hundred: of a start's time finding and reading modules one by one is the
 * greater part, and until a packet thread has started new connections wait. Names and line structure stay, so that a stack trace can be read;
 * `#region` comments in the bundle name the source.
 *
 * koffi stays outside, it is native. Nothing is written where nothing has changed, so that whoever runs from there is left alone.
 */

import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { rolldown } from 'rolldown'
import { BUILD_ID, ENTRIES } from './src/here.ts'

const SOURCES = path.join(import.meta.dirname, 'src')
const DIST = path.join(import.meta.dirname, 'dist')

/** @returns the folder with the entries, which is up to date then */
export async function bundleDataplane(): Promise<string> {
  const made = await bundled()
  if (!isThere(made)) replace(made)
  return DIST
}

/** @returns texts by their names in `dist` */
async function bundled(): Promise<Map<string, string>> {
  const bundle = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, path.join(SOURCES, `${name}.ts`)])),
    platform: 'node',
    external: ['koffi'],
    logLevel: 'warn',
  })
  try {
    const { output } = await bundle.generate({
      format: 'cjs',
      entryFileNames: '[name].cjs',
      // Beside main.js, because here.ts is in one of them.
      chunkFileNames: '[name]-[hash].cjs',
    })
    const files = output.flatMap((part) =>
      part.type === 'chunk' ? [[part.fileName, part.code] as const] : [],
    )
    const sum = createHash('sha256').update(JSON.stringify(files)).digest('hex')
    return new Map([...files, [BUILD_ID, sum]])
  } finally {
    await bundle.close()
  }
}

function isThere(made: Map<string, string>): boolean {
  const there = globSync('**/*', { cwd: DIST, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(DIST, path.join(entry.parentPath, entry.name)))
  return (
    there.length === made.size &&
    there.every((name) => made.get(name) === readFileSync(path.join(DIST, name), 'utf8'))
  )
}

/** As a whole, so that nobody meets half of it. */
function replace(made: Map<string, string>): void {
  const [fresh, old] = [`${DIST}.new-${process.pid}`, `${DIST}.old-${process.pid}`]
  for (const [name, code] of made) {
    mkdirSync(path.dirname(path.join(fresh, name)), { recursive: true })
    writeFileSync(path.join(fresh, name), code)
  }
  if (existsSync(DIST)) renameSync(DIST, old)
  renameSync(fresh, DIST)
  rmSync(old, { recursive: true, force: true })
}

if (import.meta.main) await bundleDataplane()
