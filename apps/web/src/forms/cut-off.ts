/**
 * Would a change cut its own maker off? The very evaluator that judges packets is asked whether a browser on the LAN may
 * still open the page: its first packet to the box through `input`, and the box's answer through `output`.
 */
import { HOOK, type InterfaceTable, type MatchInput, NO_INTERFACE, trace, VERDICT } from '@bauta/chains'
import {
  formatAddress,
  maskOfBits,
  type PathInterface,
  parseAddress,
  pathInterfaces,
  type Snapshot,
} from '@bauta/config'
import type { Status } from '@bauta/control/schemas'

/** The settings that decide it: rules name the interfaces that the packet path sees, which the ports of the settings need not be. */
export type Situation = Pick<Snapshot, 'rules' | 'interfaces' | 'lan' | 'internet' | 'dialin'>
type Links = Status['interfaces']

const PAGE_PORT = 80
const SYN = 2
const SYN_ACK = 18

/** @param list as the packet path sees them */
export const tableOf = ({ list }: { list: readonly PathInterface[] }): InterfaceTable => ({
  list: list.map(({ name, role }, index) => ({ index, name, role })),
})

/** A machine that may want to open the page, and the box as it sees it. */
interface Visitor {
  device: string
  address: number
  box: number
  /** The very browser that asks, or any machine of that network. */
  self: boolean
}

/**
 * @param after only judged where it differs in what it does from `before`: who is outside already is not warned again
 * @param peer the browser's address, as the box sees it; null where it is not known
 * @returns a sentence saying who would not reach the page any more and why; null: all is well
 */
export function cutOff(
  before: Situation,
  after: Situation,
  links: Links,
  peer: string | null,
): string | null {
  const visitors = visitorsOf(pathInterfaces(before), links, peer)
  const lost = visitors.flatMap((visitor) => {
    if (obstacle(before, visitor) !== null) return []
    const why = obstacle(after, visitor)
    return why === null ? [] : [{ visitor, why }]
  })
  const [first] = lost
  if (!first || lost.length < visitors.length) return null
  const { visitor, why } = first
  const who = visitor.self
    ? `This browser (${formatAddress(visitor.address)} on ${visitor.device})`
    : `A machine on ${visitor.device}, such as ${formatAddress(visitor.address)},`
  return `${who} could not open this page any more: ${why}.`
}

/** The browser itself where it is on a LAN; otherwise one machine of every LAN in its place. */
function visitorsOf(interfaces: readonly PathInterface[], links: Links, peer: string | null): Visitor[] {
  const lans = links.flatMap((link) => {
    if (interfaces.find(({ name }) => name === link.name)?.role !== 'lan') return []
    return link.addresses.flatMap((cidr) => networkOf(cidr).map((net) => ({ device: link.name, ...net })))
  })
  const own = peer === null ? null : parseAddress(peer)
  const mine = lans.find(({ box, mask }) => own !== null && own !== box && ((own ^ box) & mask) === 0)
  if (own !== null && mine) return [{ device: mine.device, box: mine.box, address: own, self: true }]
  return lans.map(({ device, box, mask }) => {
    const first = ((box & mask) >>> 0) + 1
    return { device, box, address: first === box ? first + 1 : first, self: false }
  })
}

function networkOf(cidr: string): { box: number; mask: number }[] {
  const [text = '', bits = '32'] = cidr.split('/')
  const box = parseAddress(text)
  return box === null ? [] : [{ box, mask: maskOfBits(Number(bits)) }]
}

/** @returns what stands between the visitor and the page; null: nothing */
function obstacle(situation: Situation, visitor: Visitor): string | null {
  const { rules } = situation
  const table = tableOf({ list: pathInterfaces(situation) })
  const at = table.list.find(({ name }) => name === visitor.device)?.index ?? NO_INTERFACE
  const there = packet(visitor.address, visitor.box, 40_000, PAGE_PORT, SYN)
  const back = packet(visitor.box, visitor.address, PAGE_PORT, 40_000, SYN_ACK)
  return (
    refusal(
      'input',
      trace(rules, table, HOOK.input, there, { inIf: at, outIf: NO_INTERFACE, known: false }),
    ) ??
    refusal('output', trace(rules, table, HOOK.output, back, { inIf: NO_INTERFACE, outIf: at, known: false }))
  )
}

function refusal(chain: string, { verdict, ruleId }: ReturnType<typeof trace>): string | null {
  if (verdict === VERDICT.ACCEPT) return null
  const word = verdict === VERDICT.REJECT ? 'rejects' : 'denies'
  const who = ruleId === 0 ? `the policy of ${chain}` : ruleId < 0 ? 'a new rule' : `rule ${ruleId}`
  return `${who} ${word} its ${chain === 'input' ? 'packets' : 'answers'}`
}

function packet(source: number, destination: number, from: number, to: number, tcpFlags: number): MatchInput {
  return {
    source,
    destination,
    protocol: 6,
    sourcePort: from,
    destinationPort: to,
    icmpType: 0,
    icmpCode: 0,
    tcpFlags,
    fragmentOffset: 0,
    totalLength: 60,
    tos: 0,
  }
}
