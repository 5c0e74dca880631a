/**
 * Writes docs/rfc-compliance.md: `node e2e/rfc/rfc-table.ts RESULTS.json…`, where the files are what vitest's JSON reporter wrote
 * of a run of the unit tests and one of the network tests. What the run gave is kept in e2e/rfc/results.json.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROWS } from './rows.ts'
import { key, type Outcome, type Results, rfcDocument } from './table.ts'

const ROOT = path.join(import.meta.dirname, '../..')

interface Run {
  testResults: { name: string; assertionResults: { title: string; status: string }[] }[]
}

const runs = process.argv.slice(2).map((file): Run => JSON.parse(readFileSync(file, 'utf8')))
if (runs.length === 0) throw new Error('no results: name the files that vitest --reporter=json wrote')

const tests = runs
  .flatMap(({ testResults }) => testResults)
  .flatMap(({ name, assertionResults }) =>
    assertionResults.map((one) => ({ ...one, file: path.relative(ROOT, name) })),
  )

/** A title with places for values stands for every test it became: one that failed fails it. */
function outcomeOf(file: string, title: string): Outcome {
  const literal = title.split(/%[sd]|\$\w+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const fits = new RegExp(`^${literal.join('.+')}$`)
  const found = tests.filter((test) => test.file === file && fits.test(test.title))
  if (found.some(({ status }) => status === 'failed')) return 'failed'
  return found.length > 0 && found.every(({ status }) => status === 'passed') ? 'passed' : 'not run'
}

const results: Results = Object.fromEntries(
  ROWS.flatMap(({ proofs }) => proofs).map((proof) => [key(proof), outcomeOf(proof.file, proof.title)]),
)
writeFileSync(path.join(ROOT, 'e2e/rfc/results.json'), `${JSON.stringify(results, null, 2)}\n`)
writeFileSync(path.join(ROOT, 'docs/rfc-compliance.md'), rfcDocument(ROWS, results))
