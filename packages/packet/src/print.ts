/** One packet on one line, for logs and tests. */

import { type PacketView, PROTOCOL, TCP_FLAG } from './view.ts'

const FLAG_LETTERS = [
  [TCP_FLAG.syn, 'S'],
  [TCP_FLAG.fin, 'F'],
  [TCP_FLAG.rst, 'R'],
  [TCP_FLAG.psh, 'P'],
  [TCP_FLAG.urg, 'U'],
  [TCP_FLAG.ack, '.'],
] as const

/** @returns for example `tcp 192.168.77.11:40000 > 93.184.216.34:80 [S] ttl 64 id 7 len 60 DF` */
export function formatPacket(view: PacketView): string {
  const parts = [describeTransport(view), `ttl ${view.ttl}`, `id ${view.id}`, `len ${view.totalLength}`]
  if (view.dontFragment) parts.push('DF')
  if (view.isFragment) parts.push(`fragment ${view.fragmentOffset}${view.moreFragments ? '+' : ''}`)
  if (view.gsoSize > 0) parts.push(`gso ${view.gsoSize}`)
  if (view.checksumPartial) parts.push('partial')
  return parts.join(' ')
}

function describeTransport(view: PacketView): string {
  const from = formatAddress(view.source)
  const to = formatAddress(view.destination)
  const bare = `${from} > ${to}`
  const name = nameOfProtocol(view.protocol)
  if (view.isLaterFragment) return `${name} ${bare}`
  switch (view.protocol) {
    case PROTOCOL.tcp:
      return `${name} ${from}:${view.sourcePort} > ${to}:${view.destinationPort} [${formatFlags(view.tcpFlags)}]`
    case PROTOCOL.udp:
      return `${name} ${from}:${view.sourcePort} > ${to}:${view.destinationPort}`
    case PROTOCOL.icmp:
      return `${name} ${bare} type ${view.icmpType} code ${view.icmpCode} id ${view.icmpId}`
    default:
      return `${name} ${bare}`
  }
}

function nameOfProtocol(protocol: number): string {
  if (protocol === PROTOCOL.tcp) return 'tcp'
  if (protocol === PROTOCOL.udp) return 'udp'
  return protocol === PROTOCOL.icmp ? 'icmp' : `protocol ${protocol}`
}

function formatFlags(flags: number): string {
  let letters = ''
  for (const [flag, letter] of FLAG_LETTERS) if (flags & flag) letters += letter
  return letters
}

function formatAddress(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}
