/** A question to the tracer, as the address of the page has it: `/why?from=…&to=…&protocol=6&port=443`. */
import type { Connection, TraceQuestion } from '@bauta/control/schemas'

const NUMBERS = [
  'protocol',
  'port',
  'sourcePort',
  'icmpType',
  'icmpCode',
  'icmpId',
  'tcpFlags',
  'ttl',
  'length',
] as const

/** @returns null where the address asks nothing */
export function questionOf(params: URLSearchParams): TraceQuestion | null {
  const from = params.get('from')
  const to = params.get('to')
  if (!from || !to) return null
  const numbers = NUMBERS.flatMap((name) =>
    params.has(name) ? [[name, Number(params.get(name))] as const] : [],
  )
  const way = params.get('interface')
  return { from, to, protocol: 6, ...Object.fromEntries(numbers), ...(way ? { interface: way } : {}) }
}

/** @returns the address of the page with the question in it */
export function hrefOf(question: TraceQuestion): string {
  const words = Object.entries(question).map(([key, value]): [string, string] => [key, String(value)])
  return `/why?${new URLSearchParams(words)}`
}

const PROTOCOLS = { TCP: 6, UDP: 17, ICMP: 1, GRE: 47, ESP: 50 } as const
const ACK = 16

/** The next packet of a connection, out to the server or in from it. */
export function questionOfRow(row: Connection, direction: 'out' | 'in'): TraceQuestion {
  const protocol = PROTOCOLS[row.protocol as keyof typeof PROTOCOLS] ?? 6
  const flags = protocol === 6 ? { tcpFlags: ACK } : {}
  const out = direction === 'out'
  const ends = out
    ? { from: row.client, to: row.server, sourcePort: row.clientPort, port: row.serverPort }
    : { from: row.server, to: row.wan, sourcePort: row.serverPort, port: row.masqPort }
  const { from, to } = ends
  // An ICMP query has its identifier for a port, and the answer to type t has another type.
  if (protocol === 1)
    return { from, to, protocol, icmpType: out ? 8 : 0, icmpId: out ? row.clientPort : row.masqPort }
  // GRE and ESP have no ports.
  return protocol === 6 || protocol === 17 ? { ...ends, protocol, ...flags } : { from, to, protocol }
}

/**
 * Log lines, as ipchains and as iptables wrote them:
 *   Packet log: input REJECT eth0 PROTO=6 192.168.25.3:2351 172.16.50.3:111 L=60 S=0x00 I=45086 F=0x4000 T=45 SYN (#8)
 *   IN=eth0 OUT= SRC=192.168.25.3 DST=172.16.50.3 LEN=60 TTL=45 PROTO=TCP SPT=2351 DPT=111 SYN
 * @returns null where the line is neither
 */
export function questionOfLogLine(line: string): TraceQuestion | null {
  return classicLine(line) ?? netfilterLine(line)
}

function classicLine(line: string): TraceQuestion | null {
  const found = /(\S+) PROTO=(\d+) ([\d.]+):(\d+) ([\d.]+):(\d+) L=(\d+).*?T=(\d+)(.*)/.exec(line)
  if (!found) return null
  const [, device = '', number, from = '', near, to = '', far, length, ttl, rest = ''] = found
  const chain = /\b(input|forward|output)\b/.exec(line)?.[1]
  return packetOf({
    from,
    to,
    protocol: Number(number),
    near: Number(near),
    far: Number(far),
    length: Number(length),
    ttl: Number(ttl),
    syn: /\bSYN\b/.test(rest),
    device: chain === 'input' ? device : '',
  })
}

function netfilterLine(line: string): TraceQuestion | null {
  const field = (name: string) => new RegExp(`\\b${name}=(\\S*)`).exec(line)?.[1] ?? ''
  if (!field('SRC') || !field('DST') || !field('PROTO')) return null
  const names: Record<string, number> = { TCP: 6, UDP: 17, ICMP: 1 }
  const protocol = names[field('PROTO')] ?? Number(field('PROTO'))
  const icmp = protocol === 1
  return packetOf({
    from: field('SRC'),
    to: field('DST'),
    protocol,
    near: Number(field(icmp ? 'TYPE' : 'SPT')),
    far: Number(field(icmp ? 'CODE' : 'DPT')),
    length: Number(field('LEN') || 60),
    ttl: Number(field('TTL') || 64),
    syn: /\bSYN\b/.test(line),
    device: field('IN'),
  })
}

interface Logged {
  from: string
  to: string
  protocol: number
  /** ICMP: type and code stand in the places of the ports. */
  near: number
  far: number
  length: number
  ttl: number
  syn: boolean
  device: string
}

function packetOf({ from, to, protocol, near, far, length, ttl, syn, device }: Logged): TraceQuestion {
  const way = device ? { interface: device } : {}
  const packet = { from, to, protocol, length: Math.max(28, length), ttl, ...way }
  if (protocol === 1) return { ...packet, icmpType: near, icmpCode: far }
  if (protocol === 6) return { ...packet, sourcePort: near, port: far, tcpFlags: syn ? 2 : ACK }
  return protocol === 17 ? { ...packet, sourcePort: near, port: far } : packet
}
