/** The values of iptables' options: every writing that is taken, both ends of every range, and every refusal in its words. */
import { describe, expect, it } from 'vitest'
import * as V from './iptables-values.ts'

const refusal = (read: () => unknown): string | null => {
  try {
    read()
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe('ports', () => {
  it.each([
    ['80', 80, 80],
    ['http', 80, 80],
    ['0', 0, 0],
    ['65535', 65_535, 65_535],
    ['1024:65535', 1024, 65_535],
    [':1023', 0, 1023],
    ['1024:', 1024, 65_535],
    ['5:5', 5, 5],
    ['ssh:https', 22, 443],
  ])('%s', (text, from, to) => {
    expect(V.portRangeOf(text, 6)).toEqual({ from, to })
  })

  it('have names by protocol', () => {
    expect(V.portOf('tftp', 17)).toBe(69)
    expect(refusal(() => V.portOf('tftp', 6))).toBe("invalid port/service `tftp' specified")
  })

  it('are refused beyond their ends, backwards, and by names that nobody knows', () => {
    for (const text of ['65536', '-1', 'nobody', '1:65536', ''])
      expect(refusal(() => V.portRangeOf(text, 6))).toMatch(/^invalid port\/service `/)
    expect(refusal(() => V.portRangeOf('6:5', 6))).toBe('invalid portrange (min > max)')
  })
})

describe('ICMP types', () => {
  it.each([
    ['8', { type: 8, code: null }],
    ['3/1', { type: 3, code: 1 }],
    ['254/255', { type: 254, code: 255 }],
    ['0/0', { type: 0, code: 0 }],
    ['echo-request', { type: 8, code: null }],
    ['ping', { type: 8, code: null }],
    ['port-unreachable', { type: 3, code: 3 }],
    ['destination-unreachable', { type: 3, code: null }],
    ['Echo-Reply', { type: 0, code: null }],
  ])('%s', (text, expected) => {
    expect(V.icmpOf(text, false)).toEqual({ ...expected, invert: false })
    expect(V.icmpOf(text, true)).toEqual({ ...expected, invert: true })
  })

  it('any is every type, and never none', () => {
    for (const text of ['any', '255', '255/3']) expect(V.icmpOf(text, false)).toBeNull()
    expect(refusal(() => V.icmpOf('ANY', true))).toBe('rule would never match protocol')
  })

  it('are refused where they are none, or could be several', () => {
    expect(refusal(() => V.icmpOf('256', false))).toBe("Unknown ICMP type `256'")
    expect(refusal(() => V.icmpOf('3/256', false))).toBe("Unknown ICMP code `3/256'")
    for (const text of ['pong-ping', '1/2/3', ''])
      expect(refusal(() => V.icmpOf(text, false))).toMatch(/ICMP type/)
    expect(refusal(() => V.icmpOf('host-', false))).toMatch(/^Ambiguous ICMP type `host-': `host-/)
  })
})

it('TCP flags by name, together and apart', () => {
  const bits = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ALL: 63, NONE: 0 }
  for (const [name, bit] of Object.entries(bits)) expect(V.tcpFlagsOf(name)).toBe(bit)
  expect(V.tcpFlagsOf('SYN,rst,Ack')).toBe(22)
  expect(V.tcpFlagsOf('SYN,SYN')).toBe(2)
  expect(refusal(() => V.tcpFlagsOf('SYN,FIX'))).toBe("Unknown TCP flag `FIX'")
  expect(refusal(() => V.tcpFlagsOf('toString'))).toBe("Unknown TCP flag `toString'")
})

describe('words', () => {
  it.each([
    ['0', 0],
    ['10', 10],
    ['010', 8],
    ['0x10', 16],
    ['0XfF', 255],
    ['255', 255],
  ])('%s is %i, as in C', (text, value) => {
    expect(V.wordOf(text, 255)).toBe(value)
  })

  it('are none beyond their end, with a sign, or with letters', () => {
    for (const text of ['256', '0x100', '0400', '-1', '+1', '08', '1a', '', '0x', ' 1'])
      expect(V.wordOf(text, 255)).toBeNull()
    expect(V.wordOf('4294967295', 0xffffffff)).toBe(0xffffffff)
    expect(V.wordOf('4294967296', 0xffffffff)).toBeNull()
  })

  it('may have a mask; without one it is all that there is', () => {
    expect(V.masked('0x10/0xff', 255, 'x', '--x')).toEqual({ value: 16, mask: 255 })
    expect(V.masked('4', 255, 'x', '--x')).toEqual({ value: 4, mask: 255 })
    expect(V.masked('4/0', 255, 'x', '--x')).toEqual({ value: 4, mask: 0 })
    for (const text of ['1/2/3', '256', '1/256', '/1', '1/'])
      expect(refusal(() => V.masked(text, 255, 'mark', '--mark'))).toBe(
        'mark: bad integer value for option "--mark", or out of range.',
      )
  })
})

describe('limits', () => {
  it.each([
    ['3/second', 3, 'second'],
    ['3', 3, 'second'],
    ['1/m', 1, 'minute'],
    ['10000/Hour', 10_000, 'hour'],
    ['5/day', 5, 'day'],
  ])('%s', (text, rate, per) => {
    expect(V.rateOf(text)).toEqual({ rate, per })
  })

  it('are refused at none, at more than there can be, and in periods that nobody has', () => {
    for (const text of ['0/second', '3/week', '3/', '/second', '3/second/second', 'x'])
      expect(refusal(() => V.rateOf(text))).toBe(`bad rate "${text}"'`)
    expect(refusal(() => V.rateOf('10001/second'))).toBe('Rate too fast "10001/second"')
  })
})

it('log levels by number, name, beginning and alias', () => {
  const levels = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']
  levels.forEach((name, number) => {
    expect([V.logLevelOf(name), V.logLevelOf(String(number)), V.logLevelOf(name.toUpperCase())]).toEqual([
      number,
      number,
      number,
    ])
  })
  expect(['error', 'warn', 'panic', 'deb'].map(V.logLevelOf)).toEqual([3, 4, 0, 7])
  for (const text of ['8', '-1', '', 'loud'])
    expect(refusal(() => V.logLevelOf(text))).toBe(`log level "${text}" unknown`)
})

it('MAC addresses, short bytes and capitals too', () => {
  expect(V.macOf('0:1:A:bC:d:ff')).toBe('00:01:0a:bc:0d:ff')
  for (const text of [
    '00:01:02:03:04',
    '00:01:02:03:04:05:06',
    '00:01:02:03:04:0g',
    '001:2:3:4:5:6',
    'x00:01:02:03:04:05',
  ])
    expect(refusal(() => V.macOf(text))).toBe('Invalid MAC address specified.')
})

describe('where NAT leads', () => {
  it.each([
    ['192.0.2.1', { from: '192.0.2.1', to: '192.0.2.1' }, null],
    ['192.0.2.1-192.0.2.9', { from: '192.0.2.1', to: '192.0.2.9' }, null],
    ['192.0.2.1:80', { from: '192.0.2.1', to: '192.0.2.1' }, { from: 80, to: 80 }],
    ['192.0.2.1-192.0.2.1:1-65535', { from: '192.0.2.1', to: '192.0.2.1' }, { from: 1, to: 65_535 }],
    [':8080', null, { from: 8080, to: 8080 }],
    ['@dns1', { from: '@dns1', to: '@dns1' }, null],
    ['@dns3:5353', { from: '@dns3', to: '@dns3' }, { from: 5353, to: 5353 }],
  ])('%s', (text, range, ports) => {
    expect(V.natTo(text)).toEqual({ range, ports })
  })

  it('is refused with what is wrong about it', () => {
    expect(refusal(() => V.natTo(''))).toBe('Bad IP address ""')
    expect(refusal(() => V.natTo('box'))).toBe('Bad IP address "box"')
    expect(refusal(() => V.natTo('@dns4'))).toBe('Bad IP address "@dns4"')
    expect(refusal(() => V.natTo('@dns1-@dns2'))).toBe('Bad IP address "@dns1"')
    expect(refusal(() => V.natTo('192.0.2.1-box'))).toBe('Bad IP address "box"')
    expect(refusal(() => V.natTo('192.0.2.1-192.0.2.2-192.0.2.3'))).toMatch(/^Bad IP address/)
    expect(refusal(() => V.natTo('192.0.2.9-192.0.2.1'))).toBe('Bad IP range "192.0.2.9-192.0.2.1"')
    for (const text of ['0', '65536', '', '1-65536', '0-5', '1-2-3', 'http'])
      expect(refusal(() => V.dashedPorts(text))).toBe(`Port \`${text}' not valid`)
    expect(refusal(() => V.dashedPorts('9-8'))).toBe("Port range `8' funky")
  })
})

it('DSCP classes (RFC 2474, 2597, 3246)', () => {
  const known = { be: 0, EF: 46, cs0: 0, cs1: 8, cs7: 56, af11: 10, af13: 14, af21: 18, af43: 38 }
  for (const [name, value] of Object.entries(known)) expect(V.dscpClass(name)).toBe(value)
  for (const text of ['af14', 'af51', 'af10', 'cs8', '', 'toString'])
    expect(refusal(() => V.dscpClass(text))).toBe(`Invalid DSCP value \`${text}'`)
})
