/**
 * ICMP errors about masqueraded packets, in both directions (RFC 5508 §4, RFC 4787 REQ-12, RFC 5382 REQ-9).
 *
 * An error quotes the packet that caused it, as it looked where the error arose. One from the WAN side quotes a packet we
 * have sent, so the quote carries WAN address and masq port as its source; one from the LAN side quotes a packet we have
 * delivered, with the client as its destination. The quote leads to the connection; then the outer address on our side
 * and the quoted address and port are put back to what the receiver of the error knows. Type and code stay, and so does
 * the sender of an error from the WAN side, which is how traceroute sees the routers on the way. Where the far end is
 * translated too (forwards, DNAT), the quote is put back in both ends, and so is the far end's own address outside it.
 *
 * 2.2 left parameter problem (12) alone; RFC 5508 REQ-4 wants it. Redirects are nobody's business across a NAT.
 * An error never touches the connection: neither its state nor its timer (RFC 5508 REQ-6) nor its counters.
 */

import { FAULT, ICMP, PacketView, PROTOCOL, parseQuoted, setDestination, setSource } from '@bauta/packet'
import { IN, OUT } from './key-index.ts'
import type { ConnectionTable } from './table.ts'
import { quotedInward, quotedOutward } from './translate.ts'
import { farPortIn, farPortOut, nearPortIn, nearPortOut } from './view-keys.ts'

/** @returns whether errors of this type are translated */
export function isTranslatedError(type: number): boolean {
  return (
    type === ICMP.unreachable ||
    type === ICMP.sourceQuench ||
    type === ICMP.timeExceeded ||
    type === ICMP.parameterProblem
  )
}

export class IcmpErrors {
  readonly #table: ConnectionTable
  readonly #quoted = new PacketView()

  constructor(table: ConnectionTable) {
    this.#table = table
  }

  /** @returns the slot that an error from the WAN side is about, or -1 */
  findIn(view: PacketView): number {
    const quoted = this.#quoted
    if (!this.#quotes(view)) return -1
    const farPort = farPortOut(quoted)
    if (farPort < 0) return -1
    const ports = (nearPortOut(quoted) << 16) | farPort
    return this.#table.index.find(IN, quoted.protocol, quoted.source | 0, ports, quoted.destination | 0)
  }

  /** @returns the slot that an error from the LAN side is about, or -1 */
  findOut(view: PacketView): number {
    const quoted = this.#quoted
    if (!this.#quotes(view)) return -1
    const farPort = farPortIn(quoted)
    if (farPort < 0) return -1
    const ports = (nearPortIn(quoted) << 16) | farPort
    return this.#table.index.find(OUT, quoted.protocol, quoted.destination | 0, ports, quoted.source | 0)
  }

  /** An error from the WAN side, which findIn() found: to the client. */
  translateIn(view: PacketView, slot: number): void {
    if (!this.#quotes(view)) return
    const table = this.#table
    const client = table.client(slot)
    const asked = table.asked(slot)
    if (view.destination !== client) setDestination(view, client)
    if (view.source !== asked && view.source === table.server(slot)) setSource(view, asked)
    quotedInward(this.#quoted, table, slot)
  }

  /** An error from the LAN side, which findOut() found: to the server, as if we had met the problem. */
  translateOut(view: PacketView, slot: number): void {
    if (!this.#quotes(view)) return
    const table = this.#table
    const wan = table.wan(slot)
    const server = table.server(slot)
    if (view.source !== wan) setSource(view, wan)
    if (view.destination !== server) setDestination(view, server)
    quotedOutward(this.#quoted, table, slot)
  }

  /** Reads the quote of an error. An error goes back to whoever sent what it quotes; any other is forged or astray. */
  #quotes(view: PacketView): boolean {
    if (view.protocol !== PROTOCOL.icmp || view.isFragment || !isTranslatedError(view.icmpType)) return false
    return parseQuoted(this.#quoted, view) === FAULT.none && this.#quoted.source === view.destination
  }
}
