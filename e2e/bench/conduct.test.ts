import { expect, it } from 'vitest'
import type { Lab } from '../lab/lab.ts'
import type { Software } from '../lab/record.ts'
import { conduct, type Findings, type Plan } from './conduct.ts'
import { QUICK } from './effort.ts'
import { inTurn } from './in-turn.ts'
import type { Figures, Scenario } from './scenario.ts'

const scenario = (name: string, measure: (software: Software) => AsyncIterable<Figures>): Scenario => ({
  name,
  title: name,
  softwares: ['bauta', 'nftables'],
  rows: [],
  measure: ({ software }) => measure(software),
})

/** Labs that only say when they come and go. */
function plan(scenarios: Scenario[], more: Partial<Plan> = {}) {
  const events: string[] = []
  const findings: Findings = { figures: {}, failures: [] }
  const up = async (software: Software) => {
    events.push(`${software} up`)
    return { down: async () => void events.push(`${software} down`) } as unknown as Lab
  }
  const begun = () => {}
  const complete: Plan = {
    scenarios,
    softwaresOf: ({ softwares }) => softwares,
    runs: 2,
    effort: QUICK,
    up,
    begun,
    signal: new AbortController().signal,
    say: () => {},
    keep: () => {},
    ...more,
  }
  return { plan: complete, findings, events }
}

it('the softwares of a scenario follow each other, and take turns at being first', async () => {
  const good = scenario('good', async function* () {
    yield { a: 1 }
  })
  const { plan: wanted, findings, events } = plan([good, { ...good, name: 'other' }])
  await conduct(wanted, findings)
  expect(events.filter((event) => event.endsWith('up')).map((event) => event.split(' ')[0])).toEqual([
    'bauta',
    'nftables',
    'nftables',
    'bauta',
    'nftables',
    'bauta',
    'bauta',
    'nftables',
  ])
  expect(findings.figures.good).toEqual({ bauta: [{ a: 1 }, { a: 1 }], nftables: [{ a: 1 }, { a: 1 }] })
  expect(findings.failures).toEqual([])
})

it('a scenario that fails names itself, keeps what it had found, and does not stop the others', async () => {
  const breaks = scenario('breaks', async function* (software): AsyncGenerator<Figures> {
    yield { a: 1 }
    if (software === 'bauta') throw new Error('no route')
    yield { b: 2 }
  })
  const good = scenario('good', async function* () {
    yield { c: 3 }
  })
  const said: string[] = []
  const { plan: wanted, findings, events } = plan([breaks, good], { runs: 1, say: (line) => said.push(line) })
  await conduct(wanted, findings)
  expect(findings.failures).toEqual([{ run: 1, scenario: 'breaks', software: 'bauta', message: 'no route' }])
  expect(findings.figures).toEqual({
    breaks: { bauta: [{ a: 1 }], nftables: [{ a: 1, b: 2 }] },
    good: { bauta: [{ c: 3 }], nftables: [{ c: 3 }] },
  })
  expect(said.join('\n')).toContain('breaks with bauta failed: no route')
  expect(events.filter((event) => event.endsWith('down'))).toHaveLength(4)
})

it('a lab that does not come up is a failure of that step alone', async () => {
  const good = scenario('good', async function* () {
    yield { a: 1 }
  })
  const { plan: wanted, findings } = plan([good], { runs: 1 })
  const { up } = wanted
  wanted.up = (software) => (software === 'bauta' ? Promise.reject(new Error('no devices')) : up(software))
  await conduct(wanted, findings)
  expect(findings.failures.map(({ software, message }) => [software, message])).toEqual([
    ['bauta', 'no devices'],
  ])
  expect(findings.figures.good).toEqual({ nftables: [{ a: 1 }] })
})

it.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is no figure', async (value) => {
  const odd = scenario('odd', async function* () {
    yield { a: value }
  })
  const { plan: wanted, findings } = plan([odd], { runs: 1 })
  await conduct(wanted, findings)
  expect(findings.figures).toEqual({})
  expect(findings.failures.map(({ message }) => message)).toEqual(Array(2).fill(`a came out as ${value}`))
})

it('an interruption ends everything after the lab at hand is down, and is no failure', async () => {
  const ending = new AbortController()
  const long = scenario('long', async function* () {
    yield { a: 1 }
    ending.abort()
    throw new Error('killed')
  })
  const { plan: wanted, findings, events } = plan([long], { signal: ending.signal })
  await conduct(wanted, findings)
  expect(events).toEqual(['bauta up', 'bauta down'])
  expect(findings).toEqual({ figures: {}, failures: [] })
})

it('in turn', () => {
  expect([0, 1, 2, 3].map((first) => inTurn(['a', 'b', 'c'], first).join(''))).toEqual([
    'abc',
    'bca',
    'cab',
    'abc',
  ])
})
