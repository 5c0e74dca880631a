import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { bundleDataplane } from './bundle.ts'
import { BUILD_ID, ENTRIES } from './src/here.ts'

let dist: string
beforeAll(async () => {
  dist = await bundleDataplane()
})

/** The texts of a file and of all that it reads before it begins: chunks that it imports when it runs are not among them. */
function readFirst(name: string, known = new Map<string, string>()): Map<string, string> {
  if (known.has(name)) return known
  const text = readFileSync(path.join(dist, name), 'utf8')
  known.set(name, text)
  for (const [, chunk] of text.matchAll(/^(?:const \S+ = )?require\("(\.[^"]+)"\)/gm))
    readFirst(path.join(path.dirname(name), chunk!), known)
  return known
}
/** The chunk that is made of this module and that others import when they run. */
const chunkOf = (importer: string, module: string): string =>
  new RegExp(`require\\("\\./(${module}-[^"]+)"\\)`).exec(
    readFileSync(path.join(dist, importer), 'utf8'),
  )![1]!

test('has what is started by its file', () => {
  for (const name of ENTRIES) expect(statSync(path.join(dist, `${name}.cjs`)).size).toBeGreaterThan(500)
})

test('what packets wait for at a start reads no schemas', () => {
  const thread = readFirst(chunkOf('packet-thread-main.cjs', 'packet-thread'))
  const early = readFirst(chunkOf('main.cjs', 'go-on'))
  const late = readFirst(chunkOf('main.cjs', 'run'))
  const schemas = (chunks: Map<string, string>) => [...chunks.values()].some((text) => text.includes('/zod/'))
  expect([thread, early, late].map(schemas)).toEqual([false, false, true])
  expect(early.size).toBeGreaterThan(1)
})

test('is left alone where nothing has changed', async () => {
  const before = statSync(path.join(dist, BUILD_ID), { bigint: true })
  expect(readFileSync(path.join(dist, BUILD_ID), 'utf8')).toMatch(/^[0-9a-f]{64}$/)
  await bundleDataplane()
  const { ino, mtimeNs } = statSync(path.join(dist, BUILD_ID), { bigint: true })
  expect([ino, mtimeNs]).toEqual([before.ino, before.mtimeNs])
})
