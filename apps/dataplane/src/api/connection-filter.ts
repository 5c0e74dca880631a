/**
 * The filter words of the connections page as a test over table slots: `proto:udp client:192.168.1.2 device:tv
 * server:… port:443 state:EST rule:4`, or free text found in any of those. All words must hold.
 *
 * A page over 100,000 connections is filtered every second, so words are turned into number comparisons where they
 * can be, and text comparisons are made once per address, not once per connection.
 */
import { parseAddress } from '@bauta/config'
import type { Connection } from '@bauta/control/schemas'
import type { ConnectionTable } from '@bauta/masq'

export type SlotTest = (slot: number) => boolean

/** What the filter may look up. */
export interface Lookup {
  table: ConnectionTable
  deviceName: (address: number) => string | null
  serverName: (address: number) => string | null
}

const PROTOCOL_NAMES: Readonly<Record<number, Connection['protocol']>> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  47: 'GRE',
  50: 'ESP',
}
export const protocolName = (number: number): Connection['protocol'] => PROTOCOL_NAMES[number] ?? 'OTHER'

/** @returns null where every connection passes */
export function connectionFilter(query: string, lookup: Lookup): SlotTest | null {
  const tests = query
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => wordTest(word, lookup))
  if (tests.length === 0) return null
  if (tests.length === 1) return tests[0]!
  return (slot) => tests.every((test) => test(slot))
}

function wordTest(word: string, lookup: Lookup): SlotTest {
  const [, key = '', value = ''] = /^([a-z]+):(.*)$/i.exec(word) ?? []
  const known = key.toLowerCase()
  // Own keys only: every object has a `constructor`.
  const make = Object.hasOwn(KEYS, known) ? KEYS[known] : undefined
  return make ? make(value.toLowerCase(), lookup) : anywhere(word.toLowerCase(), lookup)
}

const KEYS: Record<string, (value: string, lookup: Lookup) => SlotTest> = {
  proto: protocolTest,
  protocol: protocolTest,
  client: (value, { table }) => {
    const matches = addressTest(value)
    return (slot) => matches(table.client(slot))
  },
  device: (value, { table, deviceName }) => {
    const matches = nameTest(value, deviceName)
    return (slot) => matches(table.client(slot))
  },
  server: (value, { table, serverName }) => {
    const address = addressTest(value)
    const name = nameTest(value, serverName)
    return (slot) => address(table.server(slot)) || name(table.server(slot))
  },
  port: portTest,
  state: (value, { table }) => {
    const wanted = value.toUpperCase()
    return (slot) => table.stateName(slot).startsWith(wanted)
  },
  rule: (value, { table }) => {
    const id = Number(value)
    return (slot) => table.ruleId(slot) === id
  },
}

function protocolTest(value: string, { table }: Lookup): SlotTest {
  const wanted = value.toUpperCase()
  return (slot) => protocolName(table.protocol(slot)).startsWith(wanted)
}

/** Client, masq or server port. */
function portTest(value: string, { table }: Lookup): SlotTest {
  const port = Number(value)
  return (slot) =>
    table.clientPort(slot) === port || table.masqPort(slot) === port || table.serverPort(slot) === port
}

function anywhere(word: string, lookup: Lookup): SlotTest {
  const { table } = lookup
  const address = addressTest(word)
  const device = nameTest(word, lookup.deviceName)
  const server = nameTest(word, lookup.serverName)
  const protocol = protocolTest(word, lookup)
  const upper = word.toUpperCase()
  const port = /^\d{1,5}$/.test(word) ? portTest(word, lookup) : () => false
  return (slot) => {
    const client = table.client(slot)
    const remote = table.server(slot)
    return (
      address(client) ||
      address(remote) ||
      device(client) ||
      server(remote) ||
      protocol(slot) ||
      port(slot) ||
      table.stateName(slot).includes(upper)
    )
  }
}

/** A whole address is compared as a number; of the beginning of one, its last octet may be incomplete as well. */
function addressTest(value: string): (address: number) => boolean {
  const whole = parseAddress(value)
  if (whole !== null) return (address) => address === whole
  if (!/^\d{1,3}(\.\d{1,3}){0,2}\.?$|^(\d{1,3}\.){3}$/.test(value)) return () => false
  const octets = value.split('.')
  const begun = octets.pop()!
  const shift = 32 - 8 * octets.length
  const before = octets.reduce((sum, octet) => sum * 256 + Number(octet), 0)
  const fits = Array.from({ length: 256 }, (_, octet) => String(octet).startsWith(begun))
  return (address) =>
    (octets.length === 0 || address >>> shift === before) && fits[(address >>> (shift - 8)) & 255]!
}

function nameTest(value: string, nameOf: (address: number) => string | null): (address: number) => boolean {
  return remembered((address) => nameOf(address)?.toLowerCase().includes(value) ?? false)
}

function remembered(test: (address: number) => boolean): (address: number) => boolean {
  const known = new Map<number, boolean>()
  return (address) => {
    const before = known.get(address)
    if (before !== undefined) return before
    const answer = test(address)
    known.set(address, answer)
    return answer
  }
}
