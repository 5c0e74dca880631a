/** docs/rfc-compliance.md held against the rows, the tests that they name, and what those tests gave. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { ROWS } from '../rfc/rows.ts'
import { rfcDocument, stateOf } from '../rfc/table.ts'
import { ROOT } from './sources.ts'

const MUSTS = 24
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const results = JSON.parse(read('e2e/rfc/results.json'))

it('has every row once, and 24 that are a MUST', () => {
  expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length)
  expect(ROWS.filter(({ level }) => level === 'MUST')).toHaveLength(MUSTS)
})

it('names a test for every MUST, and says of every row without one what is open', () => {
  const bare = ROWS.filter(
    ({ level, proofs, open }) => proofs.length === 0 && (level === 'MUST' || open === undefined),
  )
  expect(bare.map(({ id }) => id)).toEqual([])
})

it('names no test that does not exist', () => {
  const missing = ROWS.flatMap(({ proofs }) => proofs).filter(({ file, title }) => {
    if (!existsSync(path.join(ROOT, file))) return true
    const text = read(file)
    return !["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`))
  })
  expect(missing).toEqual([])
})

it('is what rows and results give, and no named test failed or was left out', () => {
  expect(read('docs/rfc-compliance.md')).toBe(rfcDocument(ROWS, results))
  expect(ROWS.filter((row) => ['failed', 'not run'].includes(stateOf(row, results)))).toEqual([])
})
