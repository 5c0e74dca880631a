/**
 * The last step of `./bauta test`: do the documents say what the tests gave? `node e2e/architecture/proofs/main.ts RESULTS.json…`, where the
 * files are what the JSON reporters of vitest and Playwright wrote.
 *
 * docs/rfc-compliance.md and e2e/rfc/results.json are written anew from the results; when that changed them, they were stale, and
 * the step fails. Of docs/capabilities.md every test that is named must have run and passed. Of files that were not part of
 * this run nothing new is known: they keep the state they have.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROWS } from '../../rfc/rows.ts'
import { key, type Results, rfcDocument } from '../../rfc/table.ts'
import { capabilityRows } from './capability-rows.ts'
import { Outcomes } from './outcomes.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const files = process.argv.slice(2)
if (files.length === 0) throw new Error('no results: name the files that the JSON reporters wrote')
const outcomes = Outcomes.read(files, ROOT)

/** @returns whether the file was as it should be */
function write(file: string, text: string): boolean {
  const at = path.join(ROOT, file)
  if (readFileSync(at, 'utf8') === text) return true
  writeFileSync(at, text)
  console.log(`${file} was stale; it is written anew: read the difference and commit it`)
  return false
}

function checkRfcTable(): boolean {
  const before: Results = JSON.parse(readFileSync(path.join(ROOT, 'e2e/rfc/results.json'), 'utf8'))
  const results: Results = Object.fromEntries(
    ROWS.flatMap(({ proofs }) => proofs).map((proof) => {
      const known = before[key(proof)] ?? 'not run'
      return [key(proof), outcomes.has(proof.file) ? outcomes.of(proof) : known]
    }),
  )
  const fresh = [
    write('e2e/rfc/results.json', `${JSON.stringify(results, null, 2)}\n`),
    write('docs/rfc-compliance.md', rfcDocument(ROWS, results)),
  ]
  return fresh.every(Boolean)
}

function checkCapabilities(): boolean {
  const proofs = capabilityRows(ROOT).flatMap(({ number, proofs: of }) =>
    of.map((proof) => ({ number, ...proof })),
  )
  const judged = proofs.filter(({ file }) => outcomes.has(file))
  const wrong = judged.filter((proof) => outcomes.of(proof) !== 'passed')
  for (const { number, ...proof } of wrong)
    console.log(`docs/capabilities.md, row ${number}: ${key(proof)}: ${outcomes.of(proof)}`)
  console.log(
    `docs/capabilities.md: ${judged.length - wrong.length} of ${proofs.length} proofs ran and passed; of ${proofs.length - judged.length} the file was no part of this run`,
  )
  return wrong.length === 0
}

const right = [checkRfcTable(), checkCapabilities()]
process.exitCode = right.every(Boolean) ? 0 : 1
