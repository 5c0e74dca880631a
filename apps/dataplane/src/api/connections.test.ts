import { PORT_PRESETS, parseAddress, TIMEOUT_PRESETS } from '@bauta/config'
import { connectionPageSchema, connectionQuerySchema } from '@bauta/control/schemas'
import { ConnectionTable, Masquerader, tableBytes } from '@bauta/masq'
import { PacketView } from '@bauta/packet'
import { beforeAll, describe, expect, test } from 'vitest'
import { ConnectionRates } from '../rates.ts'
import { Connections, parseConnectionId } from './connections.ts'

const address = (text: string): number => parseAddress(text)!
const WAN = address('198.51.100.2')
const CAPACITY = 131_072

function source(capacity: number) {
  const table = new ConnectionTable(new ArrayBuffer(tableBytes(capacity)), { capacity, hashSeed: 1 })
  let random = 1
  const masq = new Masquerader(table, {
    random: () => {
      random = Math.imul(random, 1103515245) + 12345
      return random
    },
  })
  masq.configure({ timeouts: TIMEOUT_PRESETS.standard, ports: PORT_PRESETS.standard }, 0)
  const rates = new ConnectionRates(capacity)
  const names = new Map([
    [address('192.168.77.11'), 'tv'],
    [address('192.168.77.12'), 'laptop'],
  ])
  const connections = new Connections({
    table,
    rates,
    deviceName: (at) => names.get(at) ?? null,
    serverName: (at) => (at === address('93.184.216.34') ? 'www.example.org' : null),
    ruleText: (id) => `rule ${id}`,
    forwardText: (id) => `forward ${id}`,
    now: () => 1000,
  })
  return { table, masq, rates, connections }
}

const view = new PacketView()
function open(
  masq: Masquerader,
  protocol: number,
  client: number,
  port: number,
  server: number,
  now = 0,
  bytes = 60,
): number {
  Object.assign(view, {
    protocol,
    source: client,
    destination: server,
    sourcePort: port,
    destinationPort: 443,
    tcpFlags: 2,
    totalLength: bytes,
    icmpType: 8,
    icmpId: port,
    buffer: new Uint8Array(64),
    l4: 20,
  })
  const slot = masq.openOut(view, WAN, 3, 7, now)
  expect(slot).toBeGreaterThanOrEqual(0)
  masq.outbound(view, slot, now)
  return slot
}

const small = source(16)
const page = (query: Record<string, string | number>) =>
  small.connections.page(connectionQuerySchema.parse(query))
const ports = (query: Record<string, string | number>) => page(query).rows.map((row) => row.clientPort)

beforeAll(() => {
  const { masq } = small
  open(masq, 6, address('192.168.77.11'), 4001, address('93.184.216.34'), 100, 500)
  open(masq, 17, address('192.168.77.12'), 4002, address('9.9.9.9'), 200, 100)
  open(masq, 17, address('192.168.77.2'), 4003, address('9.9.9.9'), 300, 300)
  open(masq, 1, address('192.168.77.12'), 4004, address('93.184.216.34'), 400, 84)
})

describe('a page of connections', () => {
  test('says everything about each', () => {
    const [row] = page({ q: 'client:192.168.77.11' }).rows
    expect(row).toMatchObject({
      protocol: 'TCP',
      kind: 'masq',
      client: '192.168.77.11',
      device: 'tv',
      wan: '198.51.100.2',
      masqPort: 4001,
      server: '93.184.216.34',
      serverPort: 443,
      serverName: 'www.example.org',
      state: 'SYN_SENT',
      replied: false,
      timeout: 240,
      expiresIn: 231,
      age: 9,
      idle: 9,
      packetsOut: 1,
      bytesOut: 500,
      ruleText: 'rule 3',
      revision: 7,
    })
    expect(() => connectionPageSchema.parse(page({}))).not.toThrow()
  })

  test.each([
    ['proto:udp', [4002, 4003]],
    ['proto:ICMP', [4004]],
    ['client:192.168.77.1', []],
    ['client:192.168.77.', [4001, 4002, 4003, 4004]],
    ['client:192.16', [4001, 4002, 4003, 4004]],
    ['client:192.168.8', []],
    ['server:9', [4001, 4002, 4003, 4004]],
    ['client:192.168.77.2', [4003]],
    ['device:lap', [4002, 4004]],
    ['server:9.9', [4002, 4003]],
    ['server:example', [4001, 4004]],
    ['port:4002', [4002]],
    ['port:443', [4001, 4002, 4003]],
    ['state:syn', [4001]],
    ['rule:3', [4001, 4002, 4003, 4004]],
    ['rule:4', []],
    ['tv', [4001]],
    ['udp laptop', [4002]],
    ['4003', [4003]],
    ['9.9.9.9', [4002, 4003]],
    ['nobody', []],
  ])('filtered by “%s”', (q, expected) => {
    expect(ports({ q, sort: 'age', direction: 'desc' })).toEqual(expected)
    expect(page({ q }).matched).toBe(expected.length)
  })

  test.each([
    ['bytes', [4001, 4003, 4002, 4004]],
    ['age', [4001, 4002, 4003, 4004]],
    ['client', [4004, 4002, 4001, 4003]],
    ['expires', [4003, 4002, 4001, 4004]],
    ['protocol', [4002, 4003, 4001, 4004]],
  ])('sorted by %s, descending', (sort, expected) => {
    expect(ports({ sort, direction: 'desc' }).toString()).toBe(expected.toString())
    expect(ports({ sort, direction: 'asc', limit: 2, offset: 1 }).length).toBe(2)
  })

  test('an id names one connection and no later one', () => {
    const [row] = page({ q: 'tv' }).rows
    expect(parseConnectionId(row!.id, small.table)).not.toBe(null)
    for (const id of ['1', '0.1', '99.2', '-1.2', '0.2.3', 'x.y'])
      expect(parseConnectionId(id, small.table)).toBe(null)
  })
})

test('100,000 connections are paged in a few milliseconds', () => {
  const { masq, connections, rates, table } = source(CAPACITY)
  for (let i = 0; i < 100_000; i++)
    open(masq, 17, address('192.168.0.0') + (i & 1023), 1024 + (i & 0x3f), address('20.0.0.0') + i * 7)
  rates.sample(table, 1, () => undefined)
  const query = (q: string) => connectionQuerySchema.parse({ q, sort: 'bytes', offset: 50_000 })
  const fastest = (q: string) =>
    Math.min(
      ...Array.from({ length: 7 }, () => {
        const started = process.threadCpuUsage()
        connections.page(query(q))
        const { user, system } = process.threadCpuUsage(started)
        return (user + system) / 1000
      }),
    )
  expect(connections.page(query('')).total).toBe(100_000)
  // CPU time, the least of seven: what else runs on the machine hardly counts.
  expect(fastest('')).toBeLessThan(60)
  expect(fastest('client:192.168.1')).toBeLessThan(60)
  expect(fastest('20.0.1')).toBeLessThan(250)
}, 60_000)
