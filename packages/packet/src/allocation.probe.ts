/**
 * Run by allocation.test.ts in a process of its own: what one packet costs in garbage and time, as JSON on stdout.
 * With a young generation that is larger than what any of this could allocate, no collection hides what was made.
 */

import { buildIcmp, buildTcp, buildUdp, fragment } from './build.ts'
import {
  clampMss,
  PacketView,
  parsePacket,
  parseQuoted,
  REASSEMBLY,
  Reassembler,
  readVnetHeader,
  setDestination,
  setIcmpId,
  setPartial,
  setSource,
  setSourcePort,
  setTtl,
  sumBytes,
  VNET_HEADER,
} from './index.ts'

const CALLS = 1_000_000
/** Times are those of the fastest slice: what else runs on the machine is not measured. */
const SLICES = 20
const ENDS = { source: '192.168.77.11', destination: '203.0.113.9', sourcePort: 40000, destinationPort: 80 }
const CLIENT = 0xc0a84d0b
const WAN = 0xc6336402

const view = new PacketView()
const inner = new PacketView()

/** Puts a packet behind a virtio header, as a TUN delivers it. */
function arrived(packet: Uint8Array, partial = false): Uint8Array {
  const buffer = new Uint8Array(VNET_HEADER + packet.length)
  buffer.set(packet, VNET_HEADER)
  if (partial) setPartial(buffer, 0, 20, packet[9] === 6 ? 16 : 6)
  return buffer
}

function masqueradeAndBack(buffer: Uint8Array): number {
  readVnetHeader(view, buffer, 0)
  const fault = parsePacket(view, buffer, VNET_HEADER, buffer.length - VNET_HEADER)
  setSource(view, WAN)
  setSourcePort(view, 61000)
  setTtl(view, 63)
  clampMss(view, 1400)
  setSource(view, CLIENT)
  setSourcePort(view, 40000)
  setTtl(view, 64)
  return fault
}

function translateError(buffer: Uint8Array): number {
  readVnetHeader(view, buffer, 0)
  const fault = parsePacket(view, buffer, VNET_HEADER, buffer.length - VNET_HEADER)
  const quoted = parseQuoted(inner, view)
  setDestination(view, CLIENT)
  setSource(inner, WAN)
  setSourcePort(inner, 61000)
  setDestination(view, WAN)
  setSource(inner, CLIENT)
  setSourcePort(inner, 40000)
  return fault | quoted
}

function echoAndBack(buffer: Uint8Array): number {
  readVnetHeader(view, buffer, 0)
  const fault = parsePacket(view, buffer, VNET_HEADER, buffer.length - VNET_HEADER)
  setIcmpId(view, 7)
  setIcmpId(view, 9)
  return fault
}

function sumAll(buffer: Uint8Array): number {
  return sumBytes(buffer, VNET_HEADER, buffer.length - VNET_HEADER, 0) & 0
}

/** The second of two fragments, so that the first can be at hand beside it. */
const pieces = fragment(
  buildUdp({ ...ENDS, source: '203.0.113.9', payload: new Uint8Array(92).fill(7) }),
  [48],
)
const firstPiece = arrived(pieces[0]!)
const reassembler = new Reassembler()
function reassemble(buffer: Uint8Array): number {
  readVnetHeader(view, firstPiece, 0)
  let fault = parsePacket(view, firstPiece, VNET_HEADER, firstPiece.length - VNET_HEADER)
  reassembler.add(view, 0)
  readVnetHeader(view, buffer, 0)
  fault |= parsePacket(view, buffer, VNET_HEADER, buffer.length - VNET_HEADER)
  return fault | (reassembler.add(view, 0) - REASSEMBLY.done)
}

/** The negative control: a measurement that does not see this sees nothing. */
let kept: number[] = []
function litter(buffer: Uint8Array): number {
  kept = [buffer[0]!]
  return 0
}

const data = new Uint8Array(1460).fill(7)
const syn = { ...ENDS, flags: 2, tcpOptions: [2, 4, 5, 180] }
const cases = {
  tcp: [masqueradeAndBack, arrived(buildTcp({ ...ENDS, payload: data }))],
  syn: [masqueradeAndBack, arrived(buildTcp(syn))],
  partial: [masqueradeAndBack, arrived(buildTcp({ ...ENDS, payload: data, checksum: 'partial' }), true)],
  udp: [masqueradeAndBack, arrived(buildUdp({ ...ENDS, payload: data.subarray(0, 18) }))],
  echo: [echoAndBack, arrived(buildIcmp({ ...ENDS, type: 8, icmpId: 9, payload: data.subarray(0, 56) }))],
  error: [
    translateError,
    arrived(
      buildIcmp({ source: '203.0.113.9', destination: WAN, type: 3, code: 1, payload: buildUdp(ENDS) }),
    ),
  ],
  sum1500: [sumAll, arrived(buildTcp({ ...ENDS, payload: data }))],
  fragments: [reassemble, arrived(pieces[1]!)],
  control: [litter, arrived(buildUdp(ENDS))],
} as const

function run(
  work: (buffer: Uint8Array) => number,
  buffer: Uint8Array,
): { bytes: number; nanoseconds: number } {
  let faults = 0
  let best = Number.POSITIVE_INFINITY
  const before = process.memoryUsage().heapUsed
  for (let slice = 0; slice < SLICES; slice++) {
    const from = performance.now()
    for (let i = 0; i < CALLS / SLICES; i++) faults |= work(buffer)
    best = Math.min(best, performance.now() - from)
  }
  const bytes = process.memoryUsage().heapUsed - before
  const nanoseconds = (best * 1e6 * SLICES) / CALLS
  if (faults !== 0) throw new Error('a packet of the probe does not parse')
  return { bytes, nanoseconds }
}

const results: Record<string, { bytes: number; nanoseconds: number }> = {}
for (let round = 0; round < 2; round++) {
  for (const [name, [work, buffer]] of Object.entries(cases)) results[name] = run(work, buffer)
}
process.stdout.write(JSON.stringify({ calls: CALLS, kept: kept.length, results }))
