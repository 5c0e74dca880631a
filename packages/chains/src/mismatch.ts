/**
 * Why a rule does not match a packet, in words. This reads the rule model and not the compiled program: it is the
 * second opinion that the evaluator is tested against.
 */
import { type ConnectionStateName, formatAddress, parseNetwork, type Rule } from '@bauta/config'
import { type InterfaceTable, interfaceMatches, interfaceName } from './interface-table.ts'
import { protocolName, tcpFlagNames } from './names.ts'
import type { MatchInput } from './packet-input.ts'
import { hexText, icmpText, multiportText, portsText } from './rule-text.ts'

/** What is known about a packet beside its own fields. */
export interface PacketContext {
  readonly inIf: number
  readonly outIf: number
  /** Of a connection in the table, or an ICMP error about one. */
  readonly known: boolean
  /** More exactly than `known`, where it is known; otherwise ESTABLISHED or NEW is meant. */
  readonly state?: ConnectionStateName
  /** Set by rules that it met before. */
  readonly mark?: number
  /** Of the neighbour with the packet's source address; null: none is known. */
  readonly mac?: string | null
  /** Whether the rule's limit has room for it; without this, it has. */
  readonly withinLimit?: (rule: Rule) => boolean
}

const isKnown = ({ state, known }: PacketContext): boolean =>
  state ? state === 'ESTABLISHED' || state === 'RELATED' : known

/** @returns the first field that does not match, as a sentence; null when the rule matches */
export function firstMismatch(
  rule: Rule,
  input: MatchInput,
  context: PacketContext,
  interfaces: InterfaceTable,
): string | null {
  return (
    protocolMismatch(rule, input) ??
    addressMismatch('source', rule.source, input.source) ??
    addressMismatch('destination', rule.destination, input.destination) ??
    interfaceMismatch('comes in by', rule.inInterface, context.inIf, interfaces) ??
    interfaceMismatch('goes out by', rule.outInterface, context.outIf, interfaces) ??
    connectionMismatch(rule, isKnown(context)) ??
    statesMismatch(rule, context.state ?? (context.known ? 'ESTABLISHED' : 'NEW')) ??
    fragmentMismatch(rule, input.fragmentOffset > 0) ??
    portMismatch('destination', rule.destinationPorts, input.destinationPort) ??
    portMismatch('source', rule.sourcePorts, input.sourcePort) ??
    icmpMismatch(rule, input) ??
    flagsMismatch(rule, input) ??
    multiportMismatch(rule, input) ??
    tosMismatch(rule, input.tos) ??
    markMismatch(rule, context.mark ?? 0) ??
    macMismatch(rule, context.mac ?? null) ??
    lengthMismatch(rule, input.totalLength) ??
    limitMismatch(rule, context)
  )
}

function protocolMismatch({ protocol }: Rule, input: MatchInput): string | null {
  if (!protocol || (input.protocol === protocol.number) !== protocol.invert) return null
  const wanted = protocolName(protocol.number)
  return protocol.invert
    ? `the protocol is ${wanted}, and the rule wants any other`
    : `the protocol is ${protocolName(input.protocol)}, not ${wanted}`
}

function addressMismatch(what: string, match: Rule['source'], address: number): string | null {
  if (!match) return null
  const network = parseNetwork(match.network)
  if (typeof network === 'string') return network
  const inside = (address & network.mask) >>> 0 === network.address
  if (inside !== match.invert) return null
  const single = network.mask === 0xffffffff
  if (match.invert)
    return `the ${what} ${formatAddress(address)} is ${single ? 'the one' : `in ${match.network}, which`} the rule leaves out`
  return `the ${what} ${formatAddress(address)} is not ${single ? '' : 'in '}${match.network}`
}

function interfaceMismatch(
  way: string,
  match: Rule['inInterface'],
  index: number,
  interfaces: InterfaceTable,
): string | null {
  if (!match) return null
  const entry = interfaces.list.find((one) => one.index === index)
  const matched = entry !== undefined && interfaceMatches(match.name, entry)
  if (matched !== match.invert) return null
  const found = `it ${way} ${interfaceName(index, interfaces)}`
  return match.invert ? `${found}, and the rule leaves out ${match.name}` : `${found}, not ${match.name}`
}

function connectionMismatch({ connection }: Rule, known: boolean): string | null {
  if (!connection || known === (connection === 'known')) return null
  return known ? 'it belongs to a known connection' : 'it belongs to no known connection'
}

function statesMismatch({ states }: Rule, state: ConnectionStateName): string | null {
  if (!states || states.list.includes(state) !== states.invert) return null
  const list = states.list.join(',')
  return states.invert
    ? `its state is ${state}, which the rule leaves out`
    : `its state is ${state}, not ${list.replaceAll(',', ' or ')}`
}

function fragmentMismatch(rule: Rule, later: boolean): string | null {
  if (rule.fragment && rule.fragment.invert === later)
    return later ? 'it is a second or further fragment' : 'it is not a second or further fragment'
  const needsHeader =
    looksAtPorts(rule.sourcePorts) ||
    looksAtPorts(rule.destinationPorts) ||
    rule.icmp ||
    rule.tcpFlags ||
    rule.multiport.length > 0
  return later && needsHeader
    ? 'it is a second or further fragment: it carries no ports, flags or ICMP type'
    : null
}

const looksAtPorts = (match: Rule['sourcePorts']): boolean =>
  match !== null && (match.from > 0 || match.to < 0xffff || match.invert)

function portMismatch(what: string, match: Rule['sourcePorts'], port: number): string | null {
  if (!match || (port >= match.from && port <= match.to) !== match.invert) return null
  const range = match.from === match.to ? '' : 'in '
  return match.invert
    ? `the ${what} port ${port} is one the rule leaves out (${portsText(match)})`
    : `the ${what} port ${port} is not ${range}${portsText(match)}`
}

function icmpMismatch({ icmp }: Rule, input: MatchInput): string | null {
  if (!icmp) return null
  const equal = input.icmpType === icmp.type && (icmp.code === null || input.icmpCode === icmp.code)
  if (equal !== icmp.invert) return null
  if (icmp.invert) return `the ICMP type is ${icmpText(icmp)}, and the rule wants any other`
  const code = icmp.code === null ? null : input.icmpCode
  return `the ICMP type is ${icmpText({ type: input.icmpType, code })}, not ${icmpText(icmp)}`
}

function flagsMismatch({ tcpFlags: match }: Rule, input: MatchInput): string | null {
  if (!match || ((input.tcpFlags & match.mask) === match.set) !== match.invert) return null
  const wanted = `${tcpFlagNames(match.set)} of ${tcpFlagNames(match.mask)}`
  const found = `the TCP flags are ${tcpFlagNames(input.tcpFlags)}`
  return match.invert ? `${found}, and the rule leaves out ${wanted}` : `${found}, not ${wanted}`
}

function multiportMismatch({ multiport }: Rule, input: MatchInput): string | null {
  for (const match of multiport) {
    const within = (port: number) => match.ranges.some(({ from, to }) => port >= from && port <= to)
    const found =
      (match.side !== 'destination' && within(input.sourcePort)) ||
      (match.side !== 'source' && within(input.destinationPort))
    if (found !== match.invert) continue
    const ports = `${input.sourcePort} → ${input.destinationPort}`
    return match.invert
      ? `the ports are ${ports}, and the rule leaves out ${multiportText(match)}`
      : `the ports are ${ports}, and the rule wants ${multiportText(match)}`
  }
  return null
}

function tosMismatch({ tos: match }: Rule, tos: number): string | null {
  if (!match || ((tos & match.mask) === match.value) !== match.invert) return null
  return bitsMismatch('TOS', tos, match)
}

function markMismatch({ mark: match }: Rule, mark: number): string | null {
  if (!match || ((mark & match.mask) >>> 0 === match.value) !== match.invert) return null
  return bitsMismatch('mark', mark >>> 0, match)
}

function bitsMismatch(what: string, found: number, match: NonNullable<Rule['mark']>): string {
  const wanted = `${hexText(match.value)} under the mask ${hexText(match.mask)}`
  return match.invert
    ? `the ${what} is ${hexText(found)}, and the rule leaves out ${wanted}`
    : `the ${what} is ${hexText(found)}, not ${wanted}`
}

function macMismatch({ mac: match }: Rule, mac: string | null): string | null {
  if (!match || (mac === match.address) !== match.invert) return null
  if (match.invert) return `it comes from the card ${match.address}, which the rule leaves out`
  return mac === null
    ? `no card is known for its source`
    : `it comes from the card ${mac}, not ${match.address}`
}

function lengthMismatch({ length: match }: Rule, length: number): string | null {
  if (!match || (length >= match.from && length <= match.to) !== match.invert) return null
  return match.invert
    ? `its length ${length} is one the rule leaves out (${portsText(match)})`
    : `its length ${length} is not ${match.from === match.to ? '' : 'in '}${portsText(match)}`
}

function limitMismatch(rule: Rule, { withinLimit }: PacketContext): string | null {
  if (!rule.limit || !withinLimit || withinLimit(rule)) return null
  return `more than ${rule.limit.rate} a ${rule.limit.per} came, and the burst of ${rule.limit.burst} is used up`
}
