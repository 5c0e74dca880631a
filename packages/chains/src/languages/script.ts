/**
 * An existing script, read line by line: what each line becomes, what of it cannot be done and why. Nothing is changed here; what comes
 * out is the settings as they would be. A line that cannot be carried out leaves them as the line before did, and is told.
 *
 * The first command decides the dialect; commands of the other one are refused like on the command line. A script of 2.2 or 2.0 also
 * brings the timeouts and ports of 2.2, as its author had them.
 */
import {
  type Dialect,
  describeNoun,
  describeRule,
  emptyRules,
  type Forwards,
  type Helpers,
  PORT_PRESETS,
  type Ports,
  type Rule,
  type Rules,
  shownName,
  TIMEOUT_PRESETS,
  type Timeouts,
} from '@bauta/config'
import type { Program } from './commands.ts'
import { type ModuleLine, moduleLine } from './helper-modules.ts'
import { runIpmasqadm } from './ipmasqadm.ts'
import { type Lookup, NO_HOSTS } from './lookup.ts'
import { notesOnNameServers, wordsOutOfPlace } from './name-servers.ts'
import { restoreIptables } from './restore.ts'
import { programOf, runCommand } from './run-command.ts'
import { readShell, type ShellCommand } from './shell-lines.ts'
import { dialectOf } from './wrong-dialect.ts'

/** `done`: carried out; `nothing`: needs no doing here; `problem`: not carried out; `elsewhere`: nothing for a firewall. */
export type LineFate = 'done' | 'nothing' | 'problem' | 'elsewhere'

export interface ScriptLine {
  line: number
  text: string
  fate: LineFate
  /** What it becomes, or why it does not. */
  says: string[]
  /** What is worth knowing beside it. */
  notes: string[]
}

export interface ScriptSettings {
  rules: Rules
  timeouts: Timeouts
  ports: Ports
  forwards: Forwards
  helpers: Helpers
}

export interface ScriptOptions {
  /** Values for variables that the script does not set. */
  variables?: Readonly<Record<string, string>>
  /** Interfaces of the script → of this box: `eth0` → `@wan`. */
  interfaces?: Readonly<Record<string, string>>
  lookup?: Lookup
  /** Of the rules that are added; without it, the numbers after the highest. */
  newId?: () => number
}

export interface ReadScript {
  lines: ScriptLine[]
  /** As it would be. */
  settings: ScriptSettings
  dialect: Dialect
  switchesDialect: boolean
  /** Variables without a value. */
  missing: string[]
  /** Interfaces that rules of the script name. */
  interfaces: string[]
  /** About the whole. */
  warnings: string[]
}

/** Names under which scripts keep the programs; and pppd's for the provider's name servers, which are words of this box. */
const USUAL_VARIABLES = {
  ...{ IPCHAINS: 'ipchains', IPFWADM: 'ipfwadm', IPTABLES: 'iptables', IPT: 'iptables' },
  ...{ DNS1: '@dns1', DNS2: '@dns2' },
}

/** Never throws. */
export function readScript(text: string, current: ScriptSettings, options: ScriptOptions = {}): ReadScript {
  const commands = readShell(text, { ...USUAL_VARIABLES, ...options.variables })
  const saved = /^\s*\*(filter|nat|mangle|raw)\s*$/m.test(text)
  const first = commands.map(({ words }) => calledProgram(words)?.program).find((program) => program)
  const dialect = saved ? 'netfilter' : first ? dialectOf(first) : current.rules.dialect
  const switchesDialect = dialect !== current.rules.dialect
  let next = highestId(current.rules) + 1
  const reader = new ScriptReader(
    begin(current, dialect, switchesDialect, !!first || saved),
    options.newId ?? (() => next++),
    options,
  )
  if (saved) reader.restore(text)
  else for (const command of commands) reader.read(command)
  return reader.result(current, switchesDialect)
}

const highestId = ({ chains }: Rules) =>
  chains.flatMap(({ rules }) => rules).reduce((highest, { id }) => Math.max(highest, id), 0)

function begin(
  current: ScriptSettings,
  dialect: Dialect,
  switches: boolean,
  brings: boolean,
): ScriptSettings {
  return {
    rules: switches ? emptyRules(dialect) : current.rules,
    forwards: current.forwards,
    helpers: current.helpers,
    ...(dialect === 'classic' && brings
      ? { timeouts: { ...TIMEOUT_PRESETS.classic }, ports: { ...PORT_PRESETS.classic } }
      : { timeouts: current.timeouts, ports: current.ports }),
  }
}

/** `sudo`, `exec` and the like before the program. */
const BEFORE = new Set(['sudo', 'exec', 'command', 'nice', 'time', 'then', 'do', 'else'])

function afterPrefixes(words: readonly string[]): readonly string[] {
  let at = 0
  while (BEFORE.has(words[at] ?? '')) at++
  return words.slice(at)
}

function calledProgram(words: readonly string[]): { program: Program; rest: readonly string[] } | null {
  const [name = '', ...rest] = afterPrefixes(words)
  const program = programOf(name)
  return program ? { program, rest } : null
}

class ScriptReader {
  readonly #lines: ScriptLine[] = []
  readonly #missing = new Set<string>()
  readonly #interfaces = new Set<string>()
  readonly #newId: () => number
  readonly #options: ScriptOptions
  #settings: ScriptSettings

  constructor(settings: ScriptSettings, newId: () => number, options: ScriptOptions) {
    this.#settings = settings
    this.#newId = newId
    this.#options = options
  }

  read(command: ShellCommand): void {
    const { line, text, words, unfollowed } = command
    const missing = [...command.missing, ...wordsOutOfPlace(words)]
    const told = { line, text }
    if (unfollowed !== null) {
      // What is no firewall's business needs no following either.
      const ours =
        /\b(ipchains|ipfwadm|iptables|ipmasqadm)\b|\b(ip_masq|ip_conntrack|ip_nat|nf_conntrack|nf_nat)_/i.test(
          text,
        )
      this.#lines.push({
        ...told,
        fate: ours ? 'problem' : 'elsewhere',
        says: [`not followed: ${unfollowed}`],
        notes: ours ? notesOnNameServers(text) : [],
      })
      return
    }
    const called = calledProgram(words)
    const module = called ? null : moduleLine(afterPrefixes(words), this.#settings.helpers)
    if (!called && !module) {
      this.#lines.push({ ...told, ...otherCommand(text), notes: [] })
      return
    }
    if (missing.length > 0) {
      for (const name of missing) this.#missing.add(name)
      const names = missing.map((name) => `$${name}`).join(' and ')
      const says = `${names} ${missing.length > 1 ? 'have no value here; say what they are' : 'has no value here; say what it is'}`
      this.#lines.push({ ...told, fate: 'problem', says: [says], notes: notesOnNameServers(text) })
      return
    }
    if (called) this.#run(told, called.program, called.rest)
    else this.#module(told, module!)
  }

  #module(told: { line: number; text: string }, module: ModuleLine): void {
    if (module.kind !== 'helpers') {
      this.#lines.push({ ...told, fate: module.kind, says: [module.says], notes: [] })
      return
    }
    const says = describeNoun('helpers', this.#settings.helpers, module.helpers)
    this.#settings = { ...this.#settings, helpers: module.helpers }
    const fate = says.length > 0 ? 'done' : 'nothing'
    this.#lines.push({
      ...told,
      fate,
      says: says.length > 0 ? says : ['it is so already'],
      notes: module.notes,
    })
  }

  #run(told: { line: number; text: string }, program: Program, given: readonly string[]): void {
    if (program === 'ipmasqadm') {
      this.#forward(told, given)
      return
    }
    const { words, notes } = repaired(program, given)
    const before = this.#settings
    const subject = { rules: before.rules, timeouts: before.timeouts }
    const ran = runCommand(program, words, subject, this.#newId, this.#options.lookup ?? NO_HOSTS)
    if (ran.kind === 'refused') {
      const says = ran.text
        .trim()
        .split('\n')
        .filter((one) => one !== '' && !one.startsWith('Try `'))
      this.#lines.push({
        ...told,
        fate: 'problem',
        says: says.length > 0 ? says : ['this is no command line of the program'],
        notes,
      })
    } else if (ran.kind === 'asked')
      this.#lines.push({ ...told, fate: 'nothing', says: ['it only shows something'], notes })
    else {
      const after = this.#mapped(before.rules, ran.subject.rules)
      this.#settings = { ...before, rules: after, timeouts: ran.subject.timeouts }
      const says = whatChanged(before, this.#settings)
      if (ran.zeroed.rules.length + ran.zeroed.policies.length > 0)
        says.push('counters begin at zero with the new rules anyway')
      const about = [...notes, ...ran.notes, ...notesOn(program, words)]
      this.#lines.push({
        ...told,
        fate: says.length > 0 ? 'done' : 'nothing',
        says: says.length > 0 ? says : ['it is so already'],
        notes: about,
      })
    }
  }

  #forward(told: { line: number; text: string }, words: readonly string[]): void {
    const { forwards } = this.#settings
    const ids = [...forwards.list, ...forwards.triggers, ...forwards.marks].map(({ id }) => id)
    let next = Math.max(0, ...ids)
    const ran = runIpmasqadm(words, forwards, () => ++next)
    if (ran.kind === 'refused')
      this.#lines.push({ ...told, fate: 'problem', says: [ran.text.split('\n')[0]!], notes: [] })
    else if (ran.kind === 'expect' || ran.kind === 'forget')
      this.#lines.push({
        ...told,
        fate: 'nothing',
        says: ['it is no setting; say it to the running box'],
        notes: [],
      })
    else if (ran.kind !== 'changed')
      this.#lines.push({ ...told, fate: 'nothing', says: ['it only shows something'], notes: [] })
    else {
      const says = describeNoun('forwards', forwards, ran.forwards)
      this.#settings = { ...this.#settings, forwards: ran.forwards }
      this.#lines.push({
        ...told,
        fate: says.length > 0 ? 'done' : 'nothing',
        says: says.length > 0 ? says : ['it is so already'],
        notes: ran.notes,
      })
    }
  }

  /** Puts this box's interfaces in the place of the script's, in the rules that are new. */
  #mapped(before: Rules, after: Rules): Rules {
    const known = new Set(before.chains.flatMap(({ rules }) => rules))
    const map = this.#options.interfaces ?? {}
    const renamed = (match: Rule['inInterface']): Rule['inInterface'] => {
      if (!match) return null
      this.#interfaces.add(match.name)
      return { ...match, name: Object.hasOwn(map, match.name) ? map[match.name]! : match.name }
    }
    return {
      ...after,
      chains: after.chains.map((chain) => ({
        ...chain,
        rules: chain.rules.map((rule) =>
          known.has(rule)
            ? rule
            : { ...rule, inInterface: renamed(rule.inInterface), outInterface: renamed(rule.outInterface) },
        ),
      })),
    }
  }

  restore(text: string): void {
    const before = this.#settings
    const subject = { rules: before.rules, timeouts: before.timeouts }
    const lookup = this.#options.lookup ?? NO_HOSTS
    const restored = restoreIptables(text, subject, this.#newId, { lookup })
    if (restored.kind === 'refused') {
      const { line, text: what, message } = restored.fault
      this.#lines.push({
        line,
        text: what,
        fate: 'problem',
        says: [message, 'nothing of this file is taken: it is restored whole or not at all'],
        notes: [],
      })
      return
    }
    this.#settings = { ...before, rules: this.#mapped(before.rules, restored.subject.rules) }
    const says = whatChanged(before, this.#settings)
    this.#lines.push({
      line: 1,
      text: 'a file of iptables-save',
      fate: says.length > 0 ? 'done' : 'nothing',
      says: says.length > 0 ? says : ['it is so already'],
      notes: restored.notes.map(({ line, note }) => `line ${line}: ${note}`),
    })
  }

  result(current: ScriptSettings, switchesDialect: boolean): ReadScript {
    const settings = this.#settings
    return {
      lines: this.#lines,
      settings,
      dialect: settings.rules.dialect,
      switchesDialect,
      missing: [...this.#missing],
      interfaces: [...this.#interfaces],
      warnings: warningsOn(settings, current, switchesDialect),
    }
  }
}

/** Slips that books print and people type; each is told. */
function repaired(program: Program, words: readonly string[]): { words: readonly string[]; notes: string[] } {
  const [p, chain, j, policy] = words
  if (program === 'ipchains' && (p === '-P' || p === '--policy') && chain !== undefined) {
    const named = j === '-j' || j === '--jump' ? policy : words.length === 3 ? j : undefined
    const upper = named?.toUpperCase()
    if (
      upper &&
      (j === '-j' || j === '--jump' || upper !== named) &&
      ['ACCEPT', 'DENY', 'REJECT', 'MASQ'].includes(upper)
    )
      return {
        words: ['-P', chain, upper],
        notes: [`ipchains does not take this; it is read as: ipchains -P ${chain} ${upper}`],
      }
  }
  if (program === 'ipfwadm' && words.includes('-M') && words.includes('-S'))
    return { words, notes: ['ipfwadm sets timeouts with -M -s (small); it is read so'] }
  return { words, notes: [] }
}

function notesOn(program: Program, words: readonly string[]): string[] {
  const notes: string[] = []
  const table = words[words.indexOf('-t') + 1]
  if (program === 'iptables' && table === 'nat' && words.includes('-P') && words.includes('DROP'))
    notes.push(
      'a policy of DROP in the nat table drops the first packet of every connection that no rule there translates; packets are better filtered in FORWARD of the filter table',
    )
  if (
    program === 'iptables' &&
    words.includes('MASQUERADE') &&
    !words.includes('-o') &&
    !words.includes('--out-interface')
  )
    notes.push('without -o it masquerades on every interface, also toward the home network: name the way out')
  return notes
}

/** Commands that are not of the firewall. */
function otherCommand(text: string): { fate: LineFate; says: string[] } {
  if (/ip_forward/.test(text))
    return { fate: 'nothing', says: ['forwarding is what the box is for: it is always on'] }
  return { fate: 'elsewhere', says: ['not a command of the firewall; it is not carried over'] }
}

const label = ({ table, name }: { table: string; name: string }) =>
  table === 'filter' ? name : `${table} ${name}`

/** @returns the difference in words, as the history has it */
function whatChanged(before: ScriptSettings, after: ScriptSettings): string[] {
  const says: string[] = []
  for (const chain of after.rules.chains) {
    const was = before.rules.chains.find((one) => label(one) === label(chain))
    if (!was) says.push(`new chain ${label(chain)}`)
    else if (was.policy !== chain.policy && chain.policy !== null)
      says.push(`the policy of ${label(chain)} becomes ${shownName(chain.policy, after.rules.dialect)}`)
    const known = new Set(was?.rules.map(({ id }) => id))
    const had = new Set(was?.rules)
    chain.rules.forEach((rule, index) => {
      if (!had.has(rule) && (rule.id === 0 || !known.has(rule.id)))
        says.push(`${label(chain)}, rule ${index + 1}: ${describeRule(rule)}`)
    })
    const left = new Set(chain.rules)
    const gone =
      was?.rules.filter(
        (rule) => !left.has(rule) && !chain.rules.some(({ id }) => id !== 0 && id === rule.id),
      ).length ?? 0
    if (gone > 0)
      says.push(gone === 1 ? `one rule of ${label(chain)} goes` : `${gone} rules of ${label(chain)} go`)
  }
  for (const chain of before.rules.chains)
    if (!after.rules.chains.some((one) => label(one) === label(chain)))
      says.push(`chain ${label(chain)} goes`)
  for (const key of ['tcp', 'tcpfin', 'udp'] as const)
    if (before.timeouts[key] !== after.timeouts[key])
      says.push(`timeout ${key} becomes ${after.timeouts[key]} s`)
  return says
}

function warningsOn(
  { rules, timeouts, ports }: ScriptSettings,
  current: ScriptSettings,
  switches: boolean,
): string[] {
  const warnings: string[] = []
  if (switches)
    warnings.push(`The rules change to the ${rules.dialect} dialect; the rules that are in force now all go.`)
  const input = rules.chains[0]!
  if (input.policy === 'ACCEPT' && !closes(input.rules))
    warnings.push(
      `${input.name} accepts what no rule decides, so the Internet reaches every service of the box itself. Its author may have had other protection; add rules, or a policy of ${rules.dialect === 'classic' ? 'DENY' : 'DROP'}.`,
    )
  if (JSON.stringify(timeouts) !== JSON.stringify(current.timeouts)) warnings.push('The timeouts change too.')
  if (JSON.stringify(ports) !== JSON.stringify(current.ports))
    warnings.push(`Masquerading uses the ports ${ports.from} to ${ports.to}, as Linux 2.2 did.`)
  return warnings
}

const closes = (list: readonly Rule[]) =>
  list.some(
    ({ enabled, target }) =>
      enabled && target && 'verdict' in target && (target.verdict === 'DENY' || target.verdict === 'REJECT'),
  )
