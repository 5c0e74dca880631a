import { describe, expect, it } from 'vitest'
import { dnsSchema } from './dns.ts'
import { interfacesSchema } from './interfaces.ts'
import { hashToCome, INTERNET_BY_SYSTEM, internetSchema } from './internet.ts'
import { portsSchema } from './ports.ts'
import { PORT_PRESETS, TIMEOUT_PRESETS } from './presets.ts'
import { defaultSnapshot, NOUNS, nouns, snapshotSchema } from './snapshot.ts'
import { timeoutsSchema } from './timeouts.ts'

describe('the snapshot', () => {
  it('takes its own default, with every noun in it', () => {
    const snapshot = snapshotSchema.parse(defaultSnapshot([{ name: 'lan0', role: 'lan' }]))
    expect(Object.keys(snapshot).sort()).toEqual(['format', ...NOUNS].sort())
  })
  it('refuses a field it does not know', () => {
    for (const noun of NOUNS)
      expect(nouns[noun].safeParse({ ...defaultSnapshot()[noun], surprise: 1 }).success).toBe(false)
  })
})

describe('presets', () => {
  it('standard meets RFC 5382, 4787 and 5508', () => {
    const { tcp, tcpfin, udp, icmp } = timeoutsSchema.parse(TIMEOUT_PRESETS.standard)
    expect(tcp).toBeGreaterThanOrEqual(2 * 3600 + 4 * 60)
    expect(tcpfin).toBeGreaterThanOrEqual(240)
    expect(udp).toBeGreaterThanOrEqual(300)
    expect(icmp).toBeGreaterThanOrEqual(60)
  })
  it('classic has the 4096 ports of 2.2', () => {
    const { from, to } = portsSchema.parse(PORT_PRESETS.classic)
    expect(to - from + 1).toBe(4096)
  })
})

describe('timeouts and ports', () => {
  it.each([0, -1, 1.5, 864_001, '60', null])('refuses %j seconds', (tcp) => {
    expect(timeoutsSchema.safeParse({ ...TIMEOUT_PRESETS.classic, tcp }).success).toBe(false)
  })
  it.each([
    [80, 90],
    [5000, 4000],
    [2000, 2010],
    [1024, 65536],
  ])('refuses the range %i to %i', (from, to) => {
    expect(portsSchema.safeParse({ from, to, counting: 'exact' }).success).toBe(false)
  })
})

describe('interfaces', () => {
  it('wants one WAN at most, a LAN, and no name twice', () => {
    const verdict = (...list: [string, string][]) =>
      interfacesSchema.safeParse({ list: list.map(([name, role]) => ({ name, role })) }).success
    expect(verdict(['lan0', 'lan'], ['lan1', 'lan'], ['ppp0', 'wan'])).toBe(true)
    expect(verdict(['a', 'wan'], ['b', 'wan'], ['c', 'lan'])).toBe(false)
    expect(verdict(['a', 'wan'])).toBe(false)
    expect(verdict(['a', 'lan'], ['a', 'unused'])).toBe(false)
    expect(verdict(['-rf', 'lan'])).toBe(false)
    expect(verdict(['averylongdevicename', 'lan'])).toBe(false)
  })
})

describe('dns', () => {
  const dns = defaultSnapshot().dns
  it.each(['9.9.9.9', '10.0.0.1:5353'])('takes the server %s', (server) => {
    expect(dnsSchema.safeParse({ ...dns, upstreams: [server] }).success).toBe(true)
  })
  it.each([
    '9.9.9',
    '9.9.9.9:0',
    '9.9.9.9:99999',
    '9.9.9.9#53',
    '9.9.9.9\nserver=6.6.6.6',
    'dns.example',
    '',
  ])('refuses the server %j', (server) => {
    expect(dnsSchema.safeParse({ ...dns, upstreams: [server] }).success).toBe(false)
  })
  it.each(['a b', 'x/y', '-x', 'x-', 'a..b', 'a\nb', `${'a'.repeat(64)}.b`])(
    'refuses the name %j',
    (name) => {
      expect(dnsSchema.safeParse({ ...dns, hosts: [{ name, address: '192.168.1.1' }] }).success).toBe(false)
    },
  )
  it('finds a host listed twice, whatever the case', () => {
    const hosts = [
      { name: 'nas', address: '192.168.1.2' },
      { name: 'NAS', address: '192.168.1.3' },
    ]
    expect(dnsSchema.safeParse({ ...dns, hosts }).success).toBe(false)
  })
})

describe('a dialer’s password', () => {
  const hash = (cost: string) =>
    `$argon2id$v=19$${cost}$c2FsdHNhbHRzYWx0c2FsdA$kyj4KAQPkDHofxQqmZFrtcrDql5eltyrs3W6/tB5JPs`
  const takes = (passwordHash: string) =>
    internetSchema.safeParse({
      ...INTERNET_BY_SYSTEM,
      dialers: [{ name: 'anna', passwordHash, connections: [] }],
    }).success
  it('is a hash that the box can afford to check', () => {
    expect(takes(hash('m=47104,t=1,p=1'))).toBe(true)
    expect(takes(hashToCome())).toBe(true)
    expect(hashToCome()).not.toBe(hashToCome())
    for (const dear of [
      'm=4194304,t=1,p=1',
      'm=99999,t=1,p=1',
      'm=47104,t=99,p=1',
      'm=47104,t=1,p=64',
      'm=1,t=1,p=1',
    ])
      expect([dear, takes(hash(dear))]).toEqual([dear, false])
    for (const text of ['', '$argon2id$', `${hash('m=47104,t=1,p=1')}\nx`, `$argon2id$${'x'.repeat(1e5)}`])
      expect(takes(text)).toBe(false)
  })
})
