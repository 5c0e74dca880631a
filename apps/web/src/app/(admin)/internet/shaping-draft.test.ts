import type { Shaping } from '@bauta/config'
import { expect, it } from 'vitest'
import { dropShare, heldWords, keepLine, lineIn, mergeShaping, speedOf } from './shaping-draft.ts'

const DSL = { connection: 'DSL', download: 47_500, upload: 9500, link: 'pppoe' } as const
const LTE = { connection: 'LTE', download: 20_000, upload: null, link: 'none' } as const
const BOTH: Shaping = { enabled: true, perMachine: true, lines: [DSL, LTE] }

it('keeps an edit where it belongs; a line without a word goes', () => {
  expect(keepLine(BOTH, { ...LTE, download: 9000 }).lines).toEqual([DSL, { ...LTE, download: 9000 }])
  const more = { ...LTE, connection: 'Modem' }
  expect(keepLine(BOTH, more).lines).toEqual([DSL, LTE, more])
  expect(keepLine(BOTH, { ...LTE, download: null }).lines).toEqual([DSL])
  expect(keepLine({ ...BOTH, lines: [] }, lineIn(BOTH, 'ISDN').line).lines).toEqual([])
})

it('an empty field is no limit, and what is no figure stays as it was typed', () => {
  expect(speedOf(' ' as unknown as number)).toBeNull()
  expect(speedOf(4500)).toBe(4500)
  expect(speedOf('fast' as unknown as number)).toBe('fast')
})

it('two who set the speed of different connections both get theirs', () => {
  const mine = keepLine(BOTH, { ...DSL, upload: 9000 })
  const theirs = keepLine({ ...BOTH, enabled: false }, { ...LTE, download: 1000 })
  expect(mergeShaping(BOTH, mine, theirs)).toEqual({
    enabled: false,
    perMachine: true,
    lines: [
      { ...DSL, upload: 9000 },
      { ...LTE, download: 1000 },
    ],
  })
})

it('tells the figures of a queue', () => {
  const queue = {
    device: 'lan0',
    direction: 'download' as const,
    kbit: 47_500,
    packets: 39_900,
    bytes: 1,
    drops: 100,
    marked: 12,
    waiting: { packets: 14, bytes: 21_196 },
    delay: { average: 3.44, peak: 11.2 },
  }
  expect(heldWords(queue)).toBe('47.5 Mbit/s at lan0')
  expect(dropShare(queue)).toBe('0.3 %')
  expect(dropShare({ ...queue, packets: 0, drops: 0 })).toBeNull()
})
