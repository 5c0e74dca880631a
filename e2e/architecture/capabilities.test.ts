/** docs/capabilities.md held against the tests: what is said to work names tests that exist. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { capabilityRows } from './proofs/capability-rows.ts'
import { ROOT } from './sources.ts'

const ROWS = 130

const rows = capabilityRows(ROOT)

it('has every row once, in order', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: ROWS }, (_, i) => i + 1))
  expect(rows.filter(({ state }) => !['works', 'part', 'later'].includes(state))).toEqual([])
})

it('names a test for everything that works, and none that does not exist', () => {
  const unproven = rows.filter(({ state, proofs }) => state !== 'later' && proofs.length === 0)
  expect(unproven).toEqual([])
  const missing = rows.flatMap(({ number, proofs }) =>
    proofs
      .filter(({ file, title }) => !isTest(file, title))
      .map(({ file, title }) => `${number}: ${file} › ${title}`),
  )
  expect(missing).toEqual([])
})

/** Titles stand in the source as they are, between quotes of whatever kind. */
function isTest(file: string, title: string): boolean {
  const full = path.join(ROOT, file)
  if (!/\.(test|spec)\.tsx?$/.test(file) || !existsSync(full)) return false
  const text = readFileSync(full, 'utf8')
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`))
}
