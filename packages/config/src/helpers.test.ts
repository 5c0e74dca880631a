import { describe, expect, it } from 'vitest'
import { helpersAdvice } from './advice.ts'
import { describeNoun } from './describe.ts'
import { HELPER_NAMES } from './helper-names.ts'
import { HELPERS_AT_FIRST, helperOf, helpersSchema, MAX_HELPER_PORTS, withHelper } from './helpers.ts'
import { defaultSnapshot, snapshotSchema } from './snapshot.ts'

const ftp = (...ports: number[]) => ({ name: 'ftp', enabled: true, ports }) as const
const faults = (...list: unknown[]) =>
  helpersSchema.safeParse({ list }).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('protocol helpers', () => {
  it('are all off but FTP on a fresh box, and where settings are older than they are', () => {
    const { helpers: _, ...older } = defaultSnapshot()
    for (const { helpers } of [defaultSnapshot(), snapshotSchema.parse(older)])
      expect(helpers.list.filter(({ enabled }) => enabled)).toEqual([ftp(21)])
  })
  it('are completed and put in order', () => {
    const irc = { name: 'irc', enabled: true, ports: [6667, 6668] } as const
    const { list } = helpersSchema.parse({ list: [irc, ftp(2121)] })
    expect(list.map(({ name }) => name)).toEqual(HELPER_NAMES)
    expect(list.filter(({ enabled }) => enabled)).toEqual([ftp(2121), irc])
    expect(helpersSchema.parse({ list: [] }).list.some(({ enabled }) => enabled)).toBe(false)
    expect(helpersSchema.parse(HELPERS_AT_FIRST)).toEqual(HELPERS_AT_FIRST)
  })
  it(`take ${MAX_HELPER_PORTS} ports each and no more, for the reason that 2.2 had`, () => {
    const ports = Array.from({ length: 13 }, (_, i) => 2100 + i)
    expect(faults(ftp(...ports.slice(1)))).toBeUndefined()
    expect(faults(ftp(...ports))).toEqual([
      'list.0.ports: at most 12 ports for one helper, as in Linux 2.2 (MAX_MASQ_APP_PORTS); these are 13',
    ])
  })
  it.each([
    ['an unknown one', { name: 'amanda', enabled: true, ports: [1] }, /“amanda” is no helper of the box/],
    ['no port', ftp(), /which port\?/],
    ['a port twice', ftp(21, 21), /list\.0\.ports\.1: 21 is listed twice/],
    ['a port that is none', ftp(65536), /highest port is 65535/],
  ])('refuse %s', (_, helper, message) => {
    expect(faults(helper)?.join()).toMatch(message)
  })
  it('share no port, unless one of them is off or speaks another protocol', () => {
    const irc = { name: 'irc', enabled: true, ports: [6667, 21] }
    expect(faults(ftp(21), irc)).toEqual([
      'list.1.ports.1: 21 has the helper for FTP already; a port has one helper',
    ])
    expect(faults(ftp(21), { ...irc, enabled: false })).toBeUndefined()
    expect(faults(ftp(21), { name: 'tftp', enabled: true, ports: [21] })).toBeUndefined()
    expect(faults(ftp(21), ftp(22))).toEqual(['list.1.name: FTP is listed twice'])
  })
  it('say what changes', () => {
    const next = withHelper(withHelper(HELPERS_AT_FIRST, ftp(21, 2121)), {
      ...helperOf(HELPERS_AT_FIRST, 'quake'),
      enabled: true,
    })
    expect(describeNoun('helpers', HELPERS_AT_FIRST, next)).toEqual([
      'Helper for FTP: TCP port 21 → TCP ports 21 and 2121',
      'Helper for Quake switched on, UDP ports 26000 and 27000',
    ])
    expect(describeNoun('helpers', next, HELPERS_AT_FIRST)[1]).toBe('Helper for Quake switched off')
  })
  it('warn where browsers talk', () => {
    const next = withHelper(HELPERS_AT_FIRST, ftp(21, 8080))
    expect(helpersAdvice(next).map(({ text }) => text)).toEqual([expect.stringContaining('port 8080')])
    expect(helpersAdvice(withHelper(next, { ...ftp(8080), enabled: false }))).toEqual([])
    expect(helpersAdvice(HELPERS_AT_FIRST)).toEqual([])
  })
})
