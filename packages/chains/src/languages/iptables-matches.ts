/** The matches of iptables: long options of `-p` and `-m` modules, each with what it does to the rule. */
import { CONNECTION_STATES, type ConnectionStateName, type Rule } from '@bauta/config'
import * as V from './iptables-values.ts'
import { numberIn } from './lookup.ts'
import { refused, wrong } from './problem.ts'

export interface MatchOption {
  /** The module that it belongs to, and that must be loaded by -m (or by -p). */
  readonly module: string
  /** Whether it takes no value, one, or two. */
  readonly values: 0 | 1 | 2
  readonly invertible: boolean
  read(rule: Rule, values: readonly string[], invert: boolean): void
}

const option = (
  module: string,
  values: 0 | 1 | 2,
  invertible: boolean,
  read: MatchOption['read'],
): MatchOption => ({ module, values, invertible, read })

const SYN = { mask: 0x17, set: 0x02 } as const

const ports = (field: 'sourcePorts' | 'destinationPorts') =>
  option('tcp/udp', 1, true, (rule, [text], invert) => {
    const range = V.portRangeOf(text!, rule.protocol!.number)
    rule[field] = { ...range, invert }
  })

const multiport = (side: 'source' | 'destination' | 'either') =>
  option('multiport', 1, true, (rule, [text], invert) => {
    const list = text!.split(',')
    if (list.length > 15) throw wrong('too many ports specified')
    const number = rule.protocol && !rule.protocol.invert ? rule.protocol.number : 0
    if (number !== 6 && number !== 17) throw wrong("multiport needs `-p tcp' or `-p udp'")
    rule.multiport = [
      ...rule.multiport,
      { side, ranges: list.map((one) => V.portRangeOf(one, number)), invert },
    ]
  })

const states = (module: string, name: string) =>
  option(module, 1, true, (rule, [text], invert) => {
    const list = text!.split(',').map((word) => {
      const state = CONNECTION_STATES.find((one) => one === word.toUpperCase())
      if (!state && ['UNTRACKED', 'SNAT', 'DNAT'].includes(word.toUpperCase()))
        throw refused(`--${name} ${word} has no counterpart here`)
      if (!state) throw wrong(`Bad ${name} "${word}"`)
      return state as ConnectionStateName
    })
    rule.states = { list: CONNECTION_STATES.filter((state) => list.includes(state)), invert }
  })

/** By long name, as it is written. */
export const MATCH_OPTIONS: Readonly<Record<string, MatchOption>> = {
  sport: ports('sourcePorts'),
  'source-port': ports('sourcePorts'),
  dport: ports('destinationPorts'),
  'destination-port': ports('destinationPorts'),
  syn: option('tcp', 0, true, (rule, _, invert) => {
    rule.tcpFlags = { ...SYN, invert }
  }),
  'tcp-flags': option('tcp', 2, true, (rule, [mask, set], invert) => {
    const flags = { mask: V.tcpFlagsOf(mask!), set: V.tcpFlagsOf(set!), invert }
    if (flags.mask === 0) throw refused('--tcp-flags NONE looks at nothing: leave it out')
    if (flags.set & ~flags.mask)
      throw refused('--tcp-flags asks for a flag that it does not look at: the rule could never match')
    rule.tcpFlags = flags
  }),
  'icmp-type': option('icmp', 1, true, (rule, [text], invert) => {
    rule.icmp = V.icmpOf(text!, invert)
  }),
  sports: multiport('source'),
  'source-ports': multiport('source'),
  dports: multiport('destination'),
  'destination-ports': multiport('destination'),
  ports: multiport('either'),
  state: states('state', 'state'),
  ctstate: states('conntrack', 'ctstate'),
  tos: option('tos', 1, true, (rule, [text], invert) => {
    const { value, mask } = V.tosOf(text!)
    rule.tos = { value: value & mask, mask, invert }
  }),
  mark: option('mark', 1, true, (rule, [text], invert) => {
    const { value, mask } = V.masked(text!, 0xffffffff, 'mark', '--mark')
    rule.mark = { value: (value & mask) >>> 0, mask, invert }
  }),
  'mac-source': option('mac', 1, true, (rule, [text], invert) => {
    rule.mac = { address: V.macOf(text!), invert }
  }),
  limit: option('limit', 1, false, (rule, [text]) => {
    rule.limit = { burst: rule.limit?.burst ?? 5, ...V.rateOf(text!) }
  }),
  'limit-burst': option('limit', 1, false, (rule, [text]) => {
    const burst = numberIn(text!, 1, 10_000)
    if (burst === null) throw wrong('limit: bad value for option "--limit-burst", or out of range (0-10000).')
    rule.limit = { rate: 3, per: 'hour', ...rule.limit, burst }
  }),
  length: option('length', 1, true, (rule, [text], invert) => {
    const [low = '', high] = text!.split(':')
    const from = low === '' && high !== undefined ? 0 : numberIn(low, 0, 65535)
    const to = high === undefined ? from : high === '' ? 65535 : numberIn(high, 0, 65535)
    if (from === null || to === null || from > to)
      throw wrong(`length: bad value for option "--length" near "${text}", or out of range (0-65535).`)
    rule.length = { from, to, invert }
  }),
  comment: option('comment', 1, false, (rule, [text]) => {
    if (text!.length > 200) throw refused('a comment has at most 200 characters here')
    rule.comment = text!
  }),
}

/** Modules that `-m` may name; those without options of their own are there for old scripts. */
export const MATCH_MODULES = [
  'tcp',
  'udp',
  'icmp',
  'multiport',
  'state',
  'conntrack',
  'tos',
  'mark',
  'mac',
  'limit',
  'length',
  'comment',
] as const

/** What `-m MODULE` alone means. */
export function loadMatch(name: string, rule: Rule): void {
  if (!(MATCH_MODULES as readonly string[]).includes(name))
    throw wrong(`Couldn't load match \`${name}':No such file or directory\n`)
  if (name === 'limit') rule.limit ??= { rate: 3, per: 'hour', burst: 5 }
}

/** Modules that are nothing without an option: it, or what is said where none is given. Without one they would match everything. */
const NEEDED: Readonly<Record<string, string>> = {
  ...{ icmp: '--icmp-type', state: '--state', tos: '--tos', mark: '--mark', mac: '--mac-source' },
  ...{ length: '--length', comment: '--comment' },
  conntrack: 'conntrack: At least one option is required',
  multiport: 'multiport expection an option',
}

/** @param asked modules that had an option @throws LanguageProblem */
export function checkModules(loaded: ReadonlySet<string>, asked: ReadonlySet<string>): void {
  for (const name of loaded) {
    const needed = asked.has(name) ? undefined : NEEDED[name]
    if (needed?.startsWith('--')) throw wrong(`${name}: option "${needed}" must be specified\n`)
    if (needed) throw wrong(needed)
  }
}

const PROTOCOL_MODULE: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' }

/** @returns whether the protocol is that of every module of one */
export function modulesFit(loaded: ReadonlySet<string>, { protocol }: Rule): boolean {
  const own = protocol && !protocol.invert ? PROTOCOL_MODULE[protocol.number] : undefined
  return Object.values(PROTOCOL_MODULE).every((name) => !loaded.has(name) || name === own)
}

/** @returns whether the option's module is there: by -m, or by -p for those of a protocol */
export function isLoaded(option: MatchOption, loaded: ReadonlySet<string>, rule: Rule): boolean {
  const own = rule.protocol && !rule.protocol.invert ? PROTOCOL_MODULE[rule.protocol.number] : undefined
  if (option.module === 'tcp/udp') return own === 'tcp' || own === 'udp'
  if (['tcp', 'udp', 'icmp'].includes(option.module)) return own === option.module
  return loaded.has(option.module)
}
