import { describe, expect, it } from 'vitest'
import { describeNoun } from './describe.ts'
import type { Internet } from './internet.ts'
import { NO_SHAPING, type Shaping, shapedLineOf, shapingSchema } from './shaping.ts'
import { defaultSnapshot, type Snapshot } from './snapshot.ts'
import { faultsTogether, withNoun } from './together.ts'

const LINE: Shaping['lines'][number] = {
  connection: 'Internet',
  download: 47_500,
  upload: 9500,
  link: 'ethernet',
}
const shaping = (...lines: Partial<typeof LINE>[]): Shaping => ({
  enabled: true,
  perMachine: true,
  lines: lines.map((line) => ({ ...LINE, ...line })),
})
const faultsOf = (value: unknown) =>
  shapingSchema.safeParse(value).error?.issues.map(({ message }) => message)

describe('the noun', () => {
  it('is off on a fresh box, and in settings that were written before it existed', () => {
    expect(defaultSnapshot().shaping).toEqual(NO_SHAPING)
    expect(NO_SHAPING.enabled).toBe(false)
  })
  it.each([
    [15, 'at least 16 kbit/s'],
    [10_000_001, 'at most 10,000,000 kbit/s'],
    [1.5, 'whole kbit/s, please'],
    ['fast', 'whole kbit/s, please'],
  ])('refuses a speed of %s', (download, message) => {
    expect(faultsOf(shaping({ download: download as number }))).toEqual([message])
  })
  it('takes one direction alone, and every kind of line it names', () => {
    expect(faultsOf(shaping({ download: null }))).toBeUndefined()
    expect(faultsOf(shaping({ link: 'token ring' as 'none' }))).toEqual([
      'write one of none, ethernet, cable, pppoe, adsl',
    ])
  })
  it('refuses two speeds for one connection', () => {
    expect(faultsOf(shaping({}, {}))).toEqual(['Internet is listed twice'])
  })
  it('knows the speeds of a connection; none at all are no speeds', () => {
    expect(shapedLineOf(shaping({}), 'Internet')).toEqual(LINE)
    expect(shapedLineOf(shaping({}), 'DSL')).toBeNull()
    expect(shapedLineOf(shaping({ download: null, upload: null }), 'Internet')).toBeNull()
  })
})

describe('speeds and the connections they belong to', () => {
  const method = { kind: 'system' } as const
  const internet = (...names: string[]): Internet => ({
    use: names[0]!,
    connections: names.map((name) => ({ name, method, when: 'always', idleSeconds: 300 })),
    dialers: [],
  })
  const snapshot: Snapshot = {
    ...defaultSnapshot(),
    internet: internet('DSL', 'LTE'),
    shaping: shaping({ connection: 'DSL' }, { connection: 'LTE', upload: 2000 }),
  }
  const linesAfter = (...names: string[]) =>
    withNoun(snapshot, 'internet', internet(...names)).shaping.lines.map(
      ({ connection, upload }) => `${connection} ${upload}`,
    )

  it('follow a rename, a new order, and go with a connection that is removed', () => {
    expect(linesAfter('DSL', 'LTE')).toEqual(['DSL 9500', 'LTE 2000'])
    expect(linesAfter('Fibre', 'LTE')).toEqual(['Fibre 9500', 'LTE 2000'])
    expect(linesAfter('LTE', 'DSL')).toEqual(['DSL 9500', 'LTE 2000'])
    expect(linesAfter('LTE')).toEqual(['LTE 2000'])
    expect(linesAfter('DSL', 'LTE', 'Modem')).toEqual(['DSL 9500', 'LTE 2000'])
  })
  it('of a connection that is not there are a fault, beside their field', () => {
    expect(faultsTogether(snapshot)).toEqual([])
    const wrong = { ...snapshot, shaping: shaping({ connection: 'DSL' }, { connection: 'ISDN' }) }
    expect(faultsTogether(wrong)).toEqual([
      { path: ['shaping', 'lines', 1, 'connection'], message: 'there is no connection “ISDN”' },
    ])
  })
})

it('says in words what changed', () => {
  const words = (old: Shaping, next: Shaping) => describeNoun('shaping', old, next)
  expect(words(NO_SHAPING, shaping({}))).toEqual([
    'Traffic shaping switched on',
    'Internet: download not shaped → 47500 kbit/s',
    'Internet: upload not shaped → 9500 kbit/s',
    'Internet: line not counted → Ethernet or fibre',
  ])
  expect(words(shaping({}), { ...shaping({ upload: null, link: 'adsl' }), perMachine: false })).toEqual([
    'A full line is shared by connection',
    'Internet: upload 9500 kbit/s → not shaped',
    'Internet: line Ethernet or fibre → ADSL',
  ])
  expect(words(shaping({}), shaping())).toEqual(['Speeds of Internet removed'])
  expect(words(shaping({}), shaping({}))).toEqual([])
})
