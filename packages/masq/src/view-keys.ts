/** Which part of a packet is which end's port, seen from the way it goes. A server port of -1: no connection can be made of it. */
import { type PacketView, PROTOCOL } from '@bauta/packet'
import { queryPortIn, queryPortOut } from './icmp-queries.ts'

/** @returns our side's port (or ICMP id) of a packet that goes to the server */
export function nearPortOut(view: PacketView): number {
  return view.protocol === PROTOCOL.icmp ? view.icmpId : view.sourcePort
}

/** @returns our side's port (or ICMP id) of a packet that comes from the server */
export function nearPortIn(view: PacketView): number {
  return view.protocol === PROTOCOL.icmp ? view.icmpId : view.destinationPort
}

export function serverPortOut(view: PacketView): number {
  if (view.fragmentOffset !== 0) return -1
  if (view.protocol === PROTOCOL.tcp || view.protocol === PROTOCOL.udp) return view.destinationPort
  return view.protocol === PROTOCOL.icmp ? queryPortOut(view.icmpType, view.icmpCode) : -1
}

export function serverPortIn(view: PacketView): number {
  if (view.fragmentOffset !== 0) return -1
  if (view.protocol === PROTOCOL.tcp || view.protocol === PROTOCOL.udp) return view.sourcePort
  return view.protocol === PROTOCOL.icmp ? queryPortIn(view.icmpType, view.icmpCode) : -1
}
