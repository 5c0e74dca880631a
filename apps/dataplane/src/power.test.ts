import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { NotOurs, Power, resetFile } from './power.ts'

let folder: string
let restarts: number
const power = (appliance: boolean) => {
  const stateDir = join(folder, 'state')
  mkdirSync(stateDir, { recursive: true })
  const restart = async () => void restarts++
  return {
    stateDir,
    power: new Power({ appliance, stateDir, log: () => undefined, restart, now: () => 1000 }),
  }
}
beforeEach(() => {
  vi.useFakeTimers()
  restarts = 0
  folder = mkdtempSync(join(tmpdir(), 'bauta-power-'))
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

test('an appliance is started again, after the answer has gone out', () => {
  expect(power(true).power.reboot()).toEqual({ at: 2500 })
  expect(restarts).toBe(0)
  vi.advanceTimersByTime(1500)
  expect(restarts).toBe(1)
})

test('a factory reset leaves the wish where the next start finds it', () => {
  const { stateDir, power: box } = power(true)
  box.factoryReset()
  expect(existsSync(join(folder, 'factory-reset'))).toBe(true)
  expect(resetFile(stateDir)).toBe(join(folder, 'factory-reset'))
  vi.advanceTimersByTime(1500)
  expect(restarts).toBe(1)
})

test('a guest refuses both, and nothing happens', () => {
  const { power: box } = power(false)
  expect(() => box.reboot()).toThrow(NotOurs)
  expect(() => box.factoryReset()).toThrow(/guest on this machine/)
  vi.advanceTimersByTime(5000)
  expect(restarts).toBe(0)
  expect(existsSync(join(folder, 'factory-reset'))).toBe(false)
})
