import type { Connection } from '@bauta/control/schemas'
import { describe, expect, it } from 'vitest'
import { addresses, clientName, explain, serverPortText, stateText, textOf } from './explain.ts'

const NOW = new Date(2026, 10, 20, 20, 14, 7).getTime()
const udp: Connection = {
  id: '7.1',
  protocol: 'UDP',
  kind: 'masq',
  client: '192.168.77.21',
  clientPort: 9308,
  device: 'game-console',
  wan: '203.0.113.24',
  masqPort: 9308,
  server: '198.18.7.40',
  serverPort: 3478,
  asked: null,
  serverName: 'relay.example.net',
  state: 'UDP',
  replied: true,
  expiresIn: 291,
  timeout: 300,
  age: 60,
  idle: 9,
  packetsOut: 1,
  packetsIn: 2,
  bytesOut: 120,
  bytesIn: 48_200_000,
  rate: 0,
  ruleId: 4,
  ruleText: 'forward -i @lan -o @wan -j MASQ',
  revision: 31,
  carried: { by: 'kernel', why: 'carried by the kernel' },
}
const sentences = (row: Connection, revision: number | null = 31) => explain(row, NOW, revision).map(textOf)

describe('explain', () => {
  it('tells rule, addresses, name, clock and traffic', () => {
    expect(sentences(udp)).toEqual([
      'Rule 4 of revision 31 let it in at 20:13:07: forward -i @lan -o @wan -j MASQ.',
      '192.168.77.21:9308 is seen outside as 203.0.113.24:9308; the port could be kept.',
      '198.18.7.40 was looked up as relay.example.net.',
      'Last packet 9 s ago; the timeout of UDP is 5 min, so without another packet it ends at 20:18:58.',
      '1 packet (120 B) went out, 2 packets (48.2 MB) came in.',
      'The kernel carries its packets; what happens to them is decided.',
    ])
  })
  it('tells that the settings went on since', () => {
    expect(sentences(udp, 34)[0]).toContain('The settings are at revision 34 by now')
  })
  it('tells a policy, a chosen port, and silence', () => {
    const carried = { by: 'thread', why: 'too few packets yet' } as const
    const lonely = {
      ...udp,
      ruleId: 0,
      masqPort: 61_022,
      replied: false,
      packetsIn: 0,
      serverName: null,
      carried,
    }
    expect(sentences(lonely)).toEqual([
      'No rule spoke of it: the policy of its chain let it in at 20:13:07, under revision 31.',
      '192.168.77.21:9308 is seen outside as 203.0.113.24:61022; the port 9308 was taken or outside the range, so 61022 was chosen.',
      'Last packet 9 s ago; the timeout of UDP is 5 min, so without another packet it ends at 20:18:58.',
      '1 packet (120 B) went out; nobody has answered yet.',
      'Its packets pass one by one through the packet thread: too few packets yet.',
    ])
  })
  it('knows the box itself', () => {
    const own = { ...udp, kind: 'box', client: '203.0.113.24' } as const
    expect(clientName(own)).toBe('this box')
    expect(sentences(own)[1]).toContain('The box itself opened it')
  })
})

it('names what an ICMP query carries in the place of ports', () => {
  const ping = { ...udp, protocol: 'ICMP', serverPort: 2048, state: 'ICMP' } as const
  expect(serverPortText(ping)).toBe('echo')
  expect(serverPortText({ ...ping, serverPort: 13 * 256 })).toBe('13/0')
  expect(addresses(ping).before).toEqual({ from: '192.168.77.21 id 9308', to: '198.18.7.40' })
})

it('has a state for every protocol', () => {
  expect(stateText({ ...udp, protocol: 'TCP', state: 'SYN_SENT' })).toBe('SYN_SENT')
  expect(stateText(udp)).toBe('answered')
  expect(stateText({ ...udp, replied: false })).toBe('no answer')
})

it('tells who was let in by a forward, and where one inside was led', () => {
  const fields = {
    kind: 'forward',
    protocol: 'TCP',
    ruleText: 'forward: TCP port 80 to 192.168.77.20',
  } as const
  const inward = { ...udp, ...fields, masqPort: 80, clientPort: 8080 }
  expect(textOf(explain(inward, 0, null)[0]!)).toMatch(
    /^A forward let it in at .*: forward: TCP port 80 to 192/,
  )
  expect(textOf(explain(inward, 0, null)[1]!)).toMatch(/port 80 .* leads to .*:8080\./)
  const hairpin = { ...udp, ...fields, asked: { address: '198.51.100.2', port: 80 } }
  expect(textOf(explain(hairpin, 0, null)[1]!)).toMatch(/asked for 198.51.100.2:80, which leads to /)
})
