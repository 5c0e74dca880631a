/** One rule as one line for people, in the manner of an ipchains command; `-i` is the way in, `-o` the way out. */
import { formatNetwork, parseNetwork, type Rule } from '@bauta/config'
import { icmpName, protocolName, tcpFlagNames } from './names.ts'
import { SYN_ONLY } from './packet-input.ts'

/** @param chain put in front when given @returns e.g. `forward -s 192.168.1.2 -p tcp --dport 80 -j DENY` */
export function ruleToText(rule: Rule, chain?: string): string {
  return [
    chain ?? '',
    option('-i', rule.inInterface?.name, rule.inInterface?.invert),
    option('-o', rule.outInterface?.name, rule.outInterface?.invert),
    option('-s', rule.source && networkText(rule.source.network), rule.source?.invert),
    option('-d', rule.destination && networkText(rule.destination.network), rule.destination?.invert),
    option('-p', rule.protocol && protocolName(rule.protocol.number), rule.protocol?.invert),
    option('--sport', rule.sourcePorts && portsText(rule.sourcePorts), rule.sourcePorts?.invert),
    option(
      '--dport',
      rule.destinationPorts && portsText(rule.destinationPorts),
      rule.destinationPorts?.invert,
    ),
    option('--icmp-type', rule.icmp && icmpText(rule.icmp), false),
    rule.fragment ? flag('-f', rule.fragment.invert) : '',
    rule.tcpFlags ? flag(tcpFlagsText(rule.tcpFlags), rule.tcpFlags.invert) : '',
    option('--connection', rule.connection, false),
    option('-j', targetName(rule), false),
  ]
    .filter(Boolean)
    .join(' ')
}

/** @returns the target's name, or null where the rule only counts */
export function targetName(rule: Rule): string | null {
  if (!rule.target) return null
  return 'chain' in rule.target ? rule.target.chain : rule.target.verdict
}

/** Whether flags are matched just as `-y` does. */
export function isSynOnly(match: NonNullable<Rule['tcpFlags']>): boolean {
  return match.mask === SYN_ONLY.mask && match.set === SYN_ONLY.set
}

/** @returns `80`, or `1024:65535` */
export function portsText(match: { from: number; to: number }): string {
  return match.from === match.to ? String(match.from) : `${match.from}:${match.to}`
}

/** @returns the name of the type, or `3` or `3/8` where there is none */
export function icmpText(match: NonNullable<Rule['icmp']>): string {
  const number = match.code === null ? String(match.type) : `${match.type}/${match.code}`
  return icmpName(match.type, match.code) ?? number
}

function networkText(text: string): string {
  const network = parseNetwork(text)
  return typeof network === 'string' ? text : formatNetwork(network)
}

function tcpFlagsText(match: NonNullable<Rule['tcpFlags']>): string {
  if (isSynOnly(match)) return '-y'
  return `--tcp-flags ${tcpFlagNames(match.mask)} ${tcpFlagNames(match.set)}`
}

function option(name: string, value: string | null | undefined, invert: boolean | undefined): string {
  if (!value) return ''
  return invert ? `${name} ! ${value}` : `${name} ${value}`
}

const flag = (text: string, invert: boolean): string => (invert ? `! ${text}` : text)
