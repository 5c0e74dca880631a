/** Writing a connection's addresses and ports into packets. What is right already is left alone: the box's own connections mostly are. */
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

/** As the server shall see it: from WAN address and masq port. */
export function fromWan(view: PacketView, table: ConnectionFields, slot: number): void {
  setNearSource(view, table.wan(slot), table.masqPort(slot))
}

/** As the client shall see it: to its own address and port. */
export function toClient(view: PacketView, table: ConnectionFields, slot: number): void {
  setNearDestination(view, table.client(slot), table.clientPort(slot))
}

/** A packet that the client had sent, quoted back to it. */
export function fromClient(view: PacketView, table: ConnectionFields, slot: number): void {
  setNearSource(view, table.client(slot), table.clientPort(slot))
}

/** A packet that the server had sent, quoted back to it. */
export function toWan(view: PacketView, table: ConnectionFields, slot: number): void {
  setNearDestination(view, table.wan(slot), table.masqPort(slot))
}

function setNearSource(view: PacketView, address: number, port: number): void {
  if (view.source !== address) setSource(view, address)
  if (view.protocol === PROTOCOL.icmp) {
    if (view.icmpId !== port) setIcmpId(view, port)
  } else if (view.sourcePort !== port) setSourcePort(view, port)
}

function setNearDestination(view: PacketView, address: number, port: number): void {
  if (view.destination !== address) setDestination(view, address)
  if (view.protocol === PROTOCOL.icmp) {
    if (view.icmpId !== port) setIcmpId(view, port)
  } else if (view.destinationPort !== port) setDestinationPort(view, port)
}
