/**
 * Puts itself between the tests and fast-check: every property runs until its time is over, and what it was given is counted.
 * A case is one element of the longest list of a run (a step, a packet, a line, a rule), or the run where there is no list.
 */
import { appendFileSync } from 'node:fs'
import { expect, vi } from 'vitest'

vi.mock('fast-check', async (original) => {
  const real = await original<typeof import('fast-check')>()
  let cases = 0
  const count = (values: unknown[]) => {
    const lengths = values.map((value) => (Array.isArray(value) ? value.length : 0))
    cases += Math.max(1, ...lengths)
  }

  const property = (...given: unknown[]) => {
    const predicate = given.pop() as (...values: unknown[]) => unknown
    const counted = (...values: unknown[]) => {
      count(values)
      return predicate(...values)
    }
    return (real.property as (...all: unknown[]) => unknown)(...given, counted)
  }

  const assert = (one: Parameters<typeof real.assert>[0], parameters = {}) => {
    cases = 0
    const began = performance.now()
    real.assert(one, {
      ...parameters,
      seed: Number(process.env.BAUTA_SOAK_SEED),
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: Number(process.env.BAUTA_SOAK) * 1000,
      markInterruptAsFailure: false,
    })
    const { currentTestName: test, testPath: file } = expect.getState()
    const seconds = (performance.now() - began) / 1000
    appendFileSync(process.env.BAUTA_SOAK_REPORT!, `${JSON.stringify({ file, test, cases, seconds })}\n`)
  }

  const changed = { ...real, property, assert }
  return { ...changed, default: changed }
})
