import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('packets, openings and expiries allocate nothing over a million operations each', () => {
  const script = fileURLToPath(new URL('./heap-figures.ts', import.meta.url))
  const figures = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }))
  // The method sees 16 bytes an operation; reading the heap's size costs a few hundred bytes a window by itself.
  expect(figures.control.bytesPerWindow).toBeGreaterThan(20_000 * 16)
  expect(figures.established.operations).toBe(1_000_000)
  expect(figures.established.bytesPerWindow).toBeLessThan(2_000)
  expect(figures.opening.opened).toBeGreaterThan(1_000_000)
  expect(figures.opening.expired).toBeGreaterThan(1_000_000)
  expect(figures.opening.bytesPerWindow).toBeLessThan(2_000)
}, 60_000)
