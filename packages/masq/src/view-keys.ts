/**
 * Which part of a packet is which end's port, seen from the way it goes. A far port of -1: the packet belongs to no
 * connection and can open none. Protocols without ports are told apart by their addresses alone: both ports are 0.
 */
import { type PacketView, PROTOCOL } from '@bauta/packet'
import { queryPortIn, queryPortOut } from './icmp-queries.ts'

/**
 * Protocols that translating would break, or that are nobody's to forward: IGMP stays on its link; DCCP and UDP-Lite
 * sum the addresses into a checksum that is not known here; AH signs them (RFC 4302 §3.3.3.1.1).
 */
const UNTRANSLATABLE: readonly number[] = [0, 2, 33, 51, 136]

/** GRE, ESP and the like: one client for one server, told apart by addresses (0: has ports, or cannot be translated). */
const portless = new Uint8Array(256).fill(1)
for (const protocol of [PROTOCOL.icmp, PROTOCOL.tcp, PROTOCOL.udp, ...UNTRANSLATABLE]) portless[protocol] = 0

export function isPortless(protocol: number): boolean {
  return portless[protocol] === 1
}

export const hasPorts = (protocol: number): boolean => protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp

const GRE = 47
/** RFC 2637 §4.1: version 1, with a key, carrying PPP; the key's second half is the receiver's number of the call. */
const PPP = 0x880b
const HAS_KEY = 0x20
export const CALL_AT = 6

/** @returns the number of the call that a GRE packet of PPTP belongs to, as its receiver has it; 0: of no call */
export function callOf({ protocol, fragmentOffset, l4Length, buffer, l4 }: PacketView): number {
  if (protocol !== GRE || fragmentOffset !== 0 || l4Length < 8) return 0
  if ((buffer[l4]! & HAS_KEY) === 0 || (buffer[l4 + 1]! & 7) !== 1) return 0
  if (((buffer[l4 + 2]! << 8) | buffer[l4 + 3]!) !== PPP) return 0
  return (buffer[l4 + CALL_AT]! << 8) | buffer[l4 + CALL_AT + 1]!
}

/** @returns our side's port (or ICMP id) of a packet that goes to the server */
export function nearPortOut(view: PacketView): number {
  return view.protocol === PROTOCOL.icmp ? view.icmpId : view.sourcePort
}

/** @returns our side's port (or ICMP id) of a packet that comes from the server */
export function nearPortIn(view: PacketView): number {
  return view.protocol === PROTOCOL.icmp ? view.icmpId : view.destinationPort
}

/** @returns the far port (of ICMP: type and code) of a packet that goes to the server; -1: none */
export function farPortOut(view: PacketView): number {
  if (view.fragmentOffset !== 0) return -1
  if (view.protocol === PROTOCOL.tcp || view.protocol === PROTOCOL.udp) return view.destinationPort
  if (view.protocol === PROTOCOL.icmp) return queryPortOut(view.icmpType, view.icmpCode)
  return portless[view.protocol]! - 1
}

/** @returns the far port of a packet that comes from the server; -1: none */
export function farPortIn(view: PacketView): number {
  if (view.fragmentOffset !== 0) return -1
  if (view.protocol === PROTOCOL.tcp || view.protocol === PROTOCOL.udp) return view.sourcePort
  if (view.protocol === PROTOCOL.icmp) return queryPortIn(view.icmpType, view.icmpCode)
  return portless[view.protocol]! - 1
}
