/** What compiling and evaluating cost: time and heap, measured. */
import { memoryUsage } from 'node:process'
import type { Rules } from '@bauta/config'
import { expect, it } from 'vitest'
import { compileChains } from './compile.ts'
import { Evaluator } from './evaluator.ts'
import {
  device,
  INTERFACES,
  LAN0,
  packet,
  ports,
  protocol,
  rule,
  rulesOf,
  to,
  verdict,
  WAN0,
} from './fixtures.ts'
import { HOOK, VERDICT } from './packet-input.ts'

const compile = (rules: Rules) =>
  compileChains(
    rules,
    INTERFACES,
    (id) => id + 3,
    () => 0,
  )

it('takes 2000 rules in well under a second', () => {
  const forward = Array.from({ length: 2000 }, (_, i) =>
    rule(i + 1, { source: to(`10.${i >> 8}.${i & 255}.0/24`), target: verdict('ACCEPT') }),
  )
  const rules = rulesOf({ forward })
  const before = performance.now()
  compile(rules)
  expect(performance.now() - before).toBeLessThan(250)
})

it('allocates nothing per packet', () => {
  const rules = rulesOf({
    forward: [
      rule(1, { source: to('10.0.0.0/8'), target: verdict('DENY') }),
      rule(2, { protocol: protocol(6), target: { chain: 'tcp' } }),
      rule(3, { inInterface: device('@lan'), outInterface: device('@wan'), target: verdict('MASQ') }),
    ],
    tcp: [
      rule(4, { protocol: protocol(6), destinationPorts: ports(25), target: verdict('REJECT') }),
      rule(5, { protocol: protocol(6), tcpFlags: { mask: 22, set: 2, invert: true }, connection: 'new' }),
    ],
  })
  const evaluator = new Evaluator(compile(rules), new Float64Array(20))
  const input = packet()
  let sum = 0
  const round = () => {
    for (let i = 0; i < 20_000; i++) sum += evaluator.evaluate(HOOK.forward, input, LAN0, WAN0, 1 << (i & 1))
  }
  for (let i = 0; i < 20; i++) round()
  const growth: number[] = []
  for (let i = 0; i < 41; i++) {
    const before = memoryUsage().heapUsed
    round()
    growth.push(memoryUsage().heapUsed - before)
  }
  expect(sum).toBe(61 * 20_000 * VERDICT.MASQ)
  // the median, as other work of the process may fall into a few rounds; one object per packet would be 320 KB
  expect(growth.sort((a, b) => a - b)[20]).toBeLessThan(10_000)
})
