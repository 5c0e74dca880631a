/**
 * A rule as far as 2.2 could say it: one interface, `-y`, port slots. What 2.2 had no words for (a second interface,
 * other TCP flags, known or new connections) becomes a note that listings put in brackets after the last column,
 * so that the classic columns stay exactly where readers expect them.
 */
import { type Network, parseNetwork, type Rule } from '@bauta/config'
import { type InterfaceTable, resolveInterface } from './interface-table.ts'
import { tcpFlagNames } from './names.ts'
import { isSynOnly, targetName } from './rule-text.ts'

export interface PortRange {
  from: number
  to: number
  invert: boolean
}
export interface ClassicRule {
  source: Network & { invert: boolean }
  destination: Network & { invert: boolean }
  /** Empty for any; `prefix` for what is written with a `+`, which the name here lacks. */
  device: { name: string; prefix: boolean; invert: boolean }
  /** 0 for all. */
  protocol: { number: number; invert: boolean }
  /** ICMP has its type here. */
  sourcePorts: PortRange
  /** ICMP has its code here. */
  destinationPorts: PortRange
  syn: boolean
  synInvert: boolean
  fragment: boolean
  fragmentInvert: boolean
  log: boolean
  /** As it is shown: what is added counts as 32 bits. Null for none. */
  mark: number | null
  tos: { and: number; xor: number }
  /** Port of REDIRECT, 0 to keep it; null for other targets. */
  redirect: number | null
  /** `-` for none. */
  target: string
  /** Empty, or ` [in lan0, known]`. */
  note: string
}

const ANY_PORT: PortRange = { from: 0, to: 0xffff, invert: false }

/** @param wayIn whether the one interface of 2.2 is the way in here (chainsOnWayIn) */
export function classicRule(rule: Rule, wayIn: boolean, interfaces: InterfaceTable | undefined): ClassicRule {
  const { icmp } = rule
  const syn = rule.tcpFlags !== null && isSynOnly(rule.tcpFlags)
  return {
    source: classicNetwork(rule.source),
    destination: classicNetwork(rule.destination),
    device: classicDevice(wayIn ? rule.inInterface : rule.outInterface, interfaces),
    protocol: rule.protocol ?? { number: 0, invert: false },
    sourcePorts: icmp
      ? { from: icmp.type, to: icmp.type, invert: icmp.invert }
      : (rule.sourcePorts ?? ANY_PORT),
    destinationPorts:
      icmp && icmp.code !== null
        ? { from: icmp.code, to: icmp.code, invert: false }
        : (rule.destinationPorts ?? ANY_PORT),
    syn,
    synInvert: syn && rule.tcpFlags!.invert,
    fragment: rule.fragment !== null,
    fragmentInvert: rule.fragment?.invert ?? false,
    log: rule.log,
    mark: rule.setMark?.value ?? null,
    tos: rule.setTos ?? { and: 0xff, xor: 0 },
    redirect: redirectOf(rule),
    target: targetName(rule) ?? '-',
    note: noteOf(rule, wayIn, interfaces),
  }
}

function redirectOf({ target }: Rule): number | null {
  if (!target || !('verdict' in target) || target.verdict !== 'REDIRECT') return null
  return target.ports?.from ?? 0
}

function classicNetwork(match: Rule['source']): ClassicRule['source'] {
  const network = parseNetwork(match?.network ?? '0.0.0.0/0')
  if (typeof network === 'string') throw new TypeError(network)
  return { ...network, invert: match?.invert ?? false }
}

function classicDevice(
  match: Rule['inInterface'],
  interfaces: InterfaceTable | undefined,
): ClassicRule['device'] {
  if (!match) return { name: '', prefix: false, invert: false }
  const name = resolveInterface(match.name, interfaces)
  const prefix = name.endsWith('+')
  return { name: prefix ? name.slice(0, -1) : name, prefix, invert: match.invert }
}

function noteOf(rule: Rule, wayIn: boolean, interfaces: InterfaceTable | undefined): string {
  const parts: string[] = []
  const other = wayIn ? rule.outInterface : rule.inInterface
  if (other)
    parts.push(
      `${wayIn ? 'out' : 'in'} ${other.invert ? '!' : ''}${resolveInterface(other.name, interfaces)}`,
    )
  if (rule.tcpFlags && !isSynOnly(rule.tcpFlags)) {
    const { mask, set, invert } = rule.tcpFlags
    parts.push(`flags ${invert ? '!' : ''}${tcpFlagNames(mask)}/${tcpFlagNames(set)}`)
  }
  if (rule.connection) parts.push(rule.connection)
  return parts.length > 0 ? ` [${parts.join(', ')}]` : ''
}
