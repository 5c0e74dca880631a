import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DOUBLE, SLOT_DOUBLES, tableBytes } from './layout.ts'
import { TableMemory } from './table-memory.ts'
import { ExpiryWheel } from './wheel.ts'

const CAPACITY = 64
const MUCH = 1_000_000

function wheel(start = 0) {
  const memory = new TableMemory(new ArrayBuffer(tableBytes(CAPACITY)), CAPACITY)
  const turning = new ExpiryWheel(memory)
  turning.startAt(start)
  const expiry = (slot: number) => memory.slotsAt / 8 + slot * SLOT_DOUBLES + DOUBLE.expiresAt
  return {
    add(slot: number, at: number) {
      memory.doubles[expiry(slot)] = at
      turning.add(slot)
    },
    /** What a packet does. */
    postpone(slot: number, at: number) {
      memory.doubles[expiry(slot)] = at
      turning.hasten(slot)
    },
    remove: (slot: number) => turning.remove(slot),
    due(now: number, budget = MUCH): number[] {
      turning.begin(budget)
      const slots: number[] = []
      for (let slot = turning.nextDue(now); slot >= 0; slot = turning.nextDue(now)) slots.push(slot)
      return slots.sort((a, b) => a - b)
    },
  }
}

describe('exact to the tick', () => {
  const spans = [
    1, 2, 255, 256, 257, 511, 65_535, 65_536, 65_537, 744_000, 16_777_215, 16_777_216, 86_400_000,
  ]
  it.each(spans.flatMap((span) => [0, 1, 255, 65_535, 123_456_789].map((start) => [span, start])))(
    'after %i ticks from tick %i',
    (span, start) => {
      const { add, due } = wheel(start)
      add(3, start + span)
      expect(due(start)).toEqual([])
      expect(due(start + span - 1)).toEqual([])
      expect(due(start + span)).toEqual([3])
      expect(due(start + span + MUCH)).toEqual([])
    },
  )

  it('after 300 days of uptime, beyond what 32 bits of ticks can count', () => {
    const start = 2 ** 32 + 12_345
    const { add, due } = wheel(start)
    add(1, start + 30_000)
    expect(due(start + 29_999)).toEqual([])
    expect(due(start + 30_000)).toEqual([1])
  })
})

it('never comes late and never early, however deadlines move', () => {
  const step = fc.record({
    slot: fc.nat(CAPACITY - 1),
    action: fc.constantFrom('set', 'set', 'remove', 'wait'),
    span: fc.oneof(fc.nat(300), fc.nat(70_000), fc.nat(20_000_000)),
    budget: fc.oneof(fc.constant(MUCH), fc.nat(3)),
  })
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.array(step, { maxLength: 120 }), (start, steps) => {
      const { add, postpone, remove, due } = wheel(start)
      const model = new Map<number, number>()
      let now = start
      const check = (slots: number[]) => {
        for (const slot of slots) {
          expect(model.get(slot)).toBeLessThanOrEqual(now)
          model.delete(slot)
        }
      }
      for (const { slot, action, span, budget } of steps) {
        if (action === 'wait') {
          now += span
          check(due(now, budget))
          check(due(now))
          for (const at of model.values()) expect(at).toBeGreaterThan(now)
        } else if (action === 'remove') {
          if (model.delete(slot)) remove(slot)
        } else {
          if (model.has(slot)) postpone(slot, now + span + 1)
          else add(slot, now + span + 1)
          model.set(slot, now + span + 1)
        }
      }
    }),
    { numRuns: 300 },
  )
})

it('looks at no more slots than the budget allows, and goes on in the next round', () => {
  const { add, due } = wheel()
  for (let slot = 0; slot < CAPACITY; slot++) add(slot, 70_000)
  let rounds = 0
  const found = new Set<number>()
  while (found.size < CAPACITY && rounds < 1000) {
    const slots = due(70_000, 8)
    expect(slots.length).toBeLessThanOrEqual(8)
    for (const slot of slots) found.add(slot)
    rounds++
  }
  // Three visits each: from level 2 to 1, to 0, and out.
  expect(rounds).toBeLessThanOrEqual((CAPACITY * 3) / 8 + 1)
})

it('visits a busy connection once per timeout, not once per packet', () => {
  const { add, postpone, due } = wheel()
  add(0, 30_000)
  for (let now = 0; now < 300_000; now += 10) {
    postpone(0, now + 30_000)
    expect(due(now, 4)).toEqual([])
  }
  expect(due(329_989)).toEqual([])
  expect(due(329_990)).toEqual([0])
})
