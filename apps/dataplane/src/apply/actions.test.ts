import {
  anyRule,
  defaultSnapshot,
  PORT_PRESETS,
  type Snapshot,
  TIMEOUT_PRESETS,
  withHelper,
} from '@bauta/config'
import { describe, expect, test } from 'vitest'
import { actionsBetween } from './actions.ts'

const base = () =>
  defaultSnapshot([
    { name: 'lan0', role: 'lan' },
    { name: 'wan0', role: 'wan' },
  ])

/** @returns what a change of the default settings is called */
function texts(change: (snapshot: Snapshot) => void): string[] {
  const next = structuredClone(base())
  change(next)
  return actionsBetween(base(), next).map(({ noun, text }) => `${noun}: ${text}`)
}

describe('a change in words', () => {
  test('nothing changed', () => expect(texts(() => {})).toEqual([]))

  test('timeouts', () =>
    expect(texts((next) => Object.assign(next.timeouts, TIMEOUT_PRESETS.classic))).toEqual([
      'timeouts: idle TCP connections end after 900 s instead of 7440 s',
      'timeouts: idle closing TCP connections end after 120 s instead of 240 s',
    ]))

  test('ports', () =>
    expect(texts((next) => Object.assign(next.ports, PORT_PRESETS.classic))).toEqual([
      'ports: new connections get ports 61000 to 65095 instead of 1024 to 65535',
      'ports: ports are taken and counted as Linux 2.2 did',
      'ports: new UDP connections are loose: everybody may send to a port that is in use',
      'ports: a machine may have as many connections as it likes',
      'ports: a machine may open as many connections in a second as it likes',
      'ports: when the line goes down its connections stay until they time out',
    ]))

  test('interfaces', () =>
    expect(
      texts((next) => {
        next.interfaces.list = [
          { name: 'lan0', role: 'unused' },
          { name: 'lan1', role: 'lan' },
        ]
      }),
    ).toEqual([
      'interfaces: lan0 is now not used',
      'interfaces: lan1 is now a LAN interface',
      'interfaces: wan0 is let go',
    ]))

  test('dns', () => {
    expect(
      texts((next) =>
        Object.assign(next.dns, { cacheSize: 5, hosts: [{ name: 'nas', address: '192.168.77.5' }] }),
      ),
    ).toEqual(['dns: changed: local names', 'dns: changed: the size of the DNS cache'])
    expect(texts((next) => Object.assign(next.dns, { enabled: false, cacheSize: 5 }))).toEqual([
      'dns: DNS forwarding switched off',
    ])
  })

  test('helpers', () => {
    const ftp = (ports: number[], enabled = true) => ({ name: 'ftp' as const, enabled, ports })
    const changed = (...values: ReturnType<typeof ftp>[]) =>
      texts((next) => {
        for (const value of values) next.helpers = withHelper(next.helpers, value)
      })
    expect(changed(ftp([21, 2121]))).toEqual([
      'helpers: new connections of FTP on TCP ports 21 and 2121 have the helper, instead of TCP port 21',
    ])
    expect(changed(ftp([2121], false))).toEqual(['helpers: nobody reads along with FTP any more'])
    expect(texts((next) => Object.assign(next.helpers.list[1]!, { enabled: true }))).toEqual([
      'helpers: a helper reads along with IRC on TCP port 6667',
    ])
    expect(texts((next) => Object.assign(next.helpers.list[1]!, { ports: [6668] }))).toEqual([])
  })

  test('rules: added, gone, changed, switched, commented, reordered', () => {
    const deny = { ...anyRule(9), target: { verdict: 'DENY' as const } }
    expect(texts((next) => next.rules.chains[1]!.rules.push(deny))).toEqual([
      'rules: new rule in forward: -j DENY',
    ])
    expect(texts((next) => next.rules.chains[1]!.rules.pop())[0]).toMatch(/^rules: rule gone from forward: /)
    expect(texts((next) => Object.assign(next.rules.chains[0]!.rules[0]!, { enabled: false }))[0]).toMatch(
      /^rules: rule in input switched off: /,
    )
    expect(texts((next) => Object.assign(next.rules.chains[0]!.rules[0]!, { comment: 'x' }))).toEqual([])
    expect(texts((next) => Object.assign(next.rules.chains[0]!.rules[0]!, { connection: 'new' }))[0]).toMatch(
      /^rules: rule in input changed: /,
    )
    expect(texts((next) => next.rules.chains[0]!.rules.reverse())).toEqual([
      'rules: the order of input changed',
    ])
    expect(texts((next) => Object.assign(next.rules.chains[2]!, { policy: 'DENY' }))).toEqual([
      'rules: policy of output: DENY instead of ACCEPT',
    ])
    expect(
      texts((next) => next.rules.chains.push({ table: 'filter', name: 'guests', policy: null, rules: [] })),
    ).toEqual(['rules: new chain guests'])
  })
})
