/** `iptables -L`: columns of iptables 1.8.9, blank for blank; with -n it shows protocols as numbers. */
import { type Chain, parseNetwork, type Rule, type Rules, shownName, type Table } from '@bauta/config'
import type { Count, CounterReader } from '../counter-reader.ts'
import { noCounters } from '../counter-reader.ts'
import { icmpName, type Names, protocolName } from '../names.ts'
import type { ListFlags } from './commands.ts'
import { TOS_BITS, TOS_BYTES } from './iptables-values.ts'
import { networkOf } from './networks.ts'
import {
  addressRange,
  byte,
  chainsInOrder,
  policyKey,
  range,
  stateNames,
  withMask,
} from './print-iptables.ts'

export interface IptablesListOptions extends Partial<ListFlags> {
  chain?: string | null
  counters?: CounterReader
  names?: Names
}

/** @returns lines, each ended; nothing when there is no such chain */
export function listIptables(rules: Rules, table: Table, options: IptablesListOptions = {}): string {
  return chainsInOrder(rules, table)
    .filter((chain) => options.chain == null || chain.name === options.chain)
    .map((chain) => listChain(chain, rules, options))
    .join('\n')
}

function listChain(chain: Chain, rules: Rules, options: IptablesListOptions): string {
  const counters = options.counters ?? noCounters
  const lines = chain.rules.map((rule, index) =>
    rule.enabled ? `${ruleLine(rule, index + 1, counters.rule(rule.id), options)}\n` : '',
  )
  return `${chainLine(chain, rules, options, counters)}\n${header(options)}\n${lines.join('')}`
}

function chainLine(
  chain: Chain,
  rules: Rules,
  { verbose, exact }: IptablesListOptions,
  counters: CounterReader,
) {
  if (chain.policy === null) return `Chain ${chain.name} (${references(chain, rules)} references)`
  const { packets, bytes } = counters.policy(policyKey(chain))
  const counted = verbose ? ` ${number(packets, exact, 0)} packets, ${number(bytes, exact, 0)} bytes` : ''
  return `Chain ${chain.name} (policy ${shownName(chain.policy, 'netfilter')}${counted})`
}

const references = (chain: Chain, rules: Rules) =>
  rules.chains
    .filter(({ table }) => table === chain.table)
    .flatMap((one) => one.rules)
    .filter(({ enabled, target }) => enabled && target && 'chain' in target && target.chain === chain.name)
    .length

function header({ lineNumbers, verbose, exact }: IptablesListOptions): string {
  return (
    (lineNumbers ? 'num  ' : '') +
    (verbose ? (exact ? '    pkts      bytes ' : ' pkts bytes ') : '') +
    `target     prot opt ${verbose ? 'in     out     ' : ''}source               destination         `
  )
}

function ruleLine(rule: Rule, place: number, count: Count, options: IptablesListOptions): string {
  const { lineNumbers, verbose, exact, numeric } = options
  const any = numeric ? '*' : 'any'
  const device = (match: Rule['inInterface']) =>
    `${match ? `${sign(match.invert)}${match.name}` : any}`.padEnd(6)
  const { protocol, fragment } = rule
  return (
    (lineNumbers ? `${String(place).padEnd(4)} ` : '') +
    (verbose
      ? `${number(count.packets, exact, exact ? 8 : 5)} ${number(count.bytes, exact, exact ? 8 : 5)} `
      : '') +
    `${(targetName(rule) ?? '').padEnd(9)} ` +
    `${protocol?.invert ? '!' : ' '}${protocolText(protocol, numeric).padEnd(4)} ` +
    `${fragment?.invert ? '!' : '-'}${fragment ? 'f' : '-'} ` +
    (verbose ? ` ${device(rule.inInterface)} ${device(rule.outInterface)} ` : '') +
    `${address(rule.source, options)} ${address(rule.destination, options)} ` +
    [...matchTexts(rule, options), ...targetTexts(rule, options)].map((text) => ` ${text}`).join('')
  )
}

/** The line that `iptables -v` prints for a rule that it adds or deletes: numeric, but for the protocol. */
export function iptablesEcho(rule: Rule): string {
  const numeric = { numeric: true }
  const end = (match: Rule['source']) => address(match, numeric).slice(1).trim()
  const bang = (match: Rule['source']) => (match?.invert ? '!' : ' ')
  const device = (match: Rule['inInterface']) => (match ? `${sign(match.invert)}${match.name}` : '*')
  const { protocol, fragment } = rule
  const texts = [...matchTexts(rule, numeric), ...targetTexts(rule, numeric)].map((text) => ` ${text}`)
  return (
    `${targetName(rule) ?? ''}  ${sign(protocol?.invert ?? false)}${protocolText(protocol, false)} ` +
    `opt ${fragment?.invert ? '!' : '-'}${fragment ? 'f' : '-'} in ${device(rule.inInterface)} out ${device(rule.outInterface)} ` +
    `${bang(rule.source)}${end(rule.source)} ${bang(rule.destination)}-> ${end(rule.destination)}  ${texts.join('')}\n`
  )
}

const targetName = ({ target }: Rule) => {
  if (!target) return null
  if ('chain' in target) return target.chain
  return 'verdict' in target ? shownName(target.verdict, 'netfilter') : target.action
}

/** Five columns with units of 1000, as iptables rounds them. */
function number(count: number, exact: boolean | undefined, width: number): string {
  if (exact || count <= 99_999) return String(count).padStart(width)
  const units: readonly (readonly [number, string])[] = [
    [1e3, 'K'],
    [1e6, 'M'],
    [1e9, 'G'],
    [1e12, 'T'],
  ]
  for (const [unit, name] of units) {
    const rounded = Math.round(count / unit)
    if (rounded <= 9999 || name === 'T') return `${String(rounded).padStart(width && width - 1)}${name}`
  }
  return String(count)
}

function address(match: Rule['source'], { numeric, names }: IptablesListOptions): string {
  const sign = match?.invert ? '!' : ' '
  if (!match) return `${sign}${(numeric ? '0.0.0.0/0' : 'anywhere').padEnd(19)}`
  const text = networkOf(match.network)
  if (text === '0.0.0.0/0' && !numeric) return `${sign}${'anywhere'.padEnd(19)}`
  const parsed = parseNetwork(match.network)
  const name = numeric || typeof parsed === 'string' ? null : names?.host(parsed.address)
  return `${sign}${(name ? text.replace(/^[^/]+/, name) : text).padEnd(19)}`
}

/** Its listing shortens some. */
const LEVEL_NAMES = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const

function protocolText(protocol: Rule['protocol'], numeric: boolean | undefined): string {
  if (numeric) return String(protocol?.number ?? 0)
  return protocol ? protocolName(protocol.number) : 'all'
}

const sign = (invert: boolean) => (invert ? '!' : '')

function matchTexts(rule: Rule, options: IptablesListOptions): string[] {
  const texts: string[] = []
  const { icmp, tcpFlags } = rule
  const ports = transportTexts(rule, options)
  if (ports.length > 0 || tcpFlags) {
    texts.push(protocolName(rule.protocol?.number ?? 0), ...ports)
    if (tcpFlags) texts.push(flagsText(tcpFlags, options))
  }
  if (icmp) texts.push(icmpText(icmp, options))
  for (const { side, ranges, invert } of rule.multiport) {
    const name = { source: 'sports', destination: 'dports', either: 'ports' }[side]
    const list = ranges.map((one) => rangeText(one, rule, options)).join(',')
    texts.push(`multiport ${name} ${invert ? ' !' : ''}${list}`)
  }
  if (rule.mac) texts.push(`MAC ${rule.mac.invert ? '! ' : ''}${rule.mac.address}`)
  if (rule.states) texts.push(`${rule.states.invert ? '! ' : ''}state ${stateNames(rule.states.list)}`)
  if (rule.tos) {
    const name = options.numeric ? undefined : tosName(rule.tos)
    const value = name ? ` ${name}` : `0x${byte(rule.tos.value)}/0x${byte(rule.tos.mask)}`
    texts.push(`tos match${sign(rule.tos.invert)}${value}`)
  }
  if (rule.mark)
    texts.push(
      `mark match ${rule.mark.invert ? '! ' : ''}0x${rule.mark.value.toString(16)}${rule.mark.mask === 0xffffffff ? '' : `/0x${rule.mark.mask.toString(16)}`}`,
    )
  if (rule.length) texts.push(`length ${sign(rule.length.invert)}${range(rule.length)}`)
  if (rule.limit) {
    const per = { second: 'sec', minute: 'min', hour: 'hour', day: 'day' }[rule.limit.per]
    texts.push(`limit: avg ${rule.limit.rate}/${per} burst ${rule.limit.burst}`)
  }
  if (rule.comment !== '') texts.push(`/* ${rule.comment} */`)
  return texts
}

function transportTexts(rule: Rule, options: IptablesListOptions): string[] {
  const one = (match: Rule['sourcePorts'], single: string, several: string) =>
    match
      ? [
          `${match.from === match.to ? single : several}:${sign(match.invert)}${rangeText(match, rule, options)}`,
        ]
      : []
  return [...one(rule.sourcePorts, 'spt', 'spts'), ...one(rule.destinationPorts, 'dpt', 'dpts')]
}

function rangeText(
  { from, to }: { from: number; to: number },
  rule: Rule,
  { numeric, names }: IptablesListOptions,
) {
  const name = (port: number) =>
    (numeric ? null : names?.service(port, rule.protocol?.number ?? 0)) ?? String(port)
  return from === to ? name(from) : `${name(from)}:${name(to)}`
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']
const flagNames = (bits: number) => FLAGS.filter((_, bit) => (bits >>> bit) & 1).join(',') || 'NONE'

function flagsText(
  { mask, set, invert }: NonNullable<Rule['tcpFlags']>,
  { numeric }: IptablesListOptions,
): string {
  const text = numeric
    ? `0x${mask.toString(16).toUpperCase().padStart(2, '0')}/0x${set.toString(16).toUpperCase().padStart(2, '0')}`
    : `${flagNames(mask)}/${flagNames(set)}`
  return `flags:${sign(invert)}${text}`
}

function icmpText(
  { type, code, invert }: NonNullable<Rule['icmp']>,
  { numeric }: IptablesListOptions,
): string {
  const name = numeric ? null : icmpName(type, code)
  const bang = invert ? '!' : ''
  if (name) return `icmp ${bang}${name}`
  return `icmp${bang ? ' !' : ' '}type ${type}${code === null ? '' : ` code ${code}`}`.replace(
    'icmp type',
    'icmptype',
  )
}

function targetTexts({ target }: Rule, options: IptablesListOptions): string[] {
  if (!target || 'chain' in target) return []
  if ('action' in target) return actionTexts(target, options)
  switch (target.verdict) {
    case 'REJECT':
      return [`reject-with ${target.with ?? 'icmp-port-unreachable'}`]
    case 'MASQ':
      return [
        ...(target.ports ? [`masq ports: ${range(target.ports, '-')}`] : []),
        ...(target.random ? ['random'] : []),
      ]
    case 'REDIRECT':
      return [
        ...(target.ports ? [`redir ports ${range(target.ports, '-')}`] : []),
        ...(target.random ? ['random'] : []),
      ]
    case 'SNAT':
    case 'DNAT': {
      const ports = target.ports ? `:${range(target.ports, '-')}` : ''
      const to = target.ranges.map((one) => `to:${addressRange(one)}${ports}`)
      return [
        ...(to.length > 0 ? to : [`to:${ports}`]),
        ...(target.random ? ['random'] : []),
        ...(target.persistent ? ['persistent'] : []),
      ]
    }
    case 'NETMAP':
      return [`to:${withMask(target.network)}`]
    default:
      return []
  }
}

function actionTexts(
  target: Extract<Rule['target'], { action: string }>,
  { numeric }: IptablesListOptions,
): string[] {
  switch (target.action) {
    case 'LOG': {
      const flags = (target.tcpSequence ? 1 : 0) | (target.tcpOptions ? 2 : 0) | (target.ipOptions ? 4 : 0)
      const level = numeric ? `flags ${flags} level ${target.level}` : `level ${LEVEL_NAMES[target.level]}`
      const words = numeric
        ? []
        : [
            ...(target.tcpSequence ? ['tcp-sequence'] : []),
            ...(target.tcpOptions ? ['tcp-options'] : []),
            ...(target.ipOptions ? ['ip-options'] : []),
          ]
      return ['LOG', level, ...words, ...(target.prefix === '' ? [] : [`prefix "${target.prefix}"`])]
    }
    case 'MARK':
      return markTexts(target)
    case 'TOS':
      return [tosText(target, numeric)]
    case 'DSCP':
      return [`DSCP set 0x${byte(target.value)}`]
    case 'TTL':
      return [
        `TTL ${{ set: 'set to', inc: 'increment by', dec: 'decrement by' }[target.operation]} ${target.value}`,
      ]
    case 'TCPMSS':
      return [target.mss === null ? 'TCPMSS clamp to PMTU' : `TCPMSS set ${target.mss}`]
  }
}

type Masked = { value: number; mask: number }

const tosName = ({ value, mask }: Masked) =>
  mask === TOS_BITS ? TOS_NAMES.find(([, byte]) => byte === value)?.[0] : undefined
const TOS_NAMES = [...TOS_BYTES].map(
  ([name, value]) => [name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()), value] as const,
)

/** Blanks as iptables has them. */
function tosText(target: Masked, numeric: boolean | undefined): string {
  const set = `TOS set 0x${byte(target.value)}/0x${byte(target.mask)}`
  if (numeric) return set
  const { value, mask } = target
  const name = tosName(target)
  if (name) return ` TOS set${name}`
  if (value === 0) return `TOS and 0x${byte(~mask & 0xff)}`
  if (value === mask) return `TOS or 0x${byte(value)}`
  return mask === 0 ? `TOS xor 0x${byte(value)}` : set
}

function markTexts({ value, mask }: { value: number; mask: number }): string[] {
  const hex = (number: number) => `0x${number.toString(16)}`
  if (value === 0) return [`MARK and ${hex(~mask >>> 0)}`]
  if (value === mask) return [`MARK or ${hex(value)}`]
  if (mask === 0xffffffff) return [`MARK set ${hex(value)}`]
  if (mask === 0) return [`MARK xor ${hex(value)}`]
  return [`MARK xset ${hex(value)}/${hex(mask)}`]
}
