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
import { hasPorts } from './view-keys.ts'

/** A packet of the client as the server shall see it: from WAN address and masq port, to the server. */
export function outward(view: PacketView, table: ConnectionFields, slot: number): void {
  setNearSource(view, table.wan(slot), table.masqPort(slot))
  setFarDestination(view, table.server(slot), table.serverPort(slot))
}

/** A packet of the server as the client shall see it: to its own address and port, from whom it had asked. */
export function inward(view: PacketView, table: ConnectionFields, slot: number): void {
  setNearDestination(view, table.client(slot), table.clientPort(slot))
  setFarSource(view, table.asked(slot), table.askedPort(slot))
}

/** What the client had sent and was translated, quoted back to it. */
export function quotedInward(view: PacketView, table: ConnectionFields, slot: number): void {
  setNearSource(view, table.client(slot), table.clientPort(slot))
  setFarDestination(view, table.asked(slot), table.askedPort(slot))
}

/** What the server had sent and was translated, quoted back to it. */
export function quotedOutward(view: PacketView, table: ConnectionFields, slot: number): void {
  setNearDestination(view, table.wan(slot), table.masqPort(slot))
  setFarSource(view, table.server(slot), table.serverPort(slot))
}

/** The near end's port of an ICMP query is its identifier. */
function setNearSource(view: PacketView, address: number, port: number): void {
  if (view.source !== address) setSource(view, address)
  if (hasPorts(view.protocol)) {
    if (view.sourcePort !== port) setSourcePort(view, port)
  } else if (view.protocol === PROTOCOL.icmp && view.icmpId !== port) setIcmpId(view, port)
}

function setNearDestination(view: PacketView, address: number, port: number): void {
  if (view.destination !== address) setDestination(view, address)
  if (hasPorts(view.protocol)) {
    if (view.destinationPort !== port) setDestinationPort(view, port)
  } else if (view.protocol === PROTOCOL.icmp && view.icmpId !== port) setIcmpId(view, port)
}

/** The far end's port of an ICMP query is its type and code, which stay. */
function setFarSource(view: PacketView, address: number, port: number): void {
  if (view.source !== address) setSource(view, address)
  if (view.sourcePort !== port && hasPorts(view.protocol)) setSourcePort(view, port)
}

function setFarDestination(view: PacketView, address: number, port: number): void {
  if (view.destination !== address) setDestination(view, address)
  if (view.destinationPort !== port && hasPorts(view.protocol)) setDestinationPort(view, port)
}
