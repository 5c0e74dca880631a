/** `ipfwadm -F -l -e` and its kin: columns of ipfwadm 2.3.0, over the chains of 2.2. */
import { type Chain, formatAddress, formatNetwork, type Rule, type Rules } from '@bauta/config'
import { type ClassicRule, classicRule, type PortRange } from '../classic-fields.ts'
import { type Count, type CounterReader, noCounters } from '../counter-reader.ts'
import type { InterfaceTable } from '../interface-table.ts'
import { shortNumber } from '../list-chains.ts'
import type { Names } from '../names.ts'
import { ACCOUNTING } from './accounting.ts'
import type { Category, ListFlags } from './commands.ts'

export interface IpfwadmListOptions extends Partial<ListFlags> {
  counters?: CounterReader
  interfaces?: InterfaceTable
  names?: Names
}

const TITLES = { forward: 'forward', input: 'input', output: 'output' } as const
const POLICIES = { ACCEPT: 'accept', DENY: 'deny', REJECT: 'reject', MASQ: 'accept/masquerade' } as const
const TYPES: Readonly<Record<string, string>> = {
  ACCEPT: 'acc',
  MASQ: 'acc/m',
  REDIRECT: 'acc/r',
  REJECT: 'rej',
  DENY: 'deny',
}
const DIRECTIONS: readonly (readonly [chain: string, shown: string])[] = [
  [ACCOUNTING.in, 'in'],
  [ACCOUNTING.out, 'out'],
  [ACCOUNTING.both, 'i/o'],
]

/** @returns lines, each ended */
export function listIpfwadm(rules: Rules, category: Category, options: IpfwadmListOptions = {}): string {
  const find = (name: string) => rules.chains.find((chain) => chain.name === name)
  if (category === 'accounting') {
    const rows = DIRECTIONS.flatMap(([name]) => rowsOf(find(name), options))
    return `IP accounting rules\n${withHeader(rows, true, options)}`
  }
  const chain = find(TITLES[category])
  const title = `IP firewall ${TITLES[category]} rules, default policy: ${POLICIES[chain?.policy ?? 'ACCEPT']}\n`
  return title + withHeader(rowsOf(chain, options), false, options)
}

const withHeader = (rows: string[], accounting: boolean, options: IpfwadmListOptions) =>
  rows.length === 0 ? '' : `${header(accounting, options)}${rows.join('')}`

/** Accounting always shows its counters. */
const counted = (accounting: boolean, { verbose }: IpfwadmListOptions) => accounting || (verbose ?? false)

function header(accounting: boolean, options: IpfwadmListOptions): string {
  const counts = options.exact ? '    pkts      bytes ' : ' pkts bytes '
  return (
    (counted(accounting, options) ? counts : '') +
    `${accounting ? 'dir' : 'type '} prot ` +
    (options.verbose ? `opt  ${accounting ? '' : 'tosa tosx '}ifname  ifaddress       ` : '') +
    `${'source'.padEnd(20)} ${'destination'.padEnd(20)} ports\n`
  )
}

function rowsOf(chain: Chain | undefined, options: IpfwadmListOptions): string[] {
  if (!chain) return []
  const counters = options.counters ?? noCounters
  return chain.rules
    .filter(({ enabled }) => enabled)
    .map((rule) => row(shownOf(rule, chain.name, options.interfaces), counters.rule(rule.id), options))
}

interface Shown {
  fields: ClassicRule
  /** Asks for ACK (-k). */
  ack: boolean
  /** Of accounting; null for a firewall's rule. */
  direction: string | null
}

function shownOf(rule: Rule, chain: string, interfaces: InterfaceTable | undefined): Shown {
  return {
    fields: classicRule(rule, chain === 'input' || chain === ACCOUNTING.in, interfaces),
    ack: rule.tcpFlags?.mask === 0x10 && rule.tcpFlags.set === 0x10,
    direction: DIRECTIONS.find(([name]) => name === chain)?.[1] ?? null,
  }
}

const typeOf = ({ target }: ClassicRule) => TYPES[target] ?? target
const deviceOf = ({ device: { name, prefix } }: ClassicRule) => `${name}${prefix ? '+' : ''}`
const flags = (rule: ClassicRule, ack: boolean) =>
  `-${ack ? 'k' : '-'}${rule.syn ? 'y' : '-'}${rule.log ? 'o' : '-'}`
const hex = (byte: number) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`

function row({ fields: rule, ack, direction }: Shown, count: Count, options: IpfwadmListOptions): string {
  const { verbose, exact, numeric } = options
  const accounting = direction !== null
  const counts = exact
    ? `${String(count.packets).padStart(8)} ${String(count.bytes).padStart(10)} `
    : `${shortNumber(count.packets)} ${shortNumber(count.bytes)} `
  const any = numeric ? '*' : 'any'
  const tos = accounting ? '' : `${hex(rule.tos.and)} ${hex(rule.tos.xor)} `
  const device = deviceOf(rule) || any
  const type = direction === null ? typeOf(rule).padEnd(5) : direction.padEnd(3)
  return (
    (counted(accounting, options) ? counts : '') +
    `${type} ${protocolOf(rule).padEnd(5)}` +
    (verbose
      ? `${flags(rule, ack)} ${tos}${device.slice(0, 16).padEnd(7)} ${(numeric ? '0.0.0.0' : 'any').padEnd(15)} `
      : '') +
    `${address(rule.source, options).padEnd(20)} ${address(rule.destination, options).padEnd(20)} ` +
    `${ports(rule, options)}${notes(rule, ack)}\n`
  )
}

/** What 2.2 could ask for and 2.0 had no column for, in brackets behind the last one. */
function notes(rule: ClassicRule, ack: boolean): string {
  const { destinationPorts: code, mark } = rule
  const beyond = [
    rule.synInvert && 'not -y',
    rule.fragment && (rule.fragmentInvert ? 'no later fragments' : 'later fragments'),
    rule.protocol.number === 1 && code.from === code.to && `code ${code.from}`,
    mark !== null && `mark 0x${mark.toString(16)}`,
  ].filter(Boolean)
  const note = ack ? '' : rule.note
  return note + (beyond.length > 0 ? ` [${beyond.join(', ')}]` : '')
}

/** The line that `ipfwadm -v` prints for a rule that it adds or deletes: numeric, without columns. */
export function ipfwadmEcho(rule: Rule, chain: string): string {
  const { ack, fields, direction } = shownOf(rule, chain, undefined)
  const type = direction ?? typeOf(fields)
  const end = (network: ClassicRule['source']) => address(network, { numeric: true })
  return (
    `${type} ${protocolOf(fields)} opt ${flags(fields, ack)} tos ${hex(fields.tos.and)} ${hex(fields.tos.xor)} ` +
    `via ${deviceOf(fields) || '*'} 0.0.0.0   ${end(fields.source)} -> ${end(fields.destination)}   ${ports(fields, { numeric: true })}\n`
  )
}

const NAMES: Readonly<Record<number, string>> = { 0: 'all', 1: 'icmp', 6: 'tcp', 17: 'udp' }
const protocolOf = ({ protocol }: ClassicRule) =>
  `${protocol.invert ? '!' : ''}${NAMES[protocol.number] ?? protocol.number}`

function address(network: ClassicRule['source'], { numeric, names }: IpfwadmListOptions): string {
  const sign = network.invert ? '!' : ''
  if (network.mask === 0) return `${sign}${numeric ? '0.0.0.0/0' : 'anywhere'}`
  const name = numeric ? null : names?.host(network.address)
  const text = formatNetwork(network)
  return sign + (name ? text.replace(formatAddress(network.address), name) : text)
}

function ports(rule: ClassicRule, options: IpfwadmListOptions): string {
  const { number } = rule.protocol
  if (number !== 1 && number !== 6 && number !== 17) return 'n/a'
  const source = portText(rule.sourcePorts, number, options)
  if (number === 1) return source
  const to =
    rule.redirect === null
      ? ''
      : ` => ${rule.redirect === 0 ? anyPort(options) : portText({ from: rule.redirect, to: rule.redirect, invert: false }, number, options)}`
  return `${source} -> ${portText(rule.destinationPorts, number, options)}${to}`
}

const anyPort = ({ numeric }: IpfwadmListOptions) => (numeric ? '*' : 'any')

function portText({ from, to, invert }: PortRange, protocol: number, options: IpfwadmListOptions): string {
  if (from === 0 && to === 0xffff) return anyPort(options)
  const name = (port: number) =>
    (options.numeric ? null : options.names?.service(port, protocol)) ?? String(port)
  return `${invert ? '!' : ''}${from === to ? name(from) : `${name(from)}:${name(to)}`}`
}
