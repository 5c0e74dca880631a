/** The /proc files of Linux 2.2, and netfilter's, from the mapped table and the rules in force. */
import { type CounterReader, procFwchains, procFwnames } from '@bauta/chains'
import { type ConnectionTable, FLAG } from '@bauta/masq'
import type { InForce } from '../apply/apply.ts'
import { readArmed } from '../armed.ts'
import type { Counters } from '../counters.ts'
import { interfaceTable } from '../path-config.ts'
import { ipMasqAppText, masqHelpers } from '../proc/ip-masq-app.ts'
import { ipMasqAutofwText, ipMasqMfwRecords, ipMasqPortfwRecords } from '../proc/ip-masq-forwards.ts'
import { ipMasqProtocolRecords, MASQ_FLAG, type MasqDetailRow } from '../proc/ip-masq-protocol.ts'
import { ipMasqueradeRecords } from '../proc/ip-masquerade.ts'
import { nfConntrackLines } from '../proc/nf-conntrack.ts'
import { readTurn } from '../turns.ts'

export interface ProcSource {
  table: ConnectionTable
  counters: Counters
  inForce: InForce
  /** Ticks. */
  now: number
}

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1 }

/** @param path below /proc/net @returns null where 2.2 had no such file (or Bauta has none yet) */
export function procText(path: string, source: ProcSource): string | Iterable<string> | null {
  const { table, counters, inForce } = source
  const { rules } = inForce.snapshot
  const { slots } = inForce
  const reader = (): CounterReader => ({
    rule: (id) => counters.counted(slots.ofRule(id)),
    policy: (chain) => counters.counted(slots.ofPolicy(chain)),
  })
  switch (path) {
    case 'ip_masquerade':
      return ipMasqueradeRecords(masqRows(source), table.freePorts)
    case 'ip_masq/app':
      return ipMasqAppText(masqHelpers(inForce.snapshot.helpers, table))
    case 'ip_masq/tcp':
    case 'ip_masq/udp':
    case 'ip_masq/icmp':
      return ipMasqProtocolRecords(
        PROTOCOLS[path.slice('ip_masq/'.length)]!,
        masqRows(source),
        table.freePorts,
      )
    case 'ip_masq/portfw':
      return ipMasqPortfwRecords(inForce.snapshot.forwards, inForce.config.wanAddress, (id) =>
        readTurn(counters.turns, id),
      )
    case 'ip_masq/mfw':
      return ipMasqMfwRecords(inForce.snapshot.forwards, (id) => readTurn(counters.turns, id))
    case 'ip_masq/autofw':
      return ipMasqAutofwText(inForce.snapshot.forwards, (id) => readArmed(counters.armed, id, source.now))
    case 'nf_conntrack':
      return nfConntrackLines(table, source.now)
    case 'ip_fwchains':
      return procFwchains(rules, reader(), interfaceTable(inForce.snapshot))
    case 'ip_fwnames':
      return procFwnames(rules, reader())
    default:
      return null
  }
}

/** Masqueraded connections only: 2.2 knew no others. */
function* masqRows({ table, now }: ProcSource): Generator<MasqDetailRow> {
  for (let slot = 0; slot < table.limit; slot++) {
    if (!table.used(slot)) continue
    const flags = table.flags(slot)
    if ((flags & FLAG.local) === 0) yield masqRow(table, slot, flags, now)
  }
}

function masqRow(table: ConnectionTable, slot: number, flags: number, now: number): MasqDetailRow {
  return {
    protocol: table.protocol(slot),
    client: table.client(slot),
    clientPort: table.clientPort(slot),
    server: table.server(slot),
    serverPort: table.serverPort(slot),
    wan: table.wan(slot),
    masqPort: table.masqPort(slot),
    initSeq: table.initSeqOut(slot),
    delta: table.deltaOut(slot),
    previousDelta: table.previousDeltaOut(slot),
    expiresTicks: Math.max(0, Math.round(table.expiresAt(slot) - now)),
    state: table.stateName(slot),
    flags: masqFlags(table, slot, flags),
    references: 2,
    controls: table.controller(slot) >= 0 ? -1 : table.controls(slot),
  }
}

/** The bits of 2.2 (include/net/ip_masq.h). */
function masqFlags(table: ConnectionTable, slot: number, flags: number): number {
  const answered = flags & FLAG.fromOutside ? table.packetsOut(slot) > 0 : (flags & FLAG.replied) !== 0
  return (
    MASQ_FLAG.hashed |
    (answered ? 0 : MASQ_FLAG.noReply) |
    (flags & FLAG.loose ? MASQ_FLAG.loose : 0) |
    (flags & FLAG.explicitPort ? MASQ_FLAG.explicitPort : 0) |
    (flags & FLAG.adjustsOut ? MASQ_FLAG.outSequence : 0) |
    (flags & FLAG.adjustsIn ? MASQ_FLAG.inSequence : 0)
  )
}
