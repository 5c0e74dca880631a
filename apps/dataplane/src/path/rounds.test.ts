import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rounds } from './rounds.ts'

const PASS = 50

test('each has its turn once in a pass, and an empty list has none', () => {
  const rounds = new Rounds(16, PASS)
  expect([rounds.next(), rounds.last, rounds.due(10)]).toEqual([-1, -1, 0])
  for (const slot of [3, 9, 4]) rounds.add(slot)
  expect([rounds.last, rounds.due(1), rounds.due(PASS), rounds.due(1000)]).toEqual([4, 1, 3, 3])
  expect([rounds.next(), rounds.next(), rounds.next(), rounds.next()].sort()).toEqual([3, 4, 4, 9])
})

const comingAndGoing = fc.record({
  stays: fc.integer({ min: 1, max: 40 }),
  perTick: fc.integer({ min: 0, max: 30 }),
  /** Of what came: whether its turn takes it out, and after how many ticks it goes by itself. */
  leavesAtTurn: fc.boolean(),
  life: fc.integer({ min: 0, max: 20 }),
})

test('whoever stays has a turn in every pass, however many come and go', () => {
  fc.assert(
    fc.property(comingAndGoing, ({ stays, perTick, leavesAtTurn, life }) => {
      const rounds = new Rounds(4096, PASS)
      const seen = new Map<number, number>()
      const guests = new Map<number, number>()
      const free = Array.from({ length: 4096 - stays }, (_, i) => 4095 - i)
      const leave = (slot: number) => {
        rounds.remove(slot)
        guests.delete(slot)
        free.push(slot)
      }
      for (let slot = 0; slot < stays; slot++) {
        rounds.add(slot)
        seen.set(slot, 0)
      }
      for (let now = 1; now < 8 * PASS; now++) {
        for (let i = 0; i < perTick && free.length > 0; i++) {
          const slot = free.pop()!
          rounds.add(slot)
          guests.set(slot, now)
        }
        for (const [slot, since] of [...guests]) if (now - since > life) leave(slot)
        for (let visits = rounds.due(1); visits > 0; visits--) {
          const slot = rounds.next()
          if (slot < 0) break
          if (slot < stays) seen.set(slot, now)
          else if (leavesAtTurn && now > guests.get(slot)!) leave(slot)
        }
        // a pass may have begun when the list was shorter
        expect(now - Math.min(...seen.values())).toBeLessThanOrEqual(2 * PASS)
      }
    }),
    { numRuns: 60, seed: 5 },
  )
})
