/** /proc/net/ip_masq/tcp, udp and icmp: connections of one protocol with address, state and flags, 128 bytes each. */
import { type MasqRow, masqProtocolName, shownServerPort } from '@bauta/chains'
import { type FreePorts, freeText, hexSocket, record } from './record.ts'

/** The flag bits of the Flgs column that Bauta's connections can have (ip_masq.h of 2.2). */
export const MASQ_FLAG = {
  /** Loose UDP: the destination is that of the last packet. */
  loose: 0x10,
  /** No packet has come back yet. */
  noReply: 0x80,
  hashed: 0x100,
  /** Sequence numbers of outgoing, of incoming packets are adjusted. */
  outSequence: 0x200,
  inSequence: 0x400,
  /** The masq port was asked for, not chosen. */
  explicitPort: 0x1000,
} as const

export interface MasqDetailRow extends MasqRow {
  readonly wan: number
  /** 2.2's name: ESTABLISHED, SYN_SENT, …, UDP, ICMP */
  readonly state: string
  /** MASQ_FLAG bits */
  readonly flags: number
  readonly references: number
  /** Connections that this one controls; -1 when it is itself controlled. */
  readonly controls: number
}

const LENGTH = 128
const HEADER = 'Prot SrcIP    SPrt DstIP    DPrt MAddr    MPrt State        Flgs Ref Ctl Expires'

/**
 * @param protocol rows of other protocols are passed over
 * @yields the header, then one record per row
 */
export function* ipMasqProtocolRecords(
  protocol: number,
  rows: Iterable<MasqDetailRow>,
  free: FreePorts,
): Generator<string> {
  yield record(`${HEADER} ${freeText(free)}`, LENGTH)
  for (const row of rows) if (row.protocol === protocol) yield record(line(row), LENGTH)
}

/** The whole file as one string. */
export const ipMasqProtocolText = (
  protocol: number,
  rows: Iterable<MasqDetailRow>,
  free: FreePorts,
): string => [...ipMasqProtocolRecords(protocol, rows, free)].join('')

/** Unlike in ip_masquerade the time left is in whole seconds here. */
function line(row: MasqDetailRow): string {
  return [
    masqProtocolName(row.protocol).padEnd(4),
    hexSocket(row.client, row.clientPort),
    hexSocket(row.server, shownServerPort(row)),
    hexSocket(row.wan, row.masqPort),
    row.state.padEnd(12),
    row.flags.toString(16).toUpperCase().padStart(3),
    String(row.references).padStart(4),
    String(row.controls).padStart(3),
    String(Math.floor(row.expiresTicks / 100)).padStart(7),
  ].join(' ')
}
