/**
 * Whether rules of netfilter let a live connection go on, as the next packets of it would find out: filter and mangle are asked,
 * both ways; nat is not, because it speaks only when a connection begins.
 */
import { Evaluator, NETFILTER_HOOK as HOOK, STATE, VERDICT } from '@bauta/chains'
import { type ConnectionTable, FLAG } from '@bauta/masq'
import { PROTOCOL, TCP_FLAG } from '@bauta/packet'
import { ForwardTable } from '../path/forwards.ts'
import { isLedConnection } from '../path/netfilter-forwards.ts'
import type { PathConfig } from '../path-config.ts'
import { LikelyPacket, NOTHING_COUNTED, NOWHERE } from './likely-packet.ts'

const ECHO_REQUEST = 8

export class NetfilterJudge {
  readonly #config: PathConfig
  readonly #evaluator: Evaluator
  readonly #packet = new LikelyPacket()
  readonly #forwards: ForwardTable
  /** A forward or an open console let the connection in: policies of FORWARD have no say. */
  #led = false

  constructor(config: PathConfig) {
    this.#config = config
    this.#evaluator = new Evaluator(config.chains, NOTHING_COUNTED)
    this.#forwards = new ForwardTable(config.forwards)
  }

  /** @returns whether packets of the connection pass, both ways */
  admits(table: ConnectionTable, slot: number): boolean {
    const near = this.#interfaceTo(table.client(slot))
    const far = this.#interfaceTo(table.server(slot))
    const local = (table.flags(slot) & FLAG.local) !== 0
    this.#led = isLedConnection(table, slot, this.#config.wanAddress | 0, near === far)
    if (this.#led && !this.#isStillLed(table, slot)) return false
    return local
      ? this.#leavesBox(table, slot, far) && this.#reachesBox(table, slot, far)
      : this.#passes(table, slot, near, far, false) && this.#passes(table, slot, far, near, true)
  }

  #isStillLed(table: ConnectionTable, slot: number): boolean {
    const flags = table.flags(slot)
    if (flags & FLAG.forwarded) return this.#forwards.admits(table, slot)
    return (flags & FLAG.fromOutside) === 0 || this.#forwards.isConsole(table.clientBits(slot))
  }

  #passes(table: ConnectionTable, slot: number, inIf: number, outIf: number, inward: boolean): boolean {
    this.#arrives(table, slot, inward)
    if (!this.#lets(HOOK.manglePrerouting, inIf, NOWHERE)) return false
    this.#between(table, slot, inward)
    return (
      this.#lets(HOOK.mangleForward, inIf, outIf) &&
      this.#lets(HOOK.forward, inIf, outIf) &&
      this.#lets(HOOK.manglePostrouting, NOWHERE, outIf)
    )
  }

  #leavesBox(table: ConnectionTable, slot: number, outIf: number): boolean {
    this.#kind(table, slot, false)
    this.#between(table, slot, false)
    return (
      this.#lets(HOOK.mangleOutput, NOWHERE, outIf) &&
      this.#lets(HOOK.output, NOWHERE, outIf) &&
      this.#lets(HOOK.manglePostrouting, NOWHERE, outIf)
    )
  }

  #reachesBox(table: ConnectionTable, slot: number, inIf: number): boolean {
    this.#arrives(table, slot, true)
    if (!this.#lets(HOOK.manglePrerouting, inIf, NOWHERE)) return false
    this.#between(table, slot, true)
    return this.#lets(HOOK.mangleInput, inIf, NOWHERE) && this.#lets(HOOK.input, inIf, NOWHERE)
  }

  #lets(hook: number, inIf: number, outIf: number): boolean {
    const verdict = this.#evaluator.evaluate(hook, this.#packet, inIf, outIf, STATE.ESTABLISHED, false)
    if (this.#led && hook === HOOK.forward && this.#evaluator.ruleId === 0) return true
    return verdict === VERDICT.ACCEPT
  }

  #interfaceTo(address: number): number {
    for (const { network, mask, index } of this.#config.routes)
      if ((address & mask) >>> 0 === network) return index
    return this.#config.wan
  }

  /** A packet as it came, before any translation. */
  #arrives(table: ConnectionTable, slot: number, inward: boolean): void {
    this.#kind(table, slot, inward)
    if (inward)
      this.#packet.goes(table.server(slot), table.serverPort(slot), table.wan(slot), table.masqPort(slot))
    else
      this.#packet.goes(table.client(slot), table.clientPort(slot), table.asked(slot), table.askedPort(slot))
  }

  /** The same between the two translations. */
  #between(table: ConnectionTable, slot: number, inward: boolean): void {
    const [client, clientPort] = [table.client(slot), table.clientPort(slot)]
    const [server, serverPort] = [table.server(slot), table.serverPort(slot)]
    if (inward) this.#packet.goes(server, serverPort, client, clientPort)
    else this.#packet.goes(client, clientPort, server, serverPort)
  }

  #kind(table: ConnectionTable, slot: number, inward: boolean): void {
    const packet = this.#packet
    packet.protocol = table.protocol(slot)
    packet.sourcePort = 0
    packet.destinationPort = 0
    packet.icmpType = 0
    packet.icmpCode = 0
    packet.tcpFlags = packet.protocol === PROTOCOL.tcp ? TCP_FLAG.ack : 0
    this.#evaluator.begin(64, 0)
    if (packet.protocol !== PROTOCOL.icmp) return
    // the far port of a query holds type and code of the request; the opener asks, the other side answers
    const asked = table.serverPort(slot) >>> 8
    const answers = inward !== ((table.flags(slot) & FLAG.fromOutside) !== 0)
    packet.icmpType = !answers ? asked : asked === ECHO_REQUEST ? 0 : asked + 1
    packet.icmpCode = table.serverPort(slot) & 0xff
  }
}
