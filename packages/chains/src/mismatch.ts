/**
 * Why a rule does not match a packet, in words. This reads the rule model and not the compiled program: it is the
 * second opinion that the evaluator is tested against.
 */
import { formatAddress, parseNetwork, type Rule } from '@bauta/config'
import { type InterfaceTable, interfaceMatches, interfaceName } from './interface-table.ts'
import { protocolName, tcpFlagNames } from './names.ts'
import type { MatchInput } from './packet-input.ts'
import { icmpText, portsText } from './rule-text.ts'

/** What is known about a packet beside its own fields. */
export interface PacketContext {
  readonly inIf: number
  readonly outIf: number
  readonly known: boolean
}

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
    connectionMismatch(rule, context.known) ??
    fragmentMismatch(rule, input.fragmentOffset > 0) ??
    portMismatch('destination', rule.destinationPorts, input.destinationPort) ??
    portMismatch('source', rule.sourcePorts, input.sourcePort) ??
    icmpMismatch(rule, input) ??
    flagsMismatch(rule, input)
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

function fragmentMismatch(rule: Rule, later: boolean): string | null {
  if (rule.fragment && rule.fragment.invert === later)
    return later ? 'it is a second or further fragment' : 'it is not a second or further fragment'
  const needsHeader =
    looksAtPorts(rule.sourcePorts) || looksAtPorts(rule.destinationPorts) || rule.icmp || rule.tcpFlags
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
  if (input.icmpType === icmp.type && (icmp.code === null || input.icmpCode === icmp.code)) return null
  const code = icmp.code === null ? null : input.icmpCode
  return `the ICMP type is ${icmpText({ type: input.icmpType, code })}, not ${icmpText(icmp)}`
}

function flagsMismatch({ tcpFlags: match }: Rule, input: MatchInput): string | null {
  if (!match || ((input.tcpFlags & match.mask) === match.set) !== match.invert) return null
  const wanted = `${tcpFlagNames(match.set)} of ${tcpFlagNames(match.mask)}`
  const found = `the TCP flags are ${tcpFlagNames(input.tcpFlags)}`
  return match.invert ? `${found}, and the rule leaves out ${wanted}` : `${found}, not ${wanted}`
}
