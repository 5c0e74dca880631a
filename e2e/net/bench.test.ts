/** The bench's own instruments in a lab: each scenario answers all that its rows ask. What the figures are is not looked at here. */
import { expect, it } from 'vitest'
import { labFor } from '../bench/bench-lab.ts'
import { type Effort, QUICK } from '../bench/effort.ts'
import type { Figures, Scenario } from '../bench/scenario.ts'
import { frames } from '../bench/scenarios/frames.ts'
import { latency } from '../bench/scenarios/latency.ts'
import { memory } from '../bench/scenarios/memory.ts'
import { resets } from '../bench/scenarios/resets.ts'
import { udp } from '../bench/scenarios/udp.ts'
import type { Software } from '../lab/record.ts'

const LITTLE: Effort = {
  ...QUICK,
  pings: 20,
  udpSeconds: 0.1,
  connectionsPerTry: 1000,
  halvings: 1,
  exchanges: 1000,
  exchangeSeconds: 10,
  firstPackets: 1000,
}

async function figuresOf(scenario: Scenario, software: Software): Promise<Figures> {
  const lab = await labFor(software, 'auto')
  const found: Figures = {}
  try {
    for await (const some of scenario.measure({ lab, software, effort: LITTLE })) Object.assign(found, some)
  } finally {
    await lab.down()
  }
  return found
}

it.each([
  { scenario: frames, software: 'nftables' },
  { scenario: latency, software: 'bauta' },
  { scenario: udp, software: 'bauta' },
  { scenario: memory, software: 'bauta' },
  { scenario: resets, software: 'forward' },
] as const)('$scenario.name with $software answers every row', { timeout: 180_000 }, async (one) => {
  const found = await figuresOf(one.scenario, one.software)
  expect(Object.keys(found).sort()).toEqual(one.scenario.rows.map(({ key }) => key).sort())
  for (const value of Object.values(found)) expect(value).toBeGreaterThan(0)
})
