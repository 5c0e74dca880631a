import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('a million packets through the whole path leave no garbage', () => {
  const flags = ['--min-semi-space-size=256', '--max-semi-space-size=256']
  const script = join(import.meta.dirname, 'heap-figures.ts')
  const figures = JSON.parse(execFileSync(process.execPath, [...flags, script], { encoding: 'utf8' }))
  expect(figures.packets).toBe(1_000_000)
  expect(figures.written).toBeGreaterThan(700_000)
  expect(figures.control).toBeGreaterThan(figures.packets * 8)
  // Less than half a byte a packet: nothing is made per packet.
  expect(figures.bytes).toBeLessThan(500_000)
}, 60_000)
