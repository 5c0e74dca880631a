/** `ipchains -M -L`: masqueraded connections with the time they have left. */
import { formatAddress } from '@bauta/config'
import { type MasqRow, masqProtocolName, shownServerPort } from './masq-row.ts'
import type { Names } from './names.ts'
import { PROTOCOL } from './packet-input.ts'

export interface MasqListOptions {
  /** -n: addresses and ports as numbers */
  numeric?: boolean
  /** -v: sequence numbers */
  verbose?: boolean
  /** Asked unless `numeric`. */
  names?: Names
  /** ipfwadm wrote protocols small (and stopped at the first ICMP row, which nobody misses). */
  small?: boolean
}

/** @returns lines, each ended; the header only when there is a connection */
export function ipchainsMasqListing(rows: Iterable<MasqRow>, options: MasqListOptions = {}): string {
  const sequence = options.verbose ? '   initseq delta prevd ' : ''
  let header = `prot expire   ${sequence}${'source'.padEnd(20)} ${'destination'.padEnd(20)} ports\n`
  let text = 'IP masquerading entries\n'
  for (const row of rows) {
    text += `${header}${rowLine(row, options)}\n`
    header = ''
  }
  return text
}

function rowLine(row: MasqRow, options: MasqListOptions): string {
  const host = (address: number) =>
    (options.numeric ? null : options.names?.host(address)) ?? formatAddress(address)
  const sequence = options.verbose
    ? `${String(row.initSeq).padStart(10)} ${String(row.delta).padStart(5)} ${String(row.previousDelta).padStart(5)} `
    : ''
  const protocol = masqProtocolName(row.protocol)
  return (
    `${(options.small ? protocol.toLowerCase() : protocol).padEnd(5)}${formatExpiry(row.expiresTicks)} ${sequence}` +
    `${host(row.client).padEnd(20)} ${host(row.server).padEnd(20)} ` +
    `${service(row.clientPort, row, options)} (${row.masqPort}) -> ${service(shownServerPort(row), row, options)}`
  )
}

/** @returns `MM:SS.cc`; the minutes grow as they need */
export function formatExpiry(ticks: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(ticks / 6000))}:${two(Math.floor(ticks / 100) % 60)}.${two(ticks % 100)}`
}

function service(port: number, { protocol }: MasqRow, { numeric, names }: MasqListOptions): string {
  const named = !numeric && (protocol === PROTOCOL.TCP || protocol === PROTOCOL.UDP)
  return (named ? names?.service(port, protocol) : null) ?? String(port)
}
