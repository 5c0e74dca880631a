import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FAULTS } from '@bauta/packet'
import { expect, test } from 'vitest'
import { DROP, DROP_REASONS, dropReasonsDoc } from './drop-reasons.ts'

test('every reason has one name, a meaning that is a sentence, and its own code', () => {
  const names = DROP_REASONS.map((reason) => reason.name)
  expect(new Set(names).size).toBe(names.length)
  for (const { meaning } of DROP_REASONS.slice(FAULTS.length)) expect(meaning).toMatch(/^[A-Z].*\.$/)
  for (const [name, code] of Object.entries(DROP)) expect(DROP_REASONS[code]!.name).toBe(name)
})

test('docs/drop-reasons.md is up to date', () => {
  const file = join(import.meta.dirname, '../../../docs/drop-reasons.md')
  expect(readFileSync(file, 'utf8'), 'run node apps/dataplane/src/drop-reasons-doc.ts').toBe(dropReasonsDoc())
})
