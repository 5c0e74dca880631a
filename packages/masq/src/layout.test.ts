import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import * as layout from './layout.ts'

/** By version: a fingerprint of all offsets and sizes. */
const FINGERPRINTS: Readonly<Record<number, string>> = {
  2: '58c94b7c73ef1441',
}

it('has one form for every version: whoever moves a field raises LAYOUT_VERSION, and enters the new one here', () => {
  const { LAYOUT_VERSION, ...rest } = layout
  const form = Object.entries(rest).filter(([, value]) => typeof value !== 'function')
  expect(form.length).toBeGreaterThan(20)
  const text = JSON.stringify(form.sort(([a], [b]) => (a < b ? -1 : 1)))
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16)
  expect(FINGERPRINTS[LAYOUT_VERSION]).toBe(fingerprint)
})
