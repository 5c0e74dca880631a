import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Result {
  bytes: number
  nanoseconds: number
}

/** Far below one byte for each call, far above what the measurement itself leaves behind. */
const NOTHING = 100_000

/** In a process of its own: the test runner rewrites imports in a way that hinders the optimizer. */
function measure(): { calls: number; results: Record<string, Result> } {
  const flags = ['--min-semi-space-size=256', '--max-semi-space-size=256']
  const script = join(import.meta.dirname, 'allocation.probe.ts')
  return JSON.parse(execFileSync(process.execPath, [...flags, script], { encoding: 'utf8' }))
}

test('parsing and rewriting a million packets of each kind allocates nothing', () => {
  const { calls, results } = measure()
  const { control, ...cases } = results
  expect(control!.bytes).toBeGreaterThan(calls * 8)
  for (const [name, { bytes }] of Object.entries(cases)) expect(bytes, name).toBeLessThan(NOTHING)
  // 0.26 us on the machine this was written on; the limit leaves room for a slow or busy one.
  expect(cases.sum1500!.nanoseconds).toBeLessThan(1000)
}, 60_000)
