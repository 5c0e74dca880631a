/**
 * The way of one packet through the built-in chains, in the order of the classic dialect: what is for the box meets `input`;
 * what goes through meets `input`, `forward` and `output`; what the box sends meets `output`.
 */
import { HOOK, type MatchInput, NO_INTERFACE, type Trace, trace, VERDICT, verdictName } from '@bauta/chains'
import {
  type BuiltInChain,
  formatAddress,
  type Interfaces,
  maskOfBits,
  parseAddress,
  type Rules,
} from '@bauta/config'
import type { Status } from '@bauta/control/schemas'
import { tableOf } from '../../../forms/cut-off.ts'

export interface TestPacket {
  from: string
  to: string
  /** 1 ICMP (an echo request), 6 TCP, 17 UDP */
  protocol: number
  port: number
  /** Belongs to a connection that is in the table; otherwise it would be the first packet of one. */
  known: boolean
}

export interface Stage {
  chain: BuiltInChain
  trace: Trace
}

export interface PacketWay {
  /** How it comes in and leaves, as a sentence. */
  route: string
  stages: Stage[]
  accepted: boolean
  verdict: ReturnType<typeof verdictName>
  outcome: string
}

export interface Surroundings {
  interfaces: Interfaces
  links: Status['interfaces']
}

/** @returns the way, or what is wrong with the question, by field */
export function packetWay(
  rules: Rules,
  around: Surroundings,
  asked: TestPacket,
): PacketWay | { faults: Partial<Record<'from' | 'to' | 'port', string>> } {
  const source = parseAddress(asked.from.trim())
  const destination = parseAddress(asked.to.trim())
  const portFault =
    asked.protocol !== 1 && !(Number.isInteger(asked.port) && asked.port >= 1 && asked.port <= 65535)
  if (source === null || destination === null || portFault)
    return {
      faults: {
        ...(source === null ? { from: 'an IPv4 address, please: 192.168.77.12' } : {}),
        ...(destination === null ? { to: 'an IPv4 address, please: 93.184.216.34' } : {}),
        ...(portFault ? { port: 'a port from 1 to 65535' } : {}),
      },
    }
  return walk(rules, around, packetOf(asked, source, destination), asked.known)
}

function walk(rules: Rules, around: Surroundings, packet: MatchInput, known: boolean): PacketWay {
  const table = tableOf(around.interfaces)
  const own = ownAddresses(around.links)
  const nameOf = (index: number) => table.list.find((entry) => entry.index === index)?.name ?? 'no interface'
  const fromBox = own.has(packet.source)
  const toBox = own.has(packet.destination)
  const inIf = fromBox ? NO_INTERFACE : interfaceTo(around, packet.source)
  const outIf = toBox ? NO_INTERFACE : interfaceTo(around, packet.destination)
  const stages: Stage[] = []
  const ask = (chain: BuiltInChain, view: MatchInput, way: { inIf: number; outIf: number }) => {
    const found = trace(rules, table, HOOK[chain], view, { ...way, known })
    stages.push({ chain, trace: found })
    return found.verdict
  }
  const end = (outcome: string): PacketWay => ({
    route: routeWords(fromBox ? null : nameOf(inIf), toBox ? null : nameOf(outIf)),
    stages,
    ...lastWord(stages, outcome),
  })

  if (!fromBox && ask('input', packet, { inIf, outIf: NO_INTERFACE }) !== VERDICT.ACCEPT) return end('')
  if (toBox) return end('It reaches the box.')
  if (fromBox) {
    ask('output', packet, { inIf: NO_INTERFACE, outIf })
    return end('The box sends it.')
  }
  const forwarded = ask('forward', packet, { inIf, outIf })
  if (forwarded !== VERDICT.ACCEPT && forwarded !== VERDICT.MASQ) return end('')
  const wan = wanAddress(around)
  const masked = forwarded === VERDICT.MASQ && roleAt(around, outIf) === 'wan'
  const leaving = masked && wan !== null ? { ...packet, source: wan } : packet
  ask('output', leaving, { inIf: NO_INTERFACE, outIf })
  if (masked)
    return end(`It leaves masqueraded${wan === null ? '' : ` as ${formatAddress(wan)}`} by ${nameOf(outIf)}.`)
  return end(`It leaves by ${nameOf(outIf)} with its own address ${formatAddress(packet.source)}.`)
}

/** @param through what is said when every chain let it through */
function lastWord(stages: readonly Stage[], through: string): Omit<PacketWay, 'route' | 'stages'> {
  const { chain, trace: last } = stages.at(-1)!
  const name = verdictName(last.verdict)
  const masked = stages.some((stage) => stage.trace.verdict === VERDICT.MASQ)
  if (name === 'ACCEPT' || (name === 'MASQ' && chain !== 'output'))
    return { accepted: true, verdict: masked ? 'MASQ' : 'ACCEPT', outcome: through }
  const who =
    last.ruleId === 0 ? `the policy of ${chain}` : last.ruleId < 0 ? 'a new rule' : `rule ${last.ruleId}`
  const how = name === 'REJECT' ? 'Refused, and the sender is told' : 'Dropped without a word'
  return { accepted: false, verdict: name, outcome: `${how}: ${who} says ${name}.` }
}

const routeWords = (from: string | null, to: string | null): string =>
  `${from === null ? 'From the box itself' : `In by ${from}`}, ${to === null ? 'for the box itself' : `out by ${to}`}`

/** The interface whose network holds the address; else the WAN, which leads to everything. */
function interfaceTo({ interfaces, links }: Surroundings, address: number): number {
  const byNetwork = interfaces.list.findIndex(
    ({ name, role }) =>
      role !== 'unused' &&
      links.some((link) => link.name === name && link.addresses.some((cidr) => contains(cidr, address))),
  )
  return byNetwork >= 0 ? byNetwork : interfaces.list.findIndex(({ role }) => role === 'wan')
}

function contains(cidr: string, address: number): boolean {
  const [text = '', bits = '32'] = cidr.split('/')
  const base = parseAddress(text)
  return base !== null && ((base ^ address) & maskOfBits(Number(bits))) === 0
}

const roleAt = ({ interfaces }: Surroundings, index: number) => interfaces.list[index]?.role

function wanAddress({ interfaces, links }: Surroundings): number | null {
  const wan = interfaces.list.find(({ role }) => role === 'wan')?.name
  const cidr = links.find(({ name }) => name === wan)?.addresses[0]
  return cidr ? parseAddress(cidr.split('/')[0]!) : null
}

function ownAddresses(links: Surroundings['links']): Set<number> {
  const own = new Set<number>()
  for (const { addresses } of links)
    for (const cidr of addresses) {
      const address = parseAddress(cidr.split('/')[0]!)
      if (address !== null) own.add(address)
    }
  return own
}

function packetOf(asked: TestPacket, source: number, destination: number): MatchInput {
  const { protocol, port, known } = asked
  const icmp = protocol === 1
  return {
    source,
    destination,
    protocol,
    sourcePort: icmp ? 0 : 40_000,
    destinationPort: icmp ? 0 : port,
    icmpType: icmp ? 8 : 0,
    icmpCode: 0,
    tcpFlags: protocol === 6 ? (known ? 16 : 2) : 0,
    fragmentOffset: 0,
    totalLength: 60,
    tos: 0,
  }
}
