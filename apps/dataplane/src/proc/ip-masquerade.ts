/** /proc/net/ip_masquerade: every masqueraded connection, 128 bytes each, as ip_masq.c of 2.2 printed it. */
import { type MasqRow, masqProtocolName, shownServerPort } from '@bauta/chains'
import { type FreePorts, freeText, hex, hexSocket, record } from './record.ts'

const LENGTH = 128
const HEADER = 'Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta PDelta Expires'

/**
 * @param rows in the order to be shown; one object may be used again and again
 * @yields the header, then one record per row
 */
export function* ipMasqueradeRecords(rows: Iterable<MasqRow>, free: FreePorts): Generator<string> {
  yield record(`${HEADER} ${freeText(free)}`, LENGTH)
  for (const row of rows) yield record(line(row), LENGTH)
}

/** The whole file as one string. */
export const ipMasqueradeText = (rows: Iterable<MasqRow>, free: FreePorts): string =>
  [...ipMasqueradeRecords(rows, free)].join('')

/** The protocol is not padded: ICMP rows stand one column to the right, as they did. */
function line(row: MasqRow): string {
  return [
    masqProtocolName(row.protocol),
    hexSocket(row.client, row.clientPort),
    hexSocket(row.server, shownServerPort(row)),
    hex(row.masqPort, 4),
    hex(row.initSeq, 8),
    String(row.delta).padStart(6),
    String(row.previousDelta).padStart(6),
    String(row.expiresTicks).padStart(7),
  ].join(' ')
}
