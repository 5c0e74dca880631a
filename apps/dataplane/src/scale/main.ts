/**
 * `node apps/dataplane/src/scale/main.ts [CONNECTIONS…]`: what a connection costs in tables of very different fullness: to open, to find, to adopt
 * after a restart, to end by its timeout; and how long the window of the connections page takes, by every order and kinds of filters. A line
 * for each number: time of the processor, and the best of several measurements, because the machine may be busy with something else.
 */
import { PORT_PRESETS, TIMEOUT_PRESETS } from '@bauta/config'
import { CONNECTION_SORTS } from '@bauta/control/schemas'
import { ConnectionTable, Masquerader, tableBytes } from '@bauta/masq'
import { type PacketView, PROTOCOL } from '@bauta/packet'
import { Connections } from '../api/connections.ts'
import { framesFromText } from '../path/packet-text.ts'
import { ConnectionRates } from '../rates.ts'
import { viewOf } from './view.ts'

const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1e3, 1e4, 1e5, 1e6]
const CAPACITY = 2 ** 20
const WAN = 0xc6336402
const NOW = 100_000
const FILTERS = [
  '',
  'client:192.168.77.11',
  'server:example',
  'proto:udp port:443',
  'tv',
  '93.184',
  'state:est',
]
const PLACES = [0, 0.5, 1]
const TURNS = 5

const best = (work: () => void, turns = TURNS): number => {
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < turns; turn++) {
    const began = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(began)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

/** The first packet of connection `i`: 200 machines, each of their ports towards many servers. */
function address(view: PacketView, i: number): void {
  view.source = 0xc0a84d0b + (i % 200)
  view.sourcePort = 20_000 + (Math.floor(i / 200) % 250)
  view.destination = 0x5db80000 + Math.floor(i / 50_000)
  view.destinationPort = 443
  view.protocol = i % 3 === 0 ? PROTOCOL.udp : PROTOCOL.tcp
}

function masquerader(memory: ArrayBuffer): { table: ConnectionTable; masq: Masquerader } {
  const table = new ConnectionTable(memory, { capacity: CAPACITY, hashSeed: 77 })
  const masq = new Masquerader(table, { random: () => 12_345 })
  masq.configure(
    { timeouts: TIMEOUT_PRESETS.standard, ports: { ...PORT_PRESETS.standard, perMachine: 0 } },
    NOW,
  )
  return { table, masq }
}

/** @returns a name and milliseconds: the slowest window there is */
function slowestWindow(table: ConnectionTable): { what: string; ms: number } {
  const rates = new ConnectionRates(CAPACITY)
  rates.sample(table, 1, () => undefined)
  const names = (prefix: string) => (number: number) =>
    number % 7 === 0 ? null : `${prefix}-${number & 0xff}`
  const connections = new Connections({
    table,
    rates,
    deviceName: names('tv'),
    serverName: names('example'),
    ruleText: () => 'the household goes out',
    forwardText: () => '',
    now: () => NOW,
  })
  let slowest = { what: '', ms: 0 }
  for (const sort of CONNECTION_SORTS)
    for (const q of FILTERS)
      for (const place of PLACES)
        for (const direction of ['asc', 'desc'] as const) {
          const { matched } = connections.page({ q, sort, direction, offset: 0, limit: 1 })
          const offset = Math.max(0, Math.floor(place * matched) - 100)
          const ms = best(() => connections.page({ q, sort, direction, offset, limit: 100 }), 3)
          if (ms > slowest.ms) slowest = { what: `${sort} ${direction} “${q}” from ${offset}`, ms }
        }
  return slowest
}

console.log(`a table for ${CAPACITY} connections; nanoseconds for one of them, milliseconds for the others`)
for (const size of SIZES) {
  const memory = new ArrayBuffer(tableBytes(CAPACITY))
  const { table, masq } = masquerader(memory)
  const view = viewOf(framesFromText('tcp 192.168.77.11:1 > 9.9.9.9:1 [S]')[0]!)
  const open = best(() => {
    for (let i = 0; i < size; i++) {
      address(view, i)
      const slot = masq.openOut(view, WAN, 3, 1, NOW + (i % 7000))
      if (slot < 0) throw new Error(`connection ${i} could not be opened: ${slot}`)
      masq.byKernel.setCounts(slot, 0, 1 + (i % 5), 1000 * (i % 997))
    }
  }, 1)
  const find = best(() => {
    for (let i = 0; i < size; i++) {
      address(view, (i * 7919) % size)
      if (masq.findOut(view) < 0) throw new Error(`connection ${i} was not found`)
    }
  })
  const { what, ms } = slowestWindow(table)
  let adopted = masq
  const adopt = best(() => {
    adopted = masquerader(memory).masq
  }, 3)
  const end = best(() => {
    for (let now = NOW; adopted.table.count > 0; now += 100) adopted.expire(now, 102_400)
  }, 1)
  const each = (total: number) => `${((total * 1e6) / size).toFixed(0)} ns`.padStart(8)
  console.log(
    `${String(size).padStart(8)}: open ${each(open)}  find ${each(find)}  end ${each(end)}  restart ${adopt.toFixed(0)} ms  slowest window ${ms.toFixed(1)} ms (${what})`,
  )
}
