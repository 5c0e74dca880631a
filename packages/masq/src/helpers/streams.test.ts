import { HELPERS_AT_FIRST } from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bench, standard } from '../testing.ts'
import { type Helper, READS } from './helper.ts'
import { converse } from './simulation.ts'
import { lineEnd, textOf } from './text.ts'

/** What becomes of a line: some stay, some grow, some shrink, some change in place. */
function becomes(line: string): string {
  const number = Number(/^PORT (\d+)/.exec(line)?.[1] ?? -1)
  if (number < 0) return line
  const body = line.slice(0, -2)
  if (number % 3 === 0) return `${'x'.repeat(body.length)}\r\n`
  if (number % 3 === 1) return `${body} and ${'y'.repeat(number % 40)}\r\n`
  return 'z\r\n'
}

const rewriting: Helper = {
  name: 'ftp',
  reads: READS.both,
  read(talk) {
    for (let at = talk.start; at < talk.end; ) {
      const next = lineEnd(talk.bytes, at, talk.end)
      if (next < 0) return talk.hold(at)
      const line = textOf(talk.bytes, at, next)
      const end = talk.end
      if (becomes(line) !== line && !talk.replace(at, line.length, becomes(line))) return
      at = next + talk.end - end
    }
  },
}

const lines = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.nat(200).map((number) => `PORT ${number}\r\n`) },
    fc.string({ maxLength: 30 }).map((text) => `${text.replaceAll(/[^ -~]/g, '.')}\r\n`),
  ),
  { maxLength: 25 },
)

const weather = fc.record({
  seed: fc.integer({ min: 1 }),
  lost: fc.constantFrom(0, 5, 20, 35),
  doubled: fc.constantFrom(0, 10),
  reordered: fc.constantFrom(0, 10, 50),
  mss: fc.constantFrom(3, 17, 60, 536),
  nagle: fc.boolean(),
})

describe('streams that a helper changes', () => {
  test('each end gets the other’s text with the replaced lines, whatever is lost, doubled, cut or reordered on the way', () => {
    fc.assert(
      fc.property(lines, lines, weather, (said, answered, around) => {
        const { masq } = bench(64, { ...standard, helpers: HELPERS_AT_FIRST })
        masq.helpers.substitute(rewriting)
        const outcome = converse(masq, said.join(''), answered.join(''), around)
        expect(outcome).toMatchObject({
          server: said.map(becomes).join(''),
          client: answered.map(becomes).join(''),
          done: true,
        })
      }),
      { numRuns: Number(process.env.BAUTA_RUNS ?? 300) },
    )
  })
})
