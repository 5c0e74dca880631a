/**
 * Which live connections a change of the rules ends: those that the old rules let through and the new ones do not.
 *
 * Every connection in the table is judged again, both ways, as the next packet of it would be (a known connection, a
 * plain packet). One whose verdict did not change goes on, whatever else changed; one that the old rules did not let
 * through either was let in by something that varies from packet to packet (a SYN-only rule, a rule for new
 * connections) and is left to its timer.
 */
import { Evaluator, HOOK, STATE, VERDICT } from '@bauta/chains'
import { type ConnectionTable, FLAG } from '@bauta/masq'
import { PROTOCOL, TCP_FLAG } from '@bauta/packet'
import { ForwardTable } from '../path/forwards.ts'
import type { PathConfig } from '../path-config.ts'
import { LikelyPacket, NOTHING_COUNTED, NOWHERE } from './likely-packet.ts'
import { NetfilterJudge } from './netfilter-judge.ts'

/** One configuration's opinion about connections. */
export class Judge {
  readonly #config: PathConfig
  readonly #evaluator: Evaluator
  readonly #forwards: ForwardTable
  readonly #packet = new LikelyPacket()

  constructor(config: PathConfig) {
    this.#config = config
    this.#evaluator = new Evaluator(config.chains, NOTHING_COUNTED)
    this.#forwards = new ForwardTable(config.forwards)
  }

  /** @returns whether packets of the connection pass, both ways */
  admits(table: ConnectionTable, slot: number): boolean {
    const flags = table.flags(slot)
    if (flags & FLAG.local) return this.#admitsLocal(table, slot)
    if (flags & FLAG.forwarded && !this.#forwards.admits(table, slot)) return false
    if (flags & FLAG.fromOutside) return this.#admitsFromOutside(table, slot, flags)
    if (flags & FLAG.forwarded) return true
    const { wan } = this.#config
    const lan = this.#interfaceOf(table.client(slot))
    this.#outward(table, slot)
    // Another one than gets it, where a constant DNS address was asked.
    this.#packet.destination = table.asked(slot)
    if (this.#ask(HOOK.input, lan, NOWHERE) !== VERDICT.ACCEPT) return false
    this.#packet.destination = table.server(slot)
    if (this.#ask(HOOK.forward, lan, wan) !== VERDICT.MASQ) return false
    this.#packet.source = table.wan(slot)
    if (this.#packet.sourcePort !== 0) this.#packet.sourcePort = table.masqPort(slot)
    if (this.#ask(HOOK.output, NOWHERE, wan) !== VERDICT.ACCEPT) return false
    this.#inward(table, slot)
    if (this.#ask(HOOK.input, wan, NOWHERE) !== VERDICT.ACCEPT) return false
    this.#packet.destination = table.client(slot)
    if (this.#packet.destinationPort !== 0) this.#packet.destinationPort = table.clientPort(slot)
    return this.#ask(HOOK.output, NOWHERE, lan) === VERDICT.ACCEPT
  }

  /** What a forward, an open console or a helper let in, no rule had to: only a rule that denies ends it. */
  #admitsFromOutside(table: ConnectionTable, slot: number, flags: number): boolean {
    const byConsole = (flags & FLAG.holdsPort) !== 0 && this.#forwards.isConsole(table.clientBits(slot))
    const byHelper = (flags & (FLAG.expected | FLAG.forwarded)) === FLAG.expected
    if ((flags & FLAG.forwarded) === 0 && !byConsole && !byHelper) return false
    const { wan } = this.#config
    const lan = this.#interfaceOf(table.client(slot))
    this.#inward(table, slot)
    if (this.#denies(HOOK.input, wan, NOWHERE)) return false
    this.#packet.destination = table.client(slot)
    if (this.#packet.destinationPort !== 0) this.#packet.destinationPort = table.clientPort(slot)
    if (this.#ask(HOOK.output, NOWHERE, lan) !== VERDICT.ACCEPT) return false
    this.#outward(table, slot)
    return !this.#denies(HOOK.input, lan, NOWHERE) && !this.#denies(HOOK.forward, lan, wan)
  }

  #denies(hook: 0 | 1 | 2, inIf: number, outIf: number): boolean {
    const verdict = this.#ask(hook, inIf, outIf)
    return verdict !== VERDICT.ACCEPT && verdict !== VERDICT.MASQ && this.#evaluator.ruleId !== 0
  }

  #admitsLocal(table: ConnectionTable, slot: number): boolean {
    const there = this.#interfaceOf(table.server(slot))
    const way = there === NOWHERE ? this.#config.wan : there
    const redirected = isRedirected(table, slot)
    this.#outward(table, slot)
    if (redirected) {
      this.#packet.source = table.wan(slot)
      this.#packet.sourcePort = table.masqPort(slot)
    }
    if (this.#ask(HOOK.output, NOWHERE, way) !== VERDICT.ACCEPT) return false
    this.#inward(table, slot)
    return this.#ask(HOOK.input, way, NOWHERE) === (redirected ? VERDICT.REDIRECT : VERDICT.ACCEPT)
  }

  #ask(hook: 0 | 1 | 2, inIf: number, outIf: number): number {
    return this.#evaluator.evaluate(hook, this.#packet, inIf, outIf, STATE.ESTABLISHED, false)
  }

  #interfaceOf(address: number): number {
    for (const { network, mask, index } of this.#config.routes)
      if ((address & mask) >>> 0 === network) return index
    return NOWHERE
  }

  #outward(table: ConnectionTable, slot: number): void {
    const packet = this.#packet
    const protocol = table.protocol(slot)
    packet.protocol = protocol
    packet.source = table.client(slot)
    packet.destination = table.server(slot)
    const ports = protocol !== PROTOCOL.icmp
    packet.sourcePort = ports ? table.clientPort(slot) : 0
    packet.destinationPort = ports ? table.serverPort(slot) : 0
    packet.icmpType = ports ? 0 : table.serverPort(slot) >>> 8
    packet.icmpCode = ports ? 0 : table.serverPort(slot) & 0xff
    packet.tcpFlags = protocol === PROTOCOL.tcp ? TCP_FLAG.ack : 0
  }

  #inward(table: ConnectionTable, slot: number): void {
    const packet = this.#packet
    this.#outward(table, slot)
    packet.source = table.server(slot)
    packet.destination = table.wan(slot)
    if (packet.protocol === PROTOCOL.icmp) {
      packet.icmpType = packet.icmpType === 8 ? 0 : packet.icmpType + 1
      return
    }
    packet.sourcePort = table.serverPort(slot)
    packet.destinationPort = table.masqPort(slot)
  }
}

/** A connection to a service of the box that was addressed to somebody else, or to another port. */
function isRedirected(table: ConnectionTable, slot: number): boolean {
  if ((table.flags(slot) & FLAG.fromOutside) === 0) return false
  return table.wan(slot) !== table.client(slot) || table.masqPort(slot) !== table.clientPort(slot)
}

const judgeOf = (config: PathConfig): { admits(table: ConnectionTable, slot: number): boolean } =>
  config.chains.dialect === 'netfilter' ? new NetfilterJudge(config) : new Judge(config)

/**
 * @param since only connections opened at this tick or later
 * @returns pairs of slot and generation
 */
export function connectionsToCut(
  table: ConnectionTable,
  old: PathConfig,
  next: PathConfig,
  since = 0,
): Float64Array {
  const before = judgeOf(old)
  const after = judgeOf(next)
  const found: number[] = []
  for (let slot = 0; slot < table.limit; slot++) {
    if (!table.used(slot) || table.createdAt(slot) < since) continue
    if (!after.admits(table, slot) && before.admits(table, slot)) found.push(slot, table.generation(slot))
  }
  return Float64Array.from(found)
}
