/**
 * Run by allocation.test.ts in a process of its own, as the packet thread runs the code: no test runner's transformations
 * in between. Prints JSON: the median number of bytes that the heap grew by in windows of many operations.
 */
import { PacketView, parsePacket } from '@bauta/packet'
import { ACK, address, bench, LAN1, packetBytes, SERVER, SYN, TCP, UDP, WAN } from './testing.ts'

const WINDOWS = 50
const OPERATIONS = 20_000

interface Figures {
  operations: number
  bytesPerWindow: number
  opened?: number
  expired?: number
}

/** A garbage collection within a window makes its figure small or negative, never large; the median sees past those. */
function measure(operation: (i: number) => void): Figures {
  const growth = new Float64Array(WINDOWS)
  for (let i = 0; i < OPERATIONS * 10; i++) operation(i)
  for (let window = 0; window < WINDOWS; window++) {
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < OPERATIONS; i++) operation(i)
    growth[window] = process.memoryUsage().heapUsed - before
  }
  growth.sort()
  return { operations: WINDOWS * OPERATIONS, bytesPerWindow: growth[WINDOWS >> 1]! }
}

const view = new PacketView()
const work = new Uint8Array(2048)

function load(bytes: Uint8Array): PacketView {
  work.set(bytes)
  parsePacket(view, work, 0, bytes.length)
  return view
}

/** One established connection of each protocol, packets both ways. */
function established(): Figures {
  const { masq } = bench()
  const server = { source: SERVER, destination: WAN, destinationPort: 40000 }
  const client = { source: LAN1, sourcePort: 40000, destination: SERVER }
  const tcpOut = packetBytes({ protocol: TCP, ...client, destinationPort: 80, tcpFlags: ACK })
  const tcpIn = packetBytes({ protocol: TCP, ...server, sourcePort: 80, tcpFlags: ACK })
  const udpOut = packetBytes({ protocol: UDP, ...client, destinationPort: 53 })
  const udpIn = packetBytes({ protocol: UDP, ...server, sourcePort: 53 })
  masq.openOut(load(tcpOut), WAN, 1, 1, 0)
  masq.openOut(load(udpOut), WAN, 1, 1, 0)
  const out = (bytes: Uint8Array, now: number) => {
    const packet = load(bytes)
    masq.outbound(packet, masq.findOut(packet), now)
  }
  const back = (bytes: Uint8Array, now: number) => {
    const packet = load(bytes)
    masq.inbound(packet, masq.findIn(packet), now)
  }
  return measure((i) => {
    out(tcpOut, i)
    back(tcpIn, i)
    out(udpOut, i)
    back(udpIn, i)
  })
}

/** Every operation opens a connection, and another expires; half of them come from privileged ports and get a chosen one. */
function opening(): Figures {
  const { masq, table } = bench(65_536)
  const bytes = packetBytes({
    protocol: TCP,
    source: LAN1,
    sourcePort: 40000,
    destination: SERVER,
    destinationPort: 80,
    tcpFlags: SYN,
  })
  const base = address('192.168.0.0')
  let now = 0
  const figures = measure((i) => {
    const spread = Math.imul(i, 0x9e3779b1)
    const packet = load(bytes)
    packet.source = base + (spread & 1023)
    packet.sourcePort = (spread & 1024) === 0 ? (spread >>> 11) & 1023 : 1024 + ((spread >>> 11) & 0x7fff)
    packet.destination = SERVER + (i & 0xffff)
    const slot = masq.findOut(packet)
    masq.outbound(packet, slot >= 0 ? slot : masq.openOut(packet, WAN, 1, 1, now), now)
    now += 4
    masq.expire(now, 64)
  })
  return { ...figures, opened: table.openedOf(TCP), expired: table.expiredOf(TCP) }
}

/** Proves the method: one small object for every operation must show. */
function control(): Figures {
  const kept: { i: number }[] = [{ i: 0 }]
  return measure((i) => {
    kept[0] = { i }
  })
}

console.log(JSON.stringify({ control: control(), established: established(), opening: opening() }))
