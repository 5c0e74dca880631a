/**
 * One rule as one line for people: in the manner of an ipchains command in the classic dialect, of an iptables command in
 * netfilter. In both `-i` is the way in and `-o` the way out.
 */
import {
  type Dialect,
  formatNetwork,
  LOG_LEVELS,
  parseNetwork,
  type Rule,
  type RuleTarget,
  shownName,
  targetNameOf,
} from '@bauta/config'
import { icmpName, protocolName, tcpFlagNames } from './names.ts'
import { SYN_ONLY } from './packet-input.ts'

/** @param chain put in front when given @returns e.g. `forward -s 192.168.1.2 -p tcp --dport 80 -j DENY` */
export function ruleToText(rule: Rule, chain?: string, dialect: Dialect = 'classic'): string {
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
    ...rule.multiport.map((match) => flag(multiportText(match), match.invert)),
    option('--icmp-type', rule.icmp && icmpText(rule.icmp), rule.icmp?.invert),
    rule.fragment ? flag('-f', rule.fragment.invert) : '',
    rule.tcpFlags ? flag(tcpFlagsText(rule.tcpFlags), rule.tcpFlags.invert) : '',
    option('--connection', rule.connection, false),
    option('--state', rule.states?.list.join(','), rule.states?.invert),
    option('--tos', rule.tos && maskedText(rule.tos, 0xff), rule.tos?.invert),
    option('--mark', rule.mark && maskedText(rule.mark, 0xffffffff), rule.mark?.invert),
    option('--mac-source', rule.mac?.address, rule.mac?.invert),
    option('--length', rule.length && portsText(rule.length), rule.length?.invert),
    option('--limit', rule.limit && `${rule.limit.rate}/${rule.limit.per}`, false),
    option('--limit-burst', rule.limit && String(rule.limit.burst), false),
    attributesText(rule),
    option('-j', targetName(rule, dialect), false),
    particularsText(rule.target),
  ]
    .filter(Boolean)
    .join(' ')
}

/** @returns the target's name in the words of the dialect, or null where the rule only counts */
export function targetName({ target }: Rule, dialect: Dialect = 'classic'): string | null {
  const name = targetNameOf(target)
  return name === null || (target && 'chain' in target) ? name : shownName(name, dialect)
}

/** What stands beside the target in the classic dialect. */
function attributesText({ log, setMark, setTos }: Rule): string {
  return [
    log ? '-l' : '',
    setMark ? `-m ${setMark.add ? '+' : ''}${hexText(setMark.value)}` : '',
    setTos ? `-t 0x${hexByte(setTos.and)} 0x${hexByte(setTos.xor)}` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

/** The options of a target. */
function particularsText(target: RuleTarget): string {
  if (!target || 'chain' in target) return ''
  if ('action' in target) return actionText(target)
  const ports = 'ports' in target && target.ports ? portsText(target.ports, '-') : ''
  const parts: string[] = []
  if (target.verdict === 'REJECT' && target.with) parts.push(`--reject-with ${target.with}`)
  if (target.verdict === 'NETMAP') parts.push(`--to ${target.network}`)
  if (target.verdict === 'SNAT' || target.verdict === 'DNAT') {
    const option = target.verdict === 'SNAT' ? '--to-source' : '--to-destination'
    const suffix = ports ? `:${ports}` : ''
    const ranges = target.ranges.map((range) => portsText(range, '-'))
    parts.push(...(ranges.length > 0 ? ranges : ['']).map((range) => `${option} ${range}${suffix}`))
    if (target.persistent) parts.push('--persistent')
  } else if (ports) parts.push(`--to-ports ${ports}`)
  if ('random' in target && target.random) parts.push('--random')
  return parts.join(' ')
}

function actionText(target: Extract<RuleTarget, { action: string }>): string {
  switch (target.action) {
    case 'LOG':
      return [
        `--log-level ${LOG_LEVELS[target.level]}`,
        target.prefix ? `--log-prefix "${target.prefix}"` : '',
        target.tcpSequence ? '--log-tcp-sequence' : '',
        target.tcpOptions ? '--log-tcp-options' : '',
        target.ipOptions ? '--log-ip-options' : '',
      ]
        .filter(Boolean)
        .join(' ')
    case 'MARK':
      return markText(target)
    case 'TOS':
      return `--set-tos ${maskedText(target, 0xff)}`
    case 'DSCP':
      return `--set-dscp ${hexText(target.value)}`
    case 'TTL':
      return `--ttl-${target.operation} ${target.value}`
    case 'TCPMSS':
      return target.mss === null ? '--clamp-mss-to-pmtu' : `--set-mss ${target.mss}`
  }
}

const ALL_BITS = 0xffffffff

function markText({ value, mask }: { value: number; mask: number }): string {
  if (mask === ALL_BITS) return `--set-mark ${hexText(value)}`
  if (mask === value) return `--or-mark ${hexText(value)}`
  if (value === 0) return `--and-mark ${hexText(~mask >>> 0)}`
  if (mask === 0) return `--xor-mark ${hexText(value)}`
  return `--set-xmark ${hexText(value)}/${hexText(mask)}`
}

export const hexText = (value: number): string => `0x${value.toString(16)}`
const hexByte = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0')

function maskedText({ value, mask }: { value: number; mask: number }, all: number): string {
  return mask === all ? hexText(value) : `${hexText(value)}/${hexText(mask)}`
}

/** @returns `--dports 80,443`, without the inversion */
export function multiportText({ side, ranges }: Rule['multiport'][number]): string {
  const option = { source: '--sports', destination: '--dports', either: '--ports' }[side]
  return `${option} ${ranges.map((range) => portsText(range)).join(',')}`
}

/** Whether flags are matched just as `-y` does. */
export function isSynOnly(match: NonNullable<Rule['tcpFlags']>): boolean {
  return match.mask === SYN_ONLY.mask && match.set === SYN_ONLY.set
}

/** @returns `80`, or `1024:65535` */
export function portsText(match: { from: number | string; to: number | string }, between = ':'): string {
  return match.from === match.to ? String(match.from) : `${match.from}${between}${match.to}`
}

/** @returns the name of the type, or `3` or `3/8` where there is none */
export function icmpText(match: Pick<NonNullable<Rule['icmp']>, 'type' | 'code'>): string {
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
