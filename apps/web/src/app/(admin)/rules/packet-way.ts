/**
 * The way of one packet through the built-in chains, in the order of the classic dialect: what is for the box meets `input`;
 * what goes through meets `input`, `forward` and `output`; what the box sends meets `output`. In netfilter every table has its say, and
 * what goes through meets FORWARD only; chains without rules that accept are passed over in silence.
 */
import {
  HOOK,
  type MatchInput,
  NETFILTER_HOOK,
  NO_INTERFACE,
  type Trace,
  trace,
  VERDICT,
  verdictName,
} from '@bauta/chains'
import {
  type BuiltInChain,
  chainLabel,
  type Dialect,
  formatAddress,
  type Interfaces,
  maskOfBits,
  parseAddress,
  type Rules,
  shownName,
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
  /** Its label. */
  chain: string
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
  if (rules.dialect === 'netfilter') {
    const way = { inIf, outIf, known }
    const hooks = fromBox ? OUT_OF_BOX : toBox ? INTO_BOX : THROUGH
    const outcome = walkNetfilter(rules, table, packet, way, hooks, stages)
    const route = routeWords(fromBox ? null : nameOf(inIf), toBox ? null : nameOf(outIf))
    return { route, stages, ...lastWord(stages, outcome, rules.dialect) }
  }
  const ask = (chain: BuiltInChain, view: MatchInput, way: { inIf: number; outIf: number }) => {
    const found = trace(rules, table, HOOK[chain], view, { ...way, known })
    stages.push({ chain, trace: found })
    return found.verdict
  }
  const end = (outcome: string): PacketWay => ({
    route: routeWords(fromBox ? null : nameOf(inIf), toBox ? null : nameOf(outIf)),
    stages,
    ...lastWord(stages, outcome, rules.dialect),
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

const N = NETFILTER_HOOK
const INTO_BOX = [N.manglePrerouting, N.natPrerouting, N.mangleInput, N.input]
const THROUGH = [
  ...[N.manglePrerouting, N.natPrerouting, N.mangleForward, N.forward],
  ...[N.manglePostrouting, N.natPostrouting],
]
const OUT_OF_BOX = [N.mangleOutput, N.natOutput, N.output, N.manglePostrouting, N.natPostrouting]
const TRANSLATES: readonly number[] = [
  VERDICT.MASQ,
  VERDICT.SNAT,
  VERDICT.DNAT,
  VERDICT.REDIRECT,
  VERDICT.NETMAP,
]

/** @returns what is said when every chain let it through */
function walkNetfilter(
  rules: Rules,
  table: ReturnType<typeof tableOf>,
  packet: MatchInput,
  { inIf, outIf, known }: { inIf: number; outIf: number; known: boolean },
  hooks: readonly number[],
  stages: Stage[],
): string {
  let view = packet
  let mark = 0
  let outcome = hooks === INTO_BOX ? 'It reaches the box.' : 'It leaves with its own address.'
  for (const hook of hooks) {
    const chain = rules.chains[hook]!
    if (chain.table === 'nat' && known) continue
    if (chain.rules.length === 0 && chain.policy === 'ACCEPT' && chain.table !== 'filter') continue
    const early = chain.name === 'PREROUTING' || chain.name === 'INPUT'
    const late = chain.name === 'POSTROUTING' || chain.name === 'OUTPUT'
    const way = { inIf: late ? NO_INTERFACE : inIf, outIf: early ? NO_INTERFACE : outIf, known, mark }
    const found = trace(rules, table, hook, view, way)
    stages.push({ chain: chainLabel(chain), trace: found })
    mark = found.mark
    view = { ...view, tos: found.tos }
    if (TRANSLATES.includes(found.verdict)) {
      outcome = `${shownName(verdictName(found.verdict), 'netfilter')} translates it and what follows of its connection.`
      // where it goes from here is the real tracer's affair: it asks the box
      if (chain.name === 'PREROUTING' || chain.name === 'OUTPUT') return outcome
    } else if (found.verdict !== VERDICT.ACCEPT) return ''
  }
  return outcome
}

/** @param through what is said when every chain let it through */
function lastWord(
  stages: readonly Stage[],
  through: string,
  dialect: Dialect,
): Omit<PacketWay, 'route' | 'stages'> {
  const { chain, trace: last } = stages.at(-1)!
  const name = verdictName(last.verdict)
  const translated = stages.find((stage) => TRANSLATES.includes(stage.trace.verdict))
  if (name === 'ACCEPT' || (TRANSLATES.includes(last.verdict) && chain !== 'output'))
    return {
      accepted: true,
      verdict: translated ? verdictName(translated.trace.verdict) : 'ACCEPT',
      outcome: through,
    }
  const who =
    last.ruleId === 0 ? `the policy of ${chain}` : last.ruleId < 0 ? 'a new rule' : `rule ${last.ruleId}`
  const how = name === 'REJECT' ? 'Refused, and the sender is told' : 'Dropped without a word'
  return { accepted: false, verdict: name, outcome: `${how}: ${who} says ${shownName(name, dialect)}.` }
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
