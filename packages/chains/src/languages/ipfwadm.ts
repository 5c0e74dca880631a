/**
 * The command line of ipfwadm 2.3.0 (Linux 2.0), carried out on the chains of 2.2 as ipfwadm-wrapper did: -F, -I and -O are forward,
 * input and output; accounting (-A) is rules without target in chains of its own, which input and output ask first.
 *
 * 2.0 knew lists of ports and rules for both directions (-b); here each becomes rules of its own. `-M -S` is taken like `-M -s`,
 * because a book writes it so.
 */
import type { ChainIdentity, Policy, Rule, Rules } from '@bauta/config'
import { ACCOUNTING, accountingChain, accountingChains, type Direction } from './accounting.ts'
import { hostNetworks } from './addresses.ts'
import { classicRuleOf, sameClassicRule, testPacketOf } from './classic-rule-of.ts'
import { type ClassicSpec, EVERY_PORT, type Range, swapped } from './classic-spec.ts'
import type { Category, Command, ListFlags } from './commands.ts'
import type { Edit } from './edit.ts'
import { IPCHAINS_OBSTACLES } from './ipchains.ts'
import { IPFWADM_HELP } from './ipfwadm-help.ts'
import { ipfwadmEcho } from './list-ipfwadm.ts'
import { type Lookup, NO_HOSTS, numberIn, servicePort } from './lookup.ts'
import { Options, type OptionTable, PLAIN } from './options.ts'
import { LanguageProblem, refused, wrong } from './problem.ts'

const TABLE: OptionTable = {
  short: {
    ...{ A: 0, F: 0, I: 0, M: 0, O: 0, a: 0, d: 0, i: 0, l: 0, z: 0, f: 0, s: 1, p: 1, c: 0, h: 0 },
    ...{ P: 1, S: 1, D: 1, V: 1, W: 1, b: 0, e: 0, k: 0, m: 0, n: 0, o: 0, r: 0, t: 1, v: 0, x: 0, y: 0 },
  },
  long: {},
}

/** Chains have no names in ipfwadm: where there is none yet, there is no such rule. */
const OBSTACLES = { ...IPCHAINS_OBSTACLES, 'no-chain': IPCHAINS_OBSTACLES['no-rule'] }

/** IP_FW_MAX_PORTS of 2.0: a range counts as two. */
const MAX_PORTS = 10
const CHAIN = { forward: 'forward', input: 'input', output: 'output' } as const

interface Ports {
  /** In order, each as written. */
  words: string[]
  count: number
  range: boolean
}

interface Line {
  category: Category | 'masquerade' | null
  direction: Direction
  command: string
  policy: 'accept' | 'deny' | 'reject' | null
  given: Set<string>
  timeouts: number[]
  protocol: 'all' | 'tcp' | 'udp' | 'icmp'
  source: string | null
  destination: string | null
  from: Ports
  to: Ports
  device: string
  address: string | null
  redirect: string
  tos: readonly [number, number] | null
  help: boolean
}

/** @param words behind the program's name; never throws */
export function parseIpfwadm(words: readonly string[], rules: Rules, lookup: Lookup = NO_HOSTS): Command {
  try {
    const line = readLine(words)
    return line.help ? { kind: 'print', text: IPFWADM_HELP } : commandOf(line, rules, lookup)
  } catch (error) {
    if (!(error instanceof LanguageProblem)) throw error
    const { exit, message } = error
    return {
      kind: 'problem',
      exit,
      text: `${message === '' ? '' : `ipfwadm: ${message}\n`}${exit === 2 ? "Try `ipfwadm -h' for more information.\n" : ''}`,
    }
  }
}

const noPorts = (): Ports => ({ words: [], count: 0, range: false })
const CATEGORIES: Readonly<Record<string, Line['category']>> = {
  A: 'accounting',
  F: 'forward',
  I: 'input',
  O: 'output',
  M: 'masquerade',
}

function readLine(words: readonly string[]): Line {
  const options = new Options(readTimeouts(words), TABLE)
  const line: Line = {
    category: null,
    direction: 'both',
    command: '',
    policy: null,
    given: new Set(),
    timeouts: [],
    protocol: 'all',
    source: null,
    destination: null,
    from: noPorts(),
    to: noPorts(),
    device: '',
    address: null,
    redirect: '0',
    tos: null,
    help: false,
  }
  const plain: string[] = []
  for (let option = options.next(); option; option = options.next()) {
    const { code, value } = option
    if (code === 'h') return { ...line, help: true }
    if (code === PLAIN) plain.push(value!)
    else if (code in CATEGORIES) category(line, code, options)
    else if ('adilzfpsc'.includes(code)) command(line, code, value, options)
    else field(line, code, value, options)
  }
  if (plain.length > 0 || options.at < options.words.length)
    throw wrong('unknown arguments found on commandline')
  if (line.command === '') throw wrong('no command specified')
  return line
}

/** `-M -S 7200 10 160` means what `-M -s` does: -S is an address elsewhere, and -M has none. */
function readTimeouts(words: readonly string[]): string[] {
  return words.includes('-M') ? words.map((word) => (word === '-S' ? '-s' : word)) : [...words]
}

function category(line: Line, code: string, options: Options): void {
  if (line.category !== null) throw wrong('multiple categories specified')
  line.category = CATEGORIES[code]!
  if (code !== 'A') return
  const direction = wordAfter(options)
  if (direction === null) return
  const found = (['in', 'out', 'both'] as const).find((name) => name.startsWith(direction))
  if (!found) throw wrong(`invalid direction "${direction}" specified`)
  line.direction = found
}

/** ipfwadm looked only for a `-`. */
function wordAfter(options: Options): string | null {
  const word = options.words[options.at]
  if (word === undefined || word.startsWith('-')) return null
  options.at++
  return word
}

function command(line: Line, code: string, value: string | null, options: Options): void {
  const together = [line.command, code].sort().join('') === 'lz'
  if (line.command !== '' && !together) throw wrong('multiple commands specified')
  line.command = together ? 'lz' : code
  if ('adi'.includes(code)) {
    const policy = wordAfter(options)
    if (policy !== null) readPolicy(line, policy)
  }
  if (code === 'p') readPolicy(line, value!)
  if (code !== 's') return
  const values = [value, wordAfter(options), wordAfter(options)]
  line.timeouts = values.map((text) => {
    if (text === null) throw wrong('-s requires 3 timeout values')
    const seconds = numberIn(text, 0, 0x7fffffff)
    if (seconds === null) throw wrong(`invalid timeout value "${text}" specified`)
    return seconds
  })
}

function readPolicy(line: Line, text: string): void {
  if ('masquerade'.startsWith(text) && text !== '') {
    take(line, 'm')
    line.policy = 'accept'
    return
  }
  const found = (['accept', 'deny', 'reject'] as const).find((name) => name.startsWith(text))
  if (!found || text === '') throw wrong(`invalid policy "${text}" specified`)
  line.policy = found
}

function take(line: Line, code: string): void {
  if (line.given.has(code)) throw wrong(`multiple -${code} flags not allowed`)
  line.given.add(code)
}

function field(line: Line, code: string, value: string | null, options: Options): void {
  take(line, code)
  switch (code) {
    case 'P': {
      const found = (['all', 'tcp', 'udp', 'icmp'] as const).find((name) => name.startsWith(value!))
      if (!found || value === '') throw wrong(`invalid protocol "${value}" specified`)
      line.protocol = found
      return
    }
    case 'S':
    case 'D': {
      line[code === 'S' ? 'source' : 'destination'] = value
      const ports = code === 'S' ? line.from : line.to
      for (let port = wordAfter(options); port !== null; port = wordAfter(options))
        storePort(line, ports, port)
      return
    }
    case 'V':
      line.address = value
      return
    case 'W':
      line.device = value!
      return
    case 'r':
      line.redirect = wordAfter(options) ?? '0'
      return
    case 't': {
      const xor = wordAfter(options)
      if (xor === null) throw wrong('-t requires 2 hexbyte arguments')
      line.tos = [hexByte(value!), hexByte(xor)]
      return
    }
  }
}

function storePort(line: Line, ports: Ports, word: string): void {
  if (word.includes(':')) {
    if (ports.range) throw wrong('multiple ranges not allowed')
    ports.range = true
    ports.count++
  }
  ports.count++
  ports.words.push(word)
  if (line.from.count + line.to.count > MAX_PORTS)
    throw wrong(`too many ports specified (maximum ${MAX_PORTS})`)
}

function hexByte(text: string): number {
  const value = /^(0[xX])?[0-9a-fA-F]{1,8}$/.test(text) ? Number.parseInt(text, 16) : -1
  if (value < 0 || value > 255) throw wrong(`invalid hexbyte "${text}" specified`)
  return value
}

const PROTOCOL = { all: 0, icmp: 1, tcp: 6, udp: 17 } as const

function commandOf(line: Line, rules: Rules, lookup: Lookup): Command {
  checkTogether(line)
  checkOptions(line)
  if (line.category === 'masquerade') return masquerading(line)
  const { category } = line as { category: Category }
  const zero = line.command === 'z' || line.command === 'lz'
  if (line.command.startsWith('l'))
    return { kind: 'list-category', category, options: flags(line.given), zero }
  const { specs, notes } = specsOf(line, lookup)
  const at = { table: 'filter' as const, name: chainOf(line) }
  const list = specs.map((spec) => withAck(classicRuleOf(spec, wayIn(at.name)), line.given))
  const echo = line.given.has('v') ? list.map((rule) => ipfwadmEcho(rule, at.name)).join('') : ''
  if (line.command === 'c')
    return { kind: 'test', at, packets: specs.map(testPacketOf), program: 'ipfwadm', echo }
  return { kind: 'change', edits: editsOf(line, at, list, rules), obstacles: OBSTACLES, echo, notes }
}

const chainOf = ({ category, direction }: Line) =>
  category === 'accounting' ? ACCOUNTING[direction] : CHAIN[category as keyof typeof CHAIN]

const flags = (given: ReadonlySet<string>): ListFlags => ({
  numeric: given.has('n'),
  verbose: given.has('e'),
  exact: given.has('x'),
  lineNumbers: false,
})

function masquerading({ command, timeouts, given }: Line): Command {
  if (command.startsWith('l')) {
    const { numeric, verbose } = flags(given)
    return { kind: 'list-masquerade', program: 'ipfwadm', options: { numeric, verbose } }
  }
  const [tcp, tcpfin, udp] = timeouts.map((seconds) => seconds || null)
  const edit: Edit = { do: 'timeouts', tcp: tcp!, tcpfin: tcpfin!, udp: udp! }
  return { kind: 'change', edits: [edit], obstacles: OBSTACLES, echo: '', notes: [] }
}

/** Commands that make or delete a rule. */
const ofRule = (command: string) => command !== '' && 'adi'.includes(command)

function checkTogether({ category, command, policy }: Line): void {
  const firewall = category === 'forward' || category === 'input' || category === 'output'
  if (category === null) throw wrong('missing -A, -F, -I, -O, or -M flag')
  if (!firewall && command === 'c') throw wrong('specify either -F, -I, or -O for checking a packet')
  if (!firewall && command === 'p') throw wrong('specify either -F, -I, or -O for changing the policy')
  if (firewall && policy === null && ofRule(command)) throw wrong('policy required for firewall entries')
  if (!firewall && policy !== null) throw wrong('no policy allowed with non-firewall entries')
  if (category === 'masquerade' && command !== 's' && !command.startsWith('l'))
    throw wrong('-M only allowed in combination with -s or -l command')
  if (category !== 'masquerade' && command === 's')
    throw wrong('setting masquerading timeouts requires -M flag')
}

const RULE_ONLY: readonly (readonly [string, string])[] = [
  ['b', 'bidirectional flag (-b)'],
  ['o', 'kernel print flag (-o)'],
  ['r', 'port redirection (-r)'],
  ['t', 'tos values (-t)'],
]

function checkOptions(line: Line): void {
  const { given, command, protocol, from, to, category, policy } = line
  for (const [code, what] of RULE_ONLY)
    if (given.has(code) && !ofRule(command)) throw wrong(`${what} only allowed with insert/append/delete`)
  const check = command === 'c'
  const bare = 'lzfp'.includes(command[0]!)
  if (given.has('P') && bare) throw wrong('no protocol (-P) allowed with this command')
  if (!given.has('P') && check) throw wrong('protocol (-P) required for this command')
  if (check && protocol === 'all') throw wrong('specific protocol required for check command')
  if (given.has('V') && bare) throw wrong('no interface address (-V) allowed with this command')
  if (given.has('W') && bare) throw wrong('no interface name (-W) allowed with this command')
  if (!given.has('W') && check) throw wrong('interface name (-W) required for this command')
  const icmp = protocol === 'icmp'
  if (icmp && to.count > 0) throw wrong('ICMP types only allowed with -S, not with -D')
  if (protocol === 'all' && from.count + to.count > 0)
    throw wrong('no ports allowed without specific protocol')
  if (check && !icmp && (from.count !== 1 || to.count !== 1))
    throw wrong('one port required with source/destination address')
  if (check && icmp && from.count !== 1) throw wrong('ICMP type required after source address')
  if (given.has('r') && category !== 'input') throw wrong('redirecting only allowed in combination with -I')
  if (icmp && given.has('r')) throw wrong('redirecting not allowed with protocol ICMP')
  if (given.has('m') && category !== 'forward')
    throw wrong('masquerading only allowed in combination with -F')
  if (icmp && given.has('m')) throw wrong('masquerading not allowed with protocol ICMP')
  if (given.has('m') && policy !== 'accept') throw wrong('masquerading only allowed with policy accept')
  for (const [code, what] of [
    ['S', 'source'],
    ['D', 'destination'],
  ] as const) {
    if (given.has(code) && bare) throw wrong(`no ${what} address (-${code}) allowed with this command`)
    if (!given.has(code) && check) throw wrong(`${what} address (-${code}) required for this command`)
  }
  if (given.has('r') && from.count + to.count >= MAX_PORTS)
    throw wrong(`too many ports specified (maximum ${MAX_PORTS - 1} when using -r option)`)
}

const SAY = {
  mask: (text: string) => `invalid mask "${text}" specified`,
  host: (text: string) => `host/network "${text}" not found`,
}

function specsOf(line: Line, lookup: Lookup): { specs: ClassicSpec[]; notes: string[] } {
  if (!ofRule(line.command) && line.command !== 'c') return { specs: [], notes: [] }
  const source = hostNetworks(line.source ?? '0.0.0.0/0', lookup, SAY)
  const destination = hostNetworks(line.destination ?? '0.0.0.0/0', lookup, SAY)
  const notes = [source.note, destination.note].filter((note) => note !== null)
  if (line.address !== null && line.address !== '0.0.0.0') {
    if (line.command !== 'c')
      throw refused(
        `an interface is not known by its address (-V ${line.address}) here; name it with -W, as in -W eth0`,
      )
  }
  const protocol = PROTOCOL[line.protocol]
  const from = portsOf(line.from, protocol)
  const to = portsOf(line.to, protocol)
  if (from.length * to.length > 1)
    notes.push(`a list of ports becomes ${from.length * to.length} rules, one for each`)
  const specs = source.networks.flatMap((one) =>
    destination.networks.flatMap((other) =>
      from.flatMap((sourcePorts) =>
        to.map(
          (destinationPorts): ClassicSpec => ({
            source: one,
            destination: other,
            protocol,
            sourcePorts,
            destinationPorts,
            device: line.device === '+' ? '' : line.device,
            syn: line.given.has('y'),
            fragment: false,
            log: line.given.has('o'),
            mark: null,
            tos: line.tos,
            target: targetOf(line),
            redirect: line.given.has('r') ? parsePort(line.redirect, protocol) : 0,
            inverted: new Set(),
          }),
        ),
      ),
    ),
  )
  if (line.given.has('y') && protocol !== 6)
    throw refused('-y and -k look at TCP flags; give the protocol: -P tcp')
  return { specs: line.given.has('b') ? [...specs, ...specs.map(swapped)] : specs, notes }
}

function targetOf({ category, policy, given }: Line): string {
  if (category === 'accounting') return ''
  if (given.has('r')) return 'REDIRECT'
  if (given.has('m')) return 'MASQ'
  return policy === null ? '' : policy.toUpperCase()
}

/** Every port or range of the list; the whole of them where there is none. */
function portsOf({ words }: Ports, protocol: number): Range[] {
  if (words.length === 0) return [EVERY_PORT]
  return words.map((word) => {
    const [low = '', high] = word.split(':')
    const from = parsePort(low, protocol)
    const to = high === undefined ? from : parsePort(high, protocol)
    if (from > to) throw wrong(`invalid range of ports (${from} > ${to})`)
    return { from, to }
  })
}

function parsePort(text: string, protocol: number): number {
  const number = numberIn(text, 0, 65535)
  if (number !== null) return number
  if (protocol === 1) throw wrong(`invalid ICMP type "${text}" specified`)
  const port = servicePort(text, protocol)
  if (port === null) throw wrong(`invalid port/service "${text}" specified`)
  return port
}

function editsOf(line: Line, at: ChainIdentity, list: Rule[], rules: Rules): Edit[] {
  const { category, command, direction } = line
  const made = category === 'accounting' ? accountingChain(rules, at.name, direction) : []
  switch (command) {
    case 'a':
      return [...made, { do: 'append', at, rules: list }]
    case 'i':
      return [...made, { do: 'insert', at, number: 1, rules: list }]
    case 'd':
      return list.map((rule) => ({ do: 'delete-equal', at, rule, same: sameClassicRule }))
    case 'p':
      return [{ do: 'policy', at, policy: policyOf(line) }]
    case 'f':
      return category === 'accounting'
        ? accountingChains(rules).map((chain) => ({ do: 'flush', table: 'filter', chain }))
        : [{ do: 'flush', table: 'filter', chain: at.name }]
    default:
      return (category === 'accounting' ? accountingChains(rules) : [at.name]).map((chain) => ({
        do: 'zero',
        table: 'filter',
        chain,
        number: null,
        policies: false,
      }))
  }
}

/** The accounting chain that only input asks has the way in, like input itself. */
const wayIn = (name: string) => (name === 'input' || name === ACCOUNTING.in ? 'input' : name)

/** ipfwadm -k: ACK set (ipchains dropped it). */
function withAck(rule: Rule, given: ReadonlySet<string>): Rule {
  if (!given.has('k')) return rule
  if (rule.tcpFlags) throw refused('-y and -k exclude each other: this rule could never match')
  if (rule.protocol?.number !== 6) throw refused('-y and -k look at TCP flags; give the protocol: -P tcp')
  return { ...rule, tcpFlags: { mask: 0x10, set: 0x10, invert: false } }
}

function policyOf({ policy, given }: Line): Policy {
  if (given.has('m')) return 'MASQ'
  return policy === 'deny' ? 'DENY' : policy === 'reject' ? 'REJECT' : 'ACCEPT'
}
