/**
 * The command line of ipchains 1.3.9: words in, what is wanted out. The order of the checks is the program's own, so that a line with
 * several mistakes is told the same one.
 *
 * What differs, and is told: a copy to a netlink device (`-o`) is not made; `-i @lan` and `-i @wan` name every interface of a role.
 */
import type { Policy, Rules } from '@bauta/config'
import { classicRuleOf, sameClassicRule, testPacketOf } from './classic-rule-of.ts'
import {
  type ClassicSpec,
  emptyMatches,
  finishSpecs,
  MATCH_OPTIONS,
  parseProtocol,
  type RawMatches,
  readSpecs,
  swapped,
} from './classic-spec.ts'
import type { Command, ListFlags } from './commands.ts'
import type { Edit, Obstacle } from './edit.ts'
import { ICMP_HELP, IPCHAINS_HELP, IPCHAINS_VERSION } from './ipchains-help.ts'
import { type Lookup, NO_HOSTS, numberIn } from './lookup.ts'
import { type Option, Options, type OptionTable, PLAIN } from './options.ts'
import { LanguageProblem, wrong } from './problem.ts'
import { chainEcho, ruleEcho } from './rule-echo.ts'

const TABLE: OptionTable = {
  short: {
    ...{ A: 1, C: 1, D: 1, R: 1, I: 1, L: 2, F: 2, Z: 2, N: 1, X: 2, P: 1, M: 0, S: 1, V: 0, h: 2 },
    ...{ o: 2, p: 1, s: 1, d: 1, j: 1, i: 1, f: 0, b: 0, v: 0, m: 1, n: 0, l: 0, t: 1, x: 0, y: 0 },
  },
  long: {
    append: ['A', 1],
    delete: ['D', 1],
    insert: ['I', 1],
    replace: ['R', 1],
    list: ['L', 2],
    flush: ['F', 2],
    zero: ['Z', 2],
    check: ['C', 1],
    'new-chain': ['N', 1],
    'delete-chain': ['X', 2],
    policy: ['P', 1],
    masquerading: ['M', 0],
    set: ['S', 1],
    bidirectional: ['b', 0],
    source: ['s', 1],
    destination: ['d', 1],
    src: ['s', 1],
    dst: ['d', 1],
    'source-port': ['1', 1],
    'destination-port': ['2', 1],
    'icmp-type': ['1', 1],
    sport: ['1', 1],
    dport: ['2', 1],
    protocol: ['p', 1],
    interface: ['i', 1],
    jump: ['j', 1],
    TOS: ['t', 1],
    mark: ['m', 1],
    numeric: ['n', 0],
    log: ['l', 0],
    output: ['o', 2],
    verbose: ['v', 0],
    exact: ['x', 0],
    fragments: ['f', 0],
    syn: ['y', 0],
    version: ['V', 0],
    help: ['h', 0],
    'line-numbers': ['3', 0],
    'no-warnings': ['W', 0],
  },
}

/** Commands by what the program called them internally, each with the letter it is told by. */
type Wish = 'A' | 'D' | 'Dn' | 'R' | 'I' | 'L' | 'F' | 'Z' | 'N' | 'X' | 'P' | 'M' | 'S' | 'C'
/** Which may stand together, whichever comes first. */
const WITH: Partial<Record<Wish, readonly Wish[]>> = { L: ['Z', 'M'], Z: ['L'], M: ['L', 'S'], S: ['M'] }

/** Options in the order in which they are checked; the letter that is shown comes first. */
const CHECKED = ['n', 's', 'd', 'p', 'j', 'y', 'b', 'v', 'l', 'x', 't', 'i', 'f', 'm', '1', '2', 'o', '3']
const SHOWN: Readonly<Record<string, string>> = { '1': 's', '2': 'd' }
/** `x` illegal, `+` compulsory; one column for every option of CHECKED. */
const RULE_COLUMNS = 'x        x       x'
const LEGAL: Readonly<Record<Wish, string>> = {
  I: RULE_COLUMNS,
  D: RULE_COLUMNS,
  Dn: 'xxxxxxx xxxxxxxxxx',
  R: 'x     x  x       x',
  A: RULE_COLUMNS,
  L: ' xxxxxx x xxxxxxx ',
  F: 'xxxxxxx xxxxxxxxxx',
  Z: 'xxxxxxx xxxxxxxxxx',
  N: 'xxxxxxx xxxxxxxxxx',
  X: 'xxxxxxx xxxxxxxxxx',
  P: 'xxxxxxx xxxxxxxxxx',
  M: 'xxxxxxxxxxxxxxxxxx',
  S: 'xxxxxxx xxxxxxxxxx',
  C: 'x+++x   xxx+ x  xx',
}
const ORDER: readonly Wish[] = ['I', 'D', 'Dn', 'R', 'A', 'L', 'F', 'Z', 'N', 'X', 'P', 'M', 'S', 'C']
const INVERTIBLE = 'sdpyif12'

export const CHAIN_LENGTH = 8
const BUILT_INS = ['input', 'forward', 'output']

/** What the kernel's refusals read like. */
export const IPCHAINS_OBSTACLES: Readonly<Record<Obstacle, string>> = {
  'no-chain': 'No chain by that name',
  'no-target': 'No target by that name',
  'no-rule': 'bad rule (does a matching rule exist in that chain?)',
  'not-empty': 'Chain is not empty',
  exists: 'Chain already exists',
  'name-taken': 'Chain already exists',
  'in-use': 'Device or resource busy (other rules jump to this chain)',
  'insert-index': 'Bad rule number (the chain has fewer rules)',
  'replace-index': 'Bad rule number (the chain has fewer rules)',
  // 2.2 answered “No chain by that name” here too, which led nobody to the mistake.
  'delete-index': 'Bad rule number (the chain has fewer rules)',
  'zero-index': 'Bad rule number (the chain has fewer rules)',
  'own-chain': 'Can only set policy in built-in chains.',
  'built-in': 'Device or resource busy (this is a built-in chain)',
}

interface Line {
  wishes: Set<Wish>
  chain: string | null
  number: number
  policy: string | null
  timeouts: [number, number, number] | null
  redirect: string
  matches: RawMatches
  given: Set<string>
  warnings: boolean
  help: string | null
}

/** @param words behind the program's name; never throws */
export function parseIpchains(words: readonly string[], rules: Rules, lookup: Lookup = NO_HOSTS): Command {
  try {
    return commandOf(readLine(words), rules, lookup)
  } catch (error) {
    if (!(error instanceof LanguageProblem)) throw error
    return ipchainsProblem(error)
  }
}

const TRY = "Try `ipchains -h' or 'ipchains --help' for more information.\n"
export const ipchainsProblem = ({ exit, message }: LanguageProblem): Command => ({
  kind: 'problem',
  exit,
  text: `${message === '' ? '' : `ipchains: ${message}\n`}${exit === 2 ? TRY : ''}`,
})

function readLine(words: readonly string[]): Line {
  const options = new Options(words, TABLE)
  const line: Line = {
    wishes: new Set(),
    chain: null,
    number: 0,
    policy: null,
    timeouts: null,
    redirect: '0',
    matches: emptyMatches(),
    given: new Set(),
    warnings: true,
    help: null,
  }
  let invert = false
  for (let option = options.next(); option; option = options.next()) {
    if (option.code === PLAIN) {
      if (option.value !== '!') throw wrong('')
      if (invert) throw wrong('multiple consecutive ! not allowed\n')
      invert = true
      continue
    }
    if (option.code === 'h' || option.code === 'V') return { ...line, help: helpFor(option, options, invert) }
    if (!wish(line, option, options, invert)) field(line, option, options, invert)
    invert = false
  }
  if (options.at < words.length) throw wrong('unknown arguments found on commandline')
  if (line.wishes.size === 0) throw wrong('no command specified')
  if (invert) throw wrong('nothing appropriate following !')
  return line
}

function helpFor({ code, value }: Option, options: Options, invert: boolean): string {
  if (code === 'V') return invert ? 'Not ipchains 2.0\n' : `${IPCHAINS_VERSION}\n`
  const topic = value ?? options.words[options.at] ?? ''
  return topic.toLowerCase() === 'icmp' ? ICMP_HELP : IPCHAINS_HELP
}

/** @returns whether the option is a command */
function wish(line: Line, { code, value }: Option, options: Options, invert: boolean): boolean {
  if (!(code in LEGAL) || code === 'Dn') return false
  const wanted = code as Wish
  if (invert) throw wrong('unexpected ! flag')
  const other = ORDER.find((one) => line.wishes.has(one) && !WITH[wanted]?.includes(one))
  if (other) throw wrong(`Can't use -${wanted} with -${other[0]}\n`)
  line.wishes.add(wanted)
  switch (wanted) {
    case 'M':
      return true
    case 'S':
      line.timeouts = threeTimeouts(value!, options)
      return true
    case 'L':
    case 'Z':
    case 'F':
    case 'X': {
      const chain = value ?? options.takeValue()
      if (chain !== null) line.chain = chain
      if (line.wishes.has('L') && line.wishes.has('Z') && line.chain !== null)
        throw wrong('-L with -Z does not allow chain to be specified')
      return true
    }
  }
  line.chain = value
  if (wanted === 'P') {
    const policy = options.takeValue()
    if (policy === null) throw wrong('-P requires a chain and a policy')
    line.policy = checkedPolicy(value!, policy)
  } else if ('DRI'.includes(wanted)) {
    const number = options.takeValue()
    if (number !== null) line.number = ruleNumber(number)
    else if (wanted === 'R') throw wrong('-R requires a rule number')
    else if (wanted === 'I') line.number = 1
    if (wanted === 'D' && number !== null) line.wishes = new Set(['Dn'])
  }
  return true
}

function ruleNumber(text: string): number {
  const number = numberIn(text, 1, 0x7fffffff)
  if (number === null) throw wrong(`Invalid rule number \`${text}'`)
  return number
}

function threeTimeouts(first: string, options: Options): [number, number, number] {
  const values = [first, options.takeValue(), options.takeValue()]
  const [tcp, tcpfin, udp] = values.map((text) => {
    if (text === null) throw wrong('-S requires 3 timeout values')
    const seconds = numberIn(text, 0, 0x7fffffff)
    if (seconds === null) throw wrong(`invalid timeout value \`${text}' specified`)
    return seconds
  })
  return [tcp!, tcpfin!, udp!]
}

function checkedPolicy(chain: string, policy: string): string {
  if (policy === 'MASQ') {
    if (chain !== 'forward') throw wrong("`-P MASQ' only valid for `forward' chain.")
    return policy
  }
  if (!BUILT_INS.includes(chain)) throw wrong('Can only set policy in built-in chains.')
  if (!['ACCEPT', 'DENY', 'REJECT'].includes(policy)) throw wrong(`Invalid policy \`${policy}' for -P`)
  return policy
}

/** An option that is no command. */
function field(line: Line, option: Option, options: Options, before: boolean): void {
  const { code } = option
  if (code === 'W') {
    if (before) throw wrong('cannot have ! before --no-warnings')
    line.warnings = false
    return
  }
  let { value } = option
  let invert = before
  const inverts = MATCH_OPTIONS.includes(code)
  if (inverts && value === '!') {
    if (invert) throw wrong("Multiple `!' flags not allowed")
    invert = true
    value = options.words[options.at++] ?? null
    if (value === null) throw wrong('nothing appropriate following !')
  }
  if (code === '3' && invert) throw wrong('cannot have ! before --line-numbers')
  set(line, code, invert)
  const { matches } = line
  switch (code) {
    case 'p':
      matches.protocol = parseProtocol(value!)
      if (matches.protocol === 0 && invert) throw wrong('rule would never match protocol')
      return
    case 's':
    case 'd': {
      matches[code === 's' ? 'source' : 'destination'] = value!
      portAfterAddress(line, code, options)
      return
    }
    case '1':
      matches.sourcePorts = value!
      return
    case '2':
      matches.destinationPorts = value!
      return
    case 'j':
      matches.target = checkedTarget(value!)
      if (value === 'REDIRECT') line.redirect = options.takeValue() ?? '0'
      return
    case 'i':
      matches.device = value!
      return
    case 'm':
      matches.mark = value!
      return
    case 'o': {
      const size = value ?? options.takeValue()
      if (size !== null && numberIn(size, 0, 65535) === null)
        throw wrong(`-o argument must be 0-65535, not \`${size}'`)
      return
    }
    case 't': {
      const xor = options.takeValue()
      if (xor === null) throw wrong('-t requires 2 hexbyte arguments')
      matches.tos = [hexByte(value!), hexByte(xor)]
      return
    }
  }
}

/** `-s 10.0.0.0/8 ! 80`: the port may follow the address, with a `!` of its own. */
function portAfterAddress(line: Line, code: 's' | 'd', options: Options): void {
  const next = options.words[options.at]
  const inverted = next === '!'
  const port = options.words[options.at + (inverted ? 1 : 0)]
  if (port === undefined || port.startsWith('-') || port.startsWith('!')) return
  options.at += inverted ? 2 : 1
  set(line, code === 's' ? '1' : '2', inverted)
  line.matches[code === 's' ? 'sourcePorts' : 'destinationPorts'] = port
}

function set(line: Line, code: string, invert: boolean): void {
  const shown = SHOWN[code] ?? code
  if (line.given.has(code)) throw wrong(`multiple -${shown} flags not allowed\n`)
  line.given.add(code)
  if (!invert) return
  if (!INVERTIBLE.includes(code)) throw wrong(`cannot have ! before -${shown}\n`)
  line.matches.inverted.add(code)
}

function checkedTarget(name: string): string {
  if (name.length < 1) throw wrong('Invalid target name (too short)')
  if (name.length > CHAIN_LENGTH) throw wrong(`Invalid target name \`${name}' (${CHAIN_LENGTH} chars max)`)
  if (/\s/.test(name)) throw wrong(`Invalid target name \`${name}'`)
  return name
}

function hexByte(text: string): number {
  const value = /^(0[xX])?[0-9a-fA-F]{1,8}$/.test(text) ? Number.parseInt(text, 16) : -1
  if (value < 0 || value > 255) throw wrong(`invalid hexbyte \`${text}' specified`)
  return value
}

function commandOf(line: Line, rules: Rules, lookup: Lookup): Command {
  if (line.help !== null) return { kind: 'print', text: line.help }
  const { wishes, matches, given } = line
  if ((['R', 'I', 'D', 'A'] as const).some((wish) => wishes.has(wish))) {
    matches.source ??= '0.0.0.0/0'
    matches.destination ??= '0.0.0.0/0'
  }
  Object.assign(matches, { syn: given.has('y'), fragment: given.has('f'), log: given.has('l') })
  const read = readSpecs(matches, lookup, wishes.has('C'))
  checkTogether(line, read)
  if (wishes.has('S')) wishes.add('M')
  checkLegal(line)
  if (line.chain !== null && line.chain.length > CHAIN_LENGTH)
    throw wrong(`chain name \`${line.chain}' too long (must be under ${CHAIN_LENGTH} chars)`)
  const specs = finishSpecs(read.specs, line.redirect, matches, line.warnings ? read.notes : [])
  if (wishes.has('M') && !wishes.has('L') && !wishes.has('S'))
    throw wrong('-M/--masquerading requires -L/--list or -S/--set')
  if (wishes.has('M')) return masquerading(line)
  if (wishes.has('L'))
    return { kind: 'list', chain: line.chain, options: flags(given), zero: wishes.has('Z') }
  if (given.has('o')) read.notes.push('the copy to a netlink device (-o) is not made; the rule works without')
  const all = given.has('b') ? [...specs, ...specs.map(swapped)] : specs
  const edits = wishes.has('C') ? [] : editsOf(line, all)
  const echo = given.has('v') ? all.map(ruleEcho).join('') + edits.map(chainEcho(rules.chains)).join('') : ''
  if (wishes.has('C'))
    return {
      kind: 'test',
      at: { table: 'filter', name: line.chain! },
      packets: all.map(testPacketOf),
      program: 'ipchains',
      echo,
    }
  return { kind: 'change', edits, obstacles: IPCHAINS_OBSTACLES, echo, notes: read.notes }
}

function editsOf({ wishes, chain, number, policy }: Line, specs: readonly ClassicSpec[]): Edit[] {
  const at = { table: 'filter' as const, name: chain ?? '' }
  const rules = () => specs.map((spec) => classicRuleOf(spec, at.name))
  switch (ORDER.find((wish) => wishes.has(wish))) {
    case 'A':
      return [{ do: 'append', at, rules: rules() }]
    case 'I':
      return [{ do: 'insert', at, number, rules: rules() }]
    case 'R':
      return [{ do: 'replace', at, number, rule: rules()[0]! }]
    case 'Dn':
      return [{ do: 'delete', at, number }]
    case 'D':
      return rules().map((rule) => ({ do: 'delete-equal', at, rule, same: sameClassicRule }))
    case 'F':
      return [{ do: 'flush', table: 'filter', chain }]
    case 'Z':
      return [{ do: 'zero', table: 'filter', chain, number: null, policies: false }]
    case 'N':
      return [{ do: 'new-chain', at }]
    case 'X':
      return [{ do: 'delete-chain', table: 'filter', chain }]
    default:
      return [{ do: 'policy', at, policy: policy as Policy }]
  }
}

function masquerading({ wishes, given, timeouts }: Line): Command {
  if (wishes.has('L')) {
    const { numeric, verbose } = flags(given)
    return { kind: 'list-masquerade', program: 'ipchains', options: { numeric, verbose } }
  }
  const [tcp, tcpfin, udp] = timeouts!.map((seconds) => seconds || null)
  const edit: Edit = { do: 'timeouts', tcp: tcp!, tcpfin: tcpfin!, udp: udp! }
  return { kind: 'change', edits: [edit], obstacles: IPCHAINS_OBSTACLES, echo: '', notes: [] }
}

const flags = (given: ReadonlySet<string>): ListFlags => ({
  numeric: given.has('n'),
  verbose: given.has('v'),
  exact: given.has('x'),
  lineNumbers: given.has('3'),
})

/** What does not go together, whatever the command. */
function checkTogether({ wishes, matches, given, chain }: Line, read: ReturnType<typeof readSpecs>): void {
  const { inverted, protocol, target } = matches
  const several = read.sources > 1 || read.destinations > 1
  if (several && (inverted.has('s') || inverted.has('d')))
    throw wrong('! not allowed with multiple source or destination IP addresses')
  if (several && given.has('b'))
    throw wrong('-b not allowed with multiple source or destination IP addresses')
  const certain = !inverted.has('p')
  const ports = matches.sourcePorts !== null || matches.destinationPorts !== null
  if ((protocol === 0 || !certain) && ports) throw wrong('no ports allowed without specific protocol')
  if ((protocol !== 6 || !certain) && given.has('y')) throw wrong('-y only allowed with TCP protocol')
  const later = given.has('f') && !inverted.has('f')
  if (later && ports) throw wrong('no ports allowed with -f')
  if (later && given.has('y')) throw wrong('-y not allowed with -f')
  if (wishes.has('C')) {
    if ([1, 6, 17].includes(protocol) && !given.has('f') && !read.exactPorts)
      throw wrong('one port required with source/destination address for -C')
    if (inverted.size > 0) throw wrong('! not allowed with -C')
  }
  if (((protocol !== 6 && protocol !== 17) || !certain) && target === 'REDIRECT')
    throw wrong('redirecting only allowed with TCP or UDP')
  if (target === 'MASQ' && (chain === 'input' || chain === 'output'))
    throw wrong('masquerading not allowed for input and output chains')
  if (target === 'REDIRECT' && (chain === 'output' || chain === 'forward'))
    throw wrong('redirect not allowed for output and forward chains')
  if (wishes.has('R') && (read.sources !== 1 || read.destinations !== 1))
    throw wrong('Replacement rule does not specify a unique address')
}

/** An option is legal when it is with any of the commands given. */
function checkLegal({ wishes, given }: Line): void {
  const commands = ORDER.filter((one) => wishes.has(one))
  CHECKED.forEach((code, column) => {
    const shown = SHOWN[code] ?? code
    const cells = commands.map((command) => LEGAL[command][column])
    if (!given.has(code)) {
      if (cells.includes('+')) throw wrong(`You need to supply the \`-${shown}' option for this command\n`)
    } else if (cells.every((cell) => cell === 'x'))
      throw wrong(`Illegal option \`-${shown}' with this command\n`)
  })
}
