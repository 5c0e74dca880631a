/** Stations at the way in: is it a packet, can it be from there, is it whole? */
import { parsePacket, REASSEMBLY, readVnetHeader, VNET_HEADER } from '@bauta/packet'
import { PATH_OF } from '../counters.ts'
import { DROP } from '../drop-reasons.ts'
import { type Crossing, GO_ON, HELD } from './crossing.ts'

export function wellFormed(c: Crossing): number {
  const { view } = c
  readVnetHeader(view, c.buffer, 0)
  const fault = parsePacket(view, c.buffer, VNET_HEADER, c.length - VNET_HEADER)
  if (fault !== 0) return fault
  c.bytes = view.totalLength
  if (view.gsoSize > 0) countSegments(c)
  return GO_ON
}

/** Every segment has its own headers on the wire. */
function countSegments(c: Crossing): void {
  const { view } = c
  const headers = view.headerLength + (view.protocol === 6 ? view.tcpHeaderLength : 8)
  // Whole numbers all the way (`| 0`): a fraction would be boxed wherever it is handed over.
  c.packets = Math.max(1, ((view.totalLength - headers + view.gsoSize - 1) / view.gsoSize) | 0)
  c.bytes = view.totalLength + (c.packets - 1) * headers
}

/** 0/8, 127/8, 224/4 and 240/4: never the address of one machine (RFC 1122 3.2.1.3). */
export function isMartian(address: number): boolean {
  const first = address >>> 24
  return first === 0 || first === 127 || first >= 224
}

/** From the LAN: only what lives behind that interface. */
export function saneFromLan(c: Crossing): number {
  const { source } = c.view
  if (isMartian(source)) return DROP.martian
  if (c.isOwn(source)) return DROP.land
  if (c.isBroadcast(source)) return DROP.martian
  return c.routeTo(source) === c.inIf ? saneDestination(c) : DROP.spoofed
}

/** From the WAN: anything but the box and what lives behind it. */
export function saneFromWan(c: Crossing): number {
  const { source } = c.view
  if (isMartian(source)) return DROP.martian
  if (c.isOwn(source)) return DROP.land
  if (c.isBroadcast(source)) return DROP.martian
  const behind = c.routeTo(source)
  return behind === -1 || behind === c.wan ? saneDestination(c) : DROP.spoofed
}

/** From the box itself: a socket may still hold the address of yesterday. */
export function saneFromBox(c: Crossing): number {
  return c.isOwn(c.view.source) ? saneDestination(c) : DROP['stale-source']
}

function saneDestination(c: Crossing): number {
  const { source, destination } = c.view
  if (isMartian(destination)) return DROP.martian
  if (source === destination) return DROP.land
  return c.isBroadcast(destination) ? DROP.broadcast : GO_ON
}

/**
 * Fragments wait until the datagram is whole; it then goes on as one packet, and the kernel fragments it again.
 * What the reassembler throws away it counts itself: see Crossing.countFragments.
 */
export function whole(c: Crossing): number {
  if (!c.view.isFragment) return GO_ON
  const { reassembler } = c
  if (reassembler.add(c.view, c.now) !== REASSEMBLY.done) return HELD
  c.buffer = reassembler.whole
  c.length = reassembler.wholeStart + reassembler.wholeLength
  c.packets = 1
  const fault = wellFormed(c)
  if (fault === 0) c.counters.carried(PATH_OF.reassembled, 1, c.bytes)
  return fault
}
