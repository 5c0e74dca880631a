/** `ipfwadm -F -l -e` and its kin: columns of ipfwadm 2.3.0, over the chains of 2.2. */
import { type Chain, formatAddress, formatNetwork, type Rules } from '@bauta/config'
import { type ClassicRule, classicRule, type PortRange } from '../classic-fields.ts'
import { type Count, type CounterReader, noCounters } from '../counter-reader.ts'
import type { InterfaceTable } from '../interface-table.ts'
import { shortNumber } from '../list-chains.ts'
import type { Names } from '../names.ts'
import type { Category, ListFlags } from './commands.ts'
import { ACCOUNTING } from './ipfwadm.ts'

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
    const rows = DIRECTIONS.flatMap(([name, shown]) => rowsOf(find(name), shown, true, options))
    return `IP accounting rules\n${withHeader(rows, true, options)}`
  }
  const chain = find(TITLES[category])
  const title = `IP firewall ${TITLES[category]} rules, default policy: ${POLICIES[chain?.policy ?? 'ACCEPT']}\n`
  return title + withHeader(rowsOf(chain, null, false, options), false, options)
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

function rowsOf(
  chain: Chain | undefined,
  direction: string | null,
  accounting: boolean,
  options: IpfwadmListOptions,
): string[] {
  if (!chain) return []
  const counters = options.counters ?? noCounters
  const wayIn = chain.name === 'input' || chain.name === ACCOUNTING.in
  return chain.rules
    .filter(({ enabled }) => enabled)
    .map((rule) => {
      const fields = classicRule(rule, wayIn, options.interfaces)
      const ack = rule.tcpFlags?.mask === 0x10 && rule.tcpFlags.set === 0x10
      return row(fields, ack, direction, counters.rule(rule.id), accounting, options)
    })
}

function row(
  rule: ClassicRule,
  ack: boolean,
  direction: string | null,
  count: Count,
  accounting: boolean,
  options: IpfwadmListOptions,
): string {
  const { verbose, exact, numeric } = options
  const counts = exact
    ? `${String(count.packets).padStart(8)} ${String(count.bytes).padStart(10)} `
    : `${shortNumber(count.packets)} ${shortNumber(count.bytes)} `
  const any = numeric ? '*' : 'any'
  const hex = (byte: number) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`
  const tos = accounting ? '' : `${hex(rule.tos.and)} ${hex(rule.tos.xor)} `
  const device = rule.device.name ? `${rule.device.name}${rule.device.prefix ? '+' : ''}` : any
  const type = direction === null ? (TYPES[rule.target] ?? rule.target).padEnd(5) : direction.padEnd(3)
  return (
    (counted(accounting, options) ? counts : '') +
    `${type} ${protocolOf(rule).padEnd(5)}` +
    (verbose
      ? `-${ack ? 'k' : '-'}${rule.syn ? 'y' : '-'}${rule.log ? 'o' : '-'} ${tos}${device.slice(0, 16).padEnd(7)} ${(numeric ? '0.0.0.0' : 'any').padEnd(15)} `
      : '') +
    `${address(rule.source, options).padEnd(20)} ${address(rule.destination, options).padEnd(20)} ` +
    `${ports(rule, options)}${ack ? '' : rule.note}\n`
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
