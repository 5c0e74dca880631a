/** `ipchains -L`: the columns of ipchains 1.3.9, blank for blank. */
import { type Chain, formatAddress, formatNetwork, type Rules } from '@bauta/config'
import { chainsOnWayIn, referencesTo } from './chain-graph.ts'
import { type ClassicRule, classicRule, type PortRange } from './classic-fields.ts'
import { type Count, type CounterReader, noCounters } from './counter-reader.ts'
import type { InterfaceTable } from './interface-table.ts'
import { icmpName, type Names, protocolName } from './names.ts'
import { PROTOCOL } from './packet-input.ts'
import { portsText } from './rule-text.ts'

export interface ListOptions {
  /** -n: addresses and ports as numbers */
  numeric?: boolean
  /** -v: counters, TOS masks, interface, mark, output size */
  verbose?: boolean
  /** -x: counters in full instead of K, M, G */
  exact?: boolean
  /** --line-numbers */
  lineNumbers?: boolean
  /** Only this chain. */
  chain?: string | undefined
  counters?: CounterReader
  /** For the device behind `@lan` and `@wan`. */
  interfaces?: InterfaceTable
  /** Asked unless `numeric`. */
  names?: Names
}

/**
 * Rules that are switched off are left out, as they do not exist for packets; they keep their number.
 * @returns lines, each ended; nothing when there is no such chain
 */
export function listChains(rules: Rules, options: ListOptions = {}): string {
  const wayIn = chainsOnWayIn(rules)
  return rules.chains
    .filter((chain) => options.chain === undefined || chain.name === options.chain)
    .map((chain) => listChain(chain, rules, wayIn.has(chain.name), options))
    .join('')
}

function listChain(chain: Chain, rules: Rules, wayIn: boolean, options: ListOptions): string {
  const counters = options.counters ?? noCounters
  let text = `${chainLine(chain, rules, options, counters)}\n`
  let header = `${headerLine(options)}\n`
  chain.rules.forEach((rule, index) => {
    if (!rule.enabled) return
    const fields = classicRule(rule, wayIn, options.interfaces)
    text += `${header}${ruleLine(fields, index + 1, counters.rule(rule.id), options)}\n`
    header = ''
  })
  return text
}

function chainLine(chain: Chain, rules: Rules, options: ListOptions, counters: CounterReader): string {
  if (chain.policy === null) return `Chain ${chain.name} (${referencesTo(chain.name, rules)} references):`
  const { packets, bytes } = counters.policy(chain.name)
  const counted = options.verbose ? `: ${packets} packets, ${bytes} bytes` : ''
  return `Chain ${chain.name} (policy ${chain.policy}${counted}):`
}

function headerLine({ lineNumbers, verbose, exact }: ListOptions): string {
  const counts = `${'pkts'.padStart(exact ? 8 : 5)} ${'bytes'.padStart(exact ? 10 : 5)} `
  return (
    (lineNumbers ? 'num  ' : '') +
    (verbose ? counts : '') +
    'target     prot opt    ' +
    (verbose ? 'tosa tosx  ifname     mark       outsize ' : '') +
    ' source                destination           ports'
  )
}

function ruleLine(rule: ClassicRule, number: number, count: Count, options: ListOptions): string {
  const { lineNumbers, verbose } = options
  return (
    (lineNumbers ? `${String(number).padEnd(4)} ` : '') +
    (verbose ? countColumns(count, options.exact ?? false) : '') +
    `${rule.target.padEnd(9)} ` +
    `${mark(rule.protocol.invert)}${protocolName(rule.protocol.number).padEnd(5)}` +
    optColumn(rule) +
    (verbose ? verboseColumns(rule, options) : '') +
    `${mark(rule.source.invert)}${addressText(rule.source, options).padEnd(20)} ` +
    `${rule.destination.invert ? '!' : ''}${addressText(rule.destination, options).padEnd(20)}` +
    portsColumn(rule, options) +
    rule.note
  )
}

const mark = (invert: boolean): string => (invert ? '!' : ' ')

function countColumns({ packets, bytes }: Count, exact: boolean): string {
  if (exact) return `${String(packets).padStart(8)} ${String(bytes).padStart(10)} `
  return `${shortNumber(packets)} ${shortNumber(bytes)} `
}

/** Five columns: the number itself up to 99999, then rounded thousands, millions (from 10^7), and so on. */
export function shortNumber(count: number): string {
  if (count <= 99_999) return String(count).padStart(5)
  const thousands = Math.round(count / 1e3)
  if (thousands <= 9999) return `${String(thousands).padStart(4)}K`
  const millions = Math.round(count / 1e6)
  if (millions <= 9999) return `${String(millions).padStart(4)}M`
  return `${String(Math.round(millions / 1e3)).padStart(4)}G`
}

/** Six marks; the last one (netlink copy) is never set. */
function optColumn(rule: ClassicRule): string {
  return `${rule.synInvert ? '!' : '-'}${rule.syn ? 'y' : '-'}${rule.fragmentInvert ? '!' : '-'}${rule.fragment ? 'f' : '-'}${rule.log ? 'l' : '-'}- `
}

/** TOS masks, the interface, the mark (which broke the columns then too), and blanks for no output size. */
function verboseColumns({ device, mark: set, tos }: ClassicRule, { numeric }: ListOptions): string {
  const any = numeric ? '*' : 'any'
  const name = device.name ? `${device.name}${device.prefix ? '+' : ''}`.slice(0, 16) : any
  const hex = (byte: number) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`
  const marked = set === null ? ' '.repeat(11) : `0x${set.toString(16).padEnd(10)} `
  return `${hex(tos.and)} ${hex(tos.xor)} ${mark(device.invert)}${name.padEnd(10)} ${marked}${' '.repeat(8)}`
}

function addressText(network: ClassicRule['source'], { numeric, names }: ListOptions): string {
  if (numeric) return formatNetwork(network)
  if (network.mask === 0) return 'anywhere'
  const name = names?.host(network.address)
  return name ? formatNetwork(network).replace(formatAddress(network.address), name) : formatNetwork(network)
}

function portsColumn(rule: ClassicRule, options: ListOptions): string {
  const { number } = rule.protocol
  if (number !== PROTOCOL.TCP && number !== PROTOCOL.UDP && number !== PROTOCOL.ICMP) return '  n/a'
  if (number === PROTOCOL.ICMP && !options.numeric && !rule.sourcePorts.invert) {
    const name = icmpNameOf(rule)
    if (name) return `  ${name}`
  }
  const text = (ports: PortRange) => ` ${mark(ports.invert)}${portText(ports, number, options)}`
  const to = rule.redirect === null ? '' : ` => ${redirectText(rule.redirect, number, options)}`
  return `${text(rule.sourcePorts)} -> ${text(rule.destinationPorts)}${to}`
}

/** 0 keeps the port. */
function redirectText(port: number, protocol: number, options: ListOptions): string {
  if (port === 0) return options.numeric ? ' *' : ' any'
  return portText({ from: port, to: port, invert: false }, protocol, options)
}

function icmpNameOf({ sourcePorts: type, destinationPorts: code }: ClassicRule): string | null {
  if (type.from !== type.to) return null
  return icmpName(type.from, code.from === code.to ? code.from : null)
}

function portText(ports: PortRange, protocol: number, { numeric, names }: ListOptions): string {
  if (ports.from === 0 && ports.to === 0xffff) return numeric ? '*' : 'any'
  if (numeric) return portsText(ports)
  const name = (port: number) => names?.service(port, protocol) ?? String(port)
  return ports.from === ports.to ? name(ports.from) : `${name(ports.from)}:${name(ports.to)}`
}
