/**
 * /proc/net/nf_conntrack: every connection as netfilter prints it, with the tuples of both directions and their counts
 * (as with net.netfilter.nf_conntrack_acct = 1). The box's own connections are there too: netfilter knows them all.
 *
 * Netfilter calls a connection ASSURED when it would not throw it away early; Bauta throws none away early, so the word says what it
 * says to a reader: both sides have spoken, and more than once.
 */
import { formatAddress } from '@bauta/config'
import { type ConnectionTable, FLAG } from '@bauta/masq'

/** Protocols that netfilter prints a name for. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  47: 'gre',
  132: 'sctp',
  136: 'udplite',
}
const IPV4 = 2
const TICKS = 100
/** What answers a query, and what it answers. */
const COUNTERPART: Readonly<Record<number, number>> = {
  8: 0,
  0: 8,
  13: 14,
  14: 13,
  15: 16,
  16: 15,
  17: 18,
  18: 17,
}
/** Handshakes are not assured. */
const OPENING: readonly string[] = ['NONE', 'SYN_SENT', 'SYN_RECV']

/** @param now ticks @yields one line per connection */
export function* nfConntrackLines(table: ConnectionTable, now: number): Generator<string> {
  for (let slot = 0; slot < table.limit; slot++) {
    if (!table.used(slot)) continue
    const generation = table.generation(slot)
    const text = line(table, slot, now)
    // Replaced while it was read: it is printed the next time.
    if (generation % 2 === 0 && table.generation(slot) === generation) yield `${text}\n`
  }
}

function line(table: ConnectionTable, slot: number, now: number): string {
  const protocol = table.protocol(slot)
  const flags = table.flags(slot)
  const [out, back] = [outTuple(table, slot), backTuple(table, slot)]
  const [original, reply] = flags & FLAG.fromOutside ? [back, out] : [out, back]
  const replied = flags & FLAG.fromOutside ? table.packetsOut(slot) > 0 : (flags & FLAG.replied) !== 0
  const state = protocol === 6 ? [table.stateName(slot)] : []
  return [
    `${'ipv4'.padEnd(8)} ${IPV4} ${(NAMES[protocol] ?? 'unknown').padEnd(8)} ${protocol}`,
    Math.max(0, Math.floor((table.expiresAt(slot) - now) / TICKS)),
    ...state,
    original,
    ...(replied ? [] : ['[UNREPLIED]']),
    reply,
    ...(replied && assured(table, slot) ? ['[ASSURED]'] : []),
    'mark=0 zone=0 use=2',
  ].join(' ')
}

function assured(table: ConnectionTable, slot: number): boolean {
  if (table.protocol(slot) === 6) return !OPENING.includes(table.stateName(slot))
  return table.protocol(slot) !== 1 && table.packetsOut(slot) + table.packetsIn(slot) > 2
}

/** What the client side sends. */
function outTuple(table: ConnectionTable, slot: number): string {
  const far = table.serverPort(slot)
  return tuple(table.protocol(slot), {
    source: table.client(slot),
    destination: table.asked(slot),
    near: table.clientPort(slot),
    far: table.askedPort(slot),
    icmp: far,
    packets: table.packetsOut(slot),
    bytes: table.bytesOut(slot),
  })
}

/** What the server side sends. */
function backTuple(table: ConnectionTable, slot: number): string {
  const [type, code] = [table.serverPort(slot) >> 8, table.serverPort(slot) & 255]
  return tuple(table.protocol(slot), {
    source: table.server(slot),
    destination: table.wan(slot),
    near: table.protocol(slot) === 1 ? table.masqPort(slot) : table.serverPort(slot),
    far: table.masqPort(slot),
    icmp: ((COUNTERPART[type] ?? type) << 8) | code,
    packets: table.packetsIn(slot),
    bytes: table.bytesIn(slot),
  })
}

interface Tuple {
  source: number
  destination: number
  /** The sender's port, or the identifier of an ICMP query. */
  near: number
  far: number
  /** type × 256 + code */
  icmp: number
  packets: number
  bytes: number
}

function tuple(protocol: number, { source, destination, near, far, icmp, packets, bytes }: Tuple): string {
  const ports =
    protocol === 1
      ? `type=${icmp >> 8} code=${icmp & 255} id=${near} `
      : protocol === 6 || protocol === 17
        ? `sport=${near} dport=${far} `
        : ''
  return `src=${formatAddress(source)} dst=${formatAddress(destination)} ${ports}packets=${packets} bytes=${bytes}`
}
