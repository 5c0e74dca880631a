/**
 * The command line of iptables (1.8.9, legacy; the scripts of 1.2 with `-s ! net` are read too): words in, what is wanted out. Built for
 * tables filter, nat and mangle.
 */
import {
  anyRule,
  BUILT_INS,
  CHAIN_NAME_LENGTH,
  type Rule,
  type Rules,
  TABLES,
  type Table,
} from '@bauta/config'
import { hostNetworks } from './addresses.ts'
import type { Command, ListFlags } from './commands.ts'
import type { Edit } from './edit.ts'
import { IPTABLES_HELP } from './iptables-help.ts'
import { checkModules, isLoaded, loadMatch, MATCH_OPTIONS, modulesFit } from './iptables-matches.ts'
import { beginTarget, checkTarget, TARGET_OPTIONS } from './iptables-targets.ts'
import {
  CHAIN_NEEDED,
  COMMANDS,
  IPTABLES_OBSTACLES,
  IPTABLES_VERSION,
  OPTIONS,
  VALUED,
} from './iptables-words.ts'
import { iptablesEcho } from './list-iptables.ts'
import { type Lookup, NO_HOSTS, numberIn, protocolNumber } from './lookup.ts'
import { chainsInOrder } from './print-iptables.ts'
import { LanguageProblem, refused, wrong } from './problem.ts'
import { chainEcho } from './rule-echo.ts'

interface Line {
  table: Table
  command: string
  chain: string | null
  number: number | null
  /** policy, or the new name of -E */
  extra: string | null
  rule: Rule
  sources: string[]
  destinations: string[]
  given: Set<string>
  modules: Set<string>
  /** Those that had an option. */
  asked: Set<string>
  targetName: string | null
  targetOptions: Set<string>
  notes: string[]
  help: string | null
}

/** @param words behind the program's name; never throws */
export function parseIptables(
  words: readonly string[],
  rules: Rules | null = null,
  lookup: Lookup = NO_HOSTS,
): Command {
  try {
    const line = new Reader(words, rules, lookup).read()
    return line.help === null ? commandOf(line, rules) : { kind: 'print', text: line.help }
  } catch (error) {
    if (!(error instanceof LanguageProblem)) throw error
    return iptablesProblem(error)
  }
}

const TRY = "Try `iptables -h' or 'iptables --help' for more information.\n"

function iptablesProblem({ exit, message }: LanguageProblem): Command {
  // What the kernel says comes without a version, and so did this one mistake.
  const from = exit === 1 ? 'iptables: ' : message.startsWith('Bad argument') ? '' : `${IPTABLES_VERSION}: `
  return { kind: 'problem', exit, text: `${from}${message}\n${exit === 2 ? TRY : ''}` }
}

const SAY = {
  mask: (text: string) => `invalid mask \`${text}' specified`,
  host: (text: string) => `host/network \`${text}' not found`,
}

class Reader {
  #at = 0
  /** The option that is being read, as it was written. */
  #spelled = ''
  readonly #words: string[]
  readonly #rules: Rules | null
  readonly #lookup: Lookup
  readonly #line: Line = {
    table: 'filter',
    command: '',
    chain: null,
    number: null,
    extra: null,
    rule: { ...anyRule(1) },
    sources: [],
    destinations: [],
    given: new Set(),
    modules: new Set(),
    asked: new Set(),
    targetName: null,
    targetOptions: new Set(),
    notes: [],
    help: null,
  }

  constructor(words: readonly string[], rules: Rules | null, lookup: Lookup) {
    this.#rules = rules
    this.#words = [...words]
    this.#lookup = lookup
  }

  read(): Line {
    this.#readWords()
    const { targetName: name, rule, table, modules, asked } = this.#line
    checkModules(modules, asked)
    if (!modulesFit(modules, rule)) throw refused(IPTABLES_OBSTACLES['no-target'])
    const isChain = rule.target !== null && 'chain' in rule.target
    // Whatever is no target and no chain was looked for as a module.
    if (isChain && this.#rules && !this.#rules.chains.some((one) => one.table === table && one.name === name))
      throw wrong(`Couldn't load target \`${name}':No such file or directory\n`)
    return this.#line
  }

  #readWords(): void {
    let invert = false
    while (this.#at < this.#words.length) {
      const [word = '', ...joined] = takenApart(this.#words[this.#at++]!)
      this.#words.splice(this.#at, 0, ...joined)
      if (word === '!') {
        if (invert) throw wrong('multiple consecutive ! not allowed')
        invert = true
        continue
      }
      if (!word.startsWith('-') || word === '-') throw wrong(`Bad argument \`${word}'`)
      this.#spelled = word.startsWith('--') ? word.replace(/=.*/, '') : word
      if (word.startsWith('--')) this.#long(word.slice(2), invert)
      else this.#short(word[1]!, invert)
      if (this.#line.help !== null) return
      invert = false
    }
    if (invert) throw wrong('nothing appropriate following !')
  }

  #short(letter: string, invert: boolean): void {
    if (CHAIN_NEEDED.includes(letter) || 'LSFZX'.includes(letter)) this.#command(letter, invert)
    else if (`${VALUED}nvxfVh0cwW4`.includes(letter)) this.#option(letter, invert)
    else throw wrong(`unknown option "-${letter}"`)
  }

  #long(text: string, invert: boolean): void {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    if (equals >= 0) this.#words.splice(this.#at, 0, text.slice(equals + 1))
    if (Object.hasOwn(COMMANDS, name)) this.#command(COMMANDS[name]!, invert)
    else if (Object.hasOwn(OPTIONS, name)) this.#option(OPTIONS[name]!, invert)
    else if (!this.#targetOption(name, invert) && !this.#matchOption(name, invert))
      throw wrong(`unknown option "--${name}"`)
  }

  #value(option: string, index = 0): string {
    const word = this.#words[this.#at]
    if (word === undefined)
      throw wrong(index > 0 ? `${option} requires two args.` : `option "${option}" requires an argument`)
    this.#at++
    return word
  }

  /** The next word where it is neither an option nor a `!`. */
  #plain(): string | null {
    const word = this.#words[this.#at]
    if (word === undefined || word.startsWith('-') || word === '!') return null
    this.#at++
    return word
  }

  #command(letter: string, invert: boolean): void {
    const line = this.#line
    if (invert) throw wrong("unexpected '!' flag")
    const both = [line.command, letter].sort().join('')
    if (line.command !== '' && both !== 'LZ' && both !== 'SZ')
      throw wrong(`Cannot use -${letter} with -${line.command[0]}`)
    line.command = line.command === '' ? letter : both
    if (CHAIN_NEEDED.includes(letter)) {
      const chain = this.#plain()
      if (chain === null) throw wrong(`option "${this.#spelled}" requires an argument`)
      line.chain = chain
    } else line.chain = this.#plain() ?? line.chain
    if (letter === 'P' || letter === 'E') {
      line.extra = this.#plain()
      if (line.extra === null)
        throw wrong(
          letter === 'P'
            ? '-P requires a chain and a policy'
            : '-E requires old-chain-name and new-chain-name',
        )
    }
    if ('DIRLSZ'.includes(letter)) this.#ruleNumber(letter)
  }

  #ruleNumber(letter: string): void {
    const text = this.#plain()
    if (text !== null) {
      this.#line.number = numberIn(text, 1, 0x7fffffff)
      if (this.#line.number === null) throw wrong(`Invalid rule number \`${text}'`)
    } else if (letter === 'R') throw wrong('-R requires a rule number')
    else if (letter === 'I') this.#line.number = 1
  }

  #option(letter: string, before: boolean): void {
    const line = this.#line
    if (line.given.has(letter) && !'vmwWM4'.includes(letter))
      throw wrong(`multiple -${letter} flags not allowed`)
    line.given.add(letter)
    let invert = before
    let value = ''
    if (VALUED.includes(letter)) {
      value = this.#value(this.#spelled)
      if (value === '!' && 'sdpio'.includes(letter)) {
        if (invert) throw wrong("Multiple `!' flags not allowed")
        invert = true
        value = this.#value(this.#spelled)
      }
    }
    if (invert && letter === 'm') throw wrong('unexpected ! flag before --match')
    if (invert && !'sdpiof'.includes(letter)) throw wrong(`cannot have ! before -${letter}`)
    this.#setOption(letter, value, invert)
  }

  #setOption(letter: string, value: string, invert: boolean): void {
    const line = this.#line
    const { rule } = line
    switch (letter) {
      case 's':
      case 'd': {
        const list = value.split(',').map((one) => hostNetworks(one, this.#lookup, SAY))
        for (const { note } of list) if (note !== null) line.notes.push(note)
        const networks = list.flatMap((one) => one.networks)
        if (invert && networks.length > 1)
          throw wrong(`! not allowed with multiple source or destination IP addresses`)
        line[letter === 's' ? 'sources' : 'destinations'] = networks
        rule[letter === 's' ? 'source' : 'destination'] =
          networks[0] === '0.0.0.0/0' && !invert ? null : { network: networks[0]!, invert }
        return
      }
      case 'p': {
        const number = numberIn(value, 0, 255) ?? protocolNumber(value)
        if (number === null) throw wrong(`unknown protocol "${value}" specified`)
        if (number === 0 && invert) throw wrong('rule would never match protocol')
        rule.protocol = number === 0 ? null : { number, invert }
        return
      }
      case 'i':
      case 'o': {
        if (value === '') throw wrong('Empty interface is likely to be undesired')
        if (value.length > 15) throw wrong(`interface name \`${value}' must be shorter than IFNAMSIZ (15)`)
        const field = letter === 'i' ? 'inInterface' : 'outInterface'
        rule[field] = value === '+' && !invert ? null : { name: value, invert }
        return
      }
      case 'f':
        rule.fragment = { invert }
        return
      case 'j':
        this.#jump(value)
        return
      case 'g':
        throw wrong('goto (-g) is not kept; jump with -j and end the chain with RETURN')
      case 't':
        line.table = tableOf(value)
        return
      case 'm':
        loadMatch(value, rule)
        line.modules.add(value)
        return
      case 'c': {
        // Counters of a saved rule: they begin at zero here.
        this.#value('-c')
        this.#value('-c')
        return
      }
      case 'w':
      case 'W':
        if (/^\d+$/.test(this.#words[this.#at] ?? '')) this.#at++
        return
      case 'h':
        line.help = IPTABLES_HELP
        return
      case 'V':
        line.help = `${IPTABLES_VERSION}, as Bauta has it\n`
        return
    }
  }

  #jump(name: string): void {
    if (name === '') throw wrong('Invalid target name (too short)')
    if (name.length > CHAIN_NAME_LENGTH.netfilter)
      throw wrong(`Invalid target name \`${name}' (${CHAIN_NAME_LENGTH.netfilter} chars max)`)
    if (/\s/.test(name)) throw wrong(`Invalid target name \`${name}'`)
    this.#line.targetName = name
    this.#line.rule.target = beginTarget(name)
  }

  #targetOption(name: string, invert: boolean): boolean {
    const { rule, targetName, targetOptions } = this.#line
    const options = Object.hasOwn(TARGET_OPTIONS, name) ? TARGET_OPTIONS[name]! : []
    const option = options.find(({ targets }) => targetName !== null && targets.includes(targetName))
    if (!option) return false
    if (invert) throw wrong(`${targetName}: option "--${name}" cannot be inverted.`)
    const again = name === 'to' || name.startsWith('to-')
    if (targetOptions.has(name) && !again)
      throw wrong(`${targetName}: option "--${name}" can only be used once.`)
    targetOptions.add(name)
    option.read(rule.target!, option.values === 0 ? '' : this.#value(`--${name}`))
    return true
  }

  #matchOption(name: string, before: boolean): boolean {
    const option = Object.hasOwn(MATCH_OPTIONS, name) ? MATCH_OPTIONS[name]! : null
    if (!option || !isLoaded(option, this.#line.modules, this.#line.rule)) return false
    let invert = before
    if (option.values > 0 && option.invertible && this.#words[this.#at] === '!') {
      if (invert) throw wrong("Multiple `!' flags not allowed")
      invert = true
      this.#at++
    }
    if (invert && !option.invertible) throw wrong(`${option.module}: option "--${name}" cannot be inverted.`)
    const values = [...Array(option.values).keys()].map((index) => this.#value(`--${name}`, index))
    option.read(this.#line.rule, values, invert)
    this.#line.asked.add(option.module)
    return true
  }
}

/** Letters that are joined (`-nvL`) come apart, and a value that is attached (`-AINPUT`, `-p6`) becomes a word of its own. */
function takenApart(word: string): string[] {
  if (!/^-[A-Za-z0-9]./.test(word)) return [word]
  const parts: string[] = []
  for (let i = 1; i < word.length; i++) {
    const letter = word[i]!
    const rest = word.slice(i + 1)
    parts.push(`-${letter}`)
    const takes = VALUED.includes(letter) || CHAIN_NEEDED.includes(letter)
    const may = 'LSFZX'.includes(letter) && !/^[nvxLSZ0]+$/.test(rest)
    if (rest !== '' && (takes || may)) return [...parts, rest]
  }
  return parts
}

function tableOf(name: string): Table {
  const table = TABLES.find((one) => one === name)
  if (!table)
    throw new LanguageProblem(
      3,
      `can't initialize iptables table \`${name}': Table does not exist (do you need to insmod?)\nPerhaps iptables or your kernel needs to be upgraded.`,
    )
  return table
}

function commandOf(line: Line, rules: Rules | null): Command {
  const { command, chain, number, table, given, rule } = line
  if (command === '') throw wrong('no command specified')
  checkChain(line)
  const ofRule = 'ACDIR'.includes(command) && !(command === 'D' && number !== null)
  const matches = [...given].filter((letter) => 'sdpiojf'.includes(letter))
  if (!ofRule && (matches.length > 0 || line.modules.size > 0))
    throw wrong(`Illegal option \`-${matches[0] ?? 'm'}' with this command`)
  for (const letter of ['n', 'x', '0'])
    if (given.has(letter) && !command.includes('L'))
      throw wrong(`Illegal option \`-${letter}' with this command`)
  if (line.targetName !== null) checkTarget(line.targetName, line.targetOptions, rule)
  if (command.includes('L'))
    return { kind: 'list-table', table, chain, options: flags(given), zero: command.includes('Z') }
  if (command === 'S' || command === 'SZ')
    return { kind: 'print-table', table, chain, counters: given.has('v') }
  const at = { table, name: chain ?? '' }
  const obstacles = obstaclesOf(command, number)
  if (command === 'C')
    return { kind: 'exists', edit: { do: 'delete-equal', at, rule, same: sameNetfilterRule }, obstacles }
  const edits = editsOf(line)
  const chains = rules ? chainsInOrder(rules, table) : []
  const echo = given.has('v') ? edits.map((edit) => rulesEcho(edit) + chainEcho(chains)(edit)).join('') : ''
  return { kind: 'change', edits, obstacles, echo, notes: line.notes }
}

/** Where there is no such chain, there is no such rule in it and no policy to set. */
function obstaclesOf(command: string, number: number | null): typeof IPTABLES_OBSTACLES {
  const instead =
    command === 'C' || (command === 'D' && number === null) ? 'no-rule' : command === 'P' ? 'own-chain' : null
  return instead ? { ...IPTABLES_OBSTACLES, 'no-chain': IPTABLES_OBSTACLES[instead] } : IPTABLES_OBSTACLES
}

function rulesEcho(edit: Edit): string {
  const rules = 'rules' in edit ? edit.rules : 'rule' in edit ? [edit.rule] : []
  return rules.map(iptablesEcho).join('')
}

const flags = (given: ReadonlySet<string>): ListFlags => ({
  numeric: given.has('n'),
  verbose: given.has('v'),
  exact: given.has('x'),
  lineNumbers: given.has('0'),
})

function checkChain({ chain, rule, command, extra, table }: Line): void {
  const most = CHAIN_NAME_LENGTH.netfilter
  for (const name of [chain, command === 'E' ? extra : null]) {
    if (name !== null && name.length > most)
      throw wrong(`chain name \`${name}' too long (must be under ${most + 1} chars)`)
    if ((command === 'N' || command === 'E') && name !== null && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name))
      throw wrong(`Invalid chain name \`${name}'`)
  }
  if (chain === null || !BUILT_INS.netfilter.some((one) => one.table === table && one.name === chain)) return
  if ((chain === 'PREROUTING' || chain === 'INPUT') && rule.outInterface)
    throw wrong(`Can't use -o with ${chain}\n`)
  if ((chain === 'POSTROUTING' || chain === 'OUTPUT') && rule.inInterface)
    throw wrong(`Can't use -i with ${chain}\n`)
}

function editsOf(line: Line): Edit[] {
  const { command, chain, number, table, extra } = line
  const at = { table, name: chain ?? '' }
  switch (command) {
    case 'A':
      return [{ do: 'append', at, rules: rulesOf(line) }]
    case 'I':
      return [{ do: 'insert', at, number: number!, rules: rulesOf(line).reverse() }]
    case 'R': {
      const [rule, second] = rulesOf(line)
      if (second) throw wrong('Replacement rule does not specify a unique address')
      return [{ do: 'replace', at, number: number!, rule: rule! }]
    }
    case 'D':
      return number === null
        ? rulesOf(line).map((rule) => ({ do: 'delete-equal', at, rule, same: sameNetfilterRule }))
        : [{ do: 'delete', at, number }]
    case 'F':
      return [{ do: 'flush', table, chain }]
    case 'Z':
      return [{ do: 'zero', table, chain, number, policies: true }]
    case 'N':
      return [{ do: 'new-chain', at }]
    case 'X':
      return [{ do: 'delete-chain', table, chain }]
    case 'E':
      return [{ do: 'rename-chain', at, name: extra! }]
    default: {
      const policy = extra === 'ACCEPT' ? 'ACCEPT' : extra === 'DROP' ? 'DENY' : null
      if (!policy) throw new LanguageProblem(1, "Bad policy name. Run `dmesg' for more information.")
      return [{ do: 'policy', at, policy }]
    }
  }
}

/** One rule for every pair of addresses. */
function rulesOf({ rule, sources, destinations }: Line): Rule[] {
  const list = (networks: string[], own: Rule['source']) =>
    networks.length < 2 ? [own] : networks.map((network) => ({ network, invert: false }))
  return list(sources, rule.source).flatMap((source) =>
    list(destinations, rule.destination).map((destination) => ({ ...rule, source, destination })),
  )
}

export function sameNetfilterRule(one: Rule, other: Rule): boolean {
  const compared = (rule: Rule) =>
    JSON.stringify({ ...rule, id: 0, enabled: true, target: sortedKeys(rule.target) })
  return compared(one) === compared(other)
}

const sortedKeys = (target: Rule['target']) =>
  target && Object.fromEntries(Object.entries(target).sort(([a], [b]) => (a < b ? -1 : 1)))
