/**
 * Writing a connection's addresses and ports into packets. What is right already is left alone: of the four fields mostly
 * one or two are translated, and of the box's own connections none.
 */
import {
  type PacketView,
  PROTOCOL,
  setDestination,
  setDestinationPort,
  setIcmpId,
  setSource,
  setSourcePort,
} from '@bauta/packet'
import type { ConnectionFields } from './connection-fields.ts'
import { CALL_AT, hasPorts } from './view-keys.ts'

/** A packet of the client as the server shall see it: from WAN address and masq port, to the server. */
export function outward(view: PacketView, table: ConnectionFields, slot: number): void {
  if (view.source !== table.wan(slot)) setSource(view, table.wan(slot))
  setNearPort(view, table.masqPort(slot), true)
  if (!table.translatesFarEnd(slot)) return
  if (view.destination !== table.server(slot)) setDestination(view, table.server(slot))
  setFarPort(view, table.serverPort(slot), false)
}

/** A packet of the server as the client shall see it: to its own address and port, from whom it had asked. */
export function inward(view: PacketView, table: ConnectionFields, slot: number): void {
  if (view.protocol === GRE && table.masqPort(slot) !== 0) setCall(view, table.note(slot))
  if (view.destination !== table.client(slot)) setDestination(view, table.client(slot))
  setNearPort(view, table.clientPort(slot), false)
  if (!table.translatesFarEnd(slot)) return
  if (view.source !== table.asked(slot)) setSource(view, table.asked(slot))
  setFarPort(view, table.askedPort(slot), true)
}

/** What the client had sent and was translated, quoted back to it. */
export function quotedInward(view: PacketView, table: ConnectionFields, slot: number): void {
  if (view.source !== table.client(slot)) setSource(view, table.client(slot))
  setNearPort(view, table.clientPort(slot), true)
  if (!table.translatesFarEnd(slot)) return
  if (view.destination !== table.asked(slot)) setDestination(view, table.asked(slot))
  setFarPort(view, table.askedPort(slot), false)
}

/** What the server had sent and was translated, quoted back to it. */
export function quotedOutward(view: PacketView, table: ConnectionFields, slot: number): void {
  if (view.destination !== table.wan(slot)) setDestination(view, table.wan(slot))
  setNearPort(view, table.masqPort(slot), false)
  if (!table.translatesFarEnd(slot)) return
  if (view.source !== table.server(slot)) setSource(view, table.server(slot))
  setFarPort(view, table.serverPort(slot), true)
}

const GRE = 47

/** The client's own number of the call (RFC 2637); there is no checksum over it. */
function setCall({ buffer, l4 }: PacketView, call: number): void {
  buffer[l4 + CALL_AT] = call >>> 8
  buffer[l4 + CALL_AT + 1] = call
}

/**
 * The near end's port of an ICMP query is its identifier; the far end's is its type and code, which stay. Addresses are asked of
 * the table where they are needed, never handed on: as unsigned numbers they would be made objects of.
 */
function setNearPort(view: PacketView, port: number, source: boolean): void {
  if (view.protocol === PROTOCOL.icmp) {
    if (view.icmpId !== port) setIcmpId(view, port)
  } else if (!hasPorts(view.protocol)) return
  else if (source) {
    if (view.sourcePort !== port) setSourcePort(view, port)
  } else if (view.destinationPort !== port) setDestinationPort(view, port)
}

function setFarPort(view: PacketView, port: number, source: boolean): void {
  if (!hasPorts(view.protocol)) return
  if (source) {
    if (view.sourcePort !== port) setSourcePort(view, port)
  } else if (view.destinationPort !== port) setDestinationPort(view, port)
}
