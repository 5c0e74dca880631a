/** The targets of iptables: what `-j NAME` begins, and the long options that complete it. */
import type { ActionTarget, RejectWith, Rule, RuleTarget, VerdictTarget } from '@bauta/config'
import * as V from './iptables-values.ts'
import { numberIn } from './lookup.ts'
import { refused, wrong } from './problem.ts'

type Target = NonNullable<RuleTarget>
type Verdict<N extends VerdictTarget['verdict']> = Extract<VerdictTarget, { verdict: N }>
type Action<N extends ActionTarget['action']> = Extract<ActionTarget, { action: N }>

const BEGIN: Readonly<Record<string, () => Target>> = {
  ACCEPT: () => ({ verdict: 'ACCEPT' }),
  DROP: () => ({ verdict: 'DENY' }),
  RETURN: () => ({ verdict: 'RETURN' }),
  QUEUE: () => ({ verdict: 'QUEUE' }),
  REJECT: () => ({ verdict: 'REJECT', with: 'icmp-port-unreachable' }),
  MASQUERADE: () => ({ verdict: 'MASQ' }),
  SNAT: () => ({ verdict: 'SNAT', ranges: [], ports: null, persistent: false, random: false }),
  DNAT: () => ({ verdict: 'DNAT', ranges: [], ports: null, persistent: false, random: false }),
  REDIRECT: () => ({ verdict: 'REDIRECT', ports: null }),
  NETMAP: () => ({ verdict: 'NETMAP', network: '' }),
  LOG: () => ({
    action: 'LOG',
    level: 4,
    prefix: '',
    tcpSequence: false,
    tcpOptions: false,
    ipOptions: false,
  }),
  MARK: () => ({ action: 'MARK', value: 0, mask: 0xffffffff }),
  TOS: () => ({ action: 'TOS', value: 0, mask: 0xff }),
  DSCP: () => ({ action: 'DSCP', value: 0 }),
  TTL: () => ({ action: 'TTL', operation: 'set', value: 0 }),
  TCPMSS: () => ({ action: 'TCPMSS', mss: null }),
}
/** What the program says where none of them is given; otherwise it names the first. */
const NEED_WORDS: Readonly<Record<string, string>> = {
  MARK: 'MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required',
  TOS: 'TOS: An action is required',
  DSCP: 'DSCP target: Parameter --set-dscp is required',
  TTL: 'TTL: You must specify an action',
  TCPMSS: 'TCPMSS target: At least one parameter is required',
}
/** What a target is nothing without, as one of these. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  SNAT: ['to-source', 'to'],
  DNAT: ['to-destination', 'to'],
  NETMAP: ['to'],
  MARK: ['set-mark', 'set-xmark', 'and-mark', 'or-mark', 'xor-mark'],
  TOS: ['set-tos', 'and-tos', 'or-tos', 'xor-tos'],
  DSCP: ['set-dscp', 'set-dscp-class'],
  TTL: ['ttl-set', 'ttl-inc', 'ttl-dec'],
  TCPMSS: ['set-mss', 'clamp-mss-to-pmtu'],
}

/** @returns a chain to jump to where the name is no target's */
export const beginTarget = (name: string): Target =>
  Object.hasOwn(BEGIN, name) ? BEGIN[name]!() : { chain: name }

export interface TargetOption {
  readonly targets: readonly string[]
  readonly values: 0 | 1
  read(target: Target, value: string): void
}

const option = (
  targets: string[],
  values: 0 | 1,
  read: (target: never, value: string) => void,
): TargetOption => ({
  targets,
  values,
  read: read as TargetOption['read'],
})

function addTo(target: Verdict<'SNAT'> | Verdict<'DNAT'>, text: string): void {
  const { range, ports } = V.natTo(text)
  if (!range && target.verdict === 'SNAT') throw wrong('Bad IP address ""')
  if (target.ports && ports && JSON.stringify(target.ports) !== JSON.stringify(ports))
    throw refused('the ports must be the same in every range of one rule')
  if (range) target.ranges = [...target.ranges, range]
  target.ports = ports ?? target.ports
}

const word = (text: string, most: number, target: string, name: string): number => {
  const value = V.wordOf(text, most)
  if (value === null) throw wrong(`${target}: bad value for option "--${name}", or out of range (0-${most}).`)
  return value
}
const complement = (value: number, most: number) => (most - value) >>> 0

type Read = (value: number) => [value: number, mask: number]
const mark = (name: string, read: Read) =>
  option(['MARK'], 1, (target: Action<'MARK'>, text) => {
    ;[target.value, target.mask] = read(word(text, 0xffffffff, 'MARK', name))
  })
const tos = (name: string, read: Read) =>
  option(['TOS'], 1, (target: Action<'TOS'>, text) => {
    ;[target.value, target.mask] = read(word(text, 255, 'TOS', name))
  })
const ttl = (operation: Action<'TTL'>['operation']) =>
  option(['TTL'], 1, (target: Action<'TTL'>, text) => {
    const value = numberIn(text, 0, 255)
    if (value === null)
      throw wrong(`TTL: bad value for option "--ttl-${operation}", or out of range (0-255).`)
    Object.assign(target, { operation, value })
  })
const logFlag = (field: 'tcpSequence' | 'tcpOptions' | 'ipOptions') =>
  option(['LOG'], 0, (target: Action<'LOG'>) => {
    target[field] = true
  })
const addresses = (targets: string[]) => option(targets, 1, addTo)

/** By long name; `to` depends on the target. */
export const TARGET_OPTIONS: Readonly<Record<string, readonly TargetOption[]>> = {
  'to-source': [addresses(['SNAT'])],
  'to-destination': [addresses(['DNAT'])],
  to: [
    addresses(['SNAT', 'DNAT']),
    option(['NETMAP'], 1, (target: Verdict<'NETMAP'>, text) => {
      target.network = text
    }),
    option(['MASQUERADE', 'REDIRECT'], 1, toPorts),
  ],
  'to-ports': [option(['MASQUERADE', 'REDIRECT'], 1, toPorts)],
  'to-port': [option(['MASQUERADE', 'REDIRECT'], 1, toPorts)],
  random: [
    option(['SNAT', 'DNAT', 'MASQUERADE', 'REDIRECT'], 0, (target: Verdict<'SNAT'>) => {
      target.random = true
    }),
  ],
  persistent: [
    option(['SNAT', 'DNAT'], 0, (target: Verdict<'SNAT'>) => {
      target.persistent = true
    }),
  ],
  'reject-with': [
    option(['REJECT'], 1, (target: Verdict<'REJECT'>, text) => {
      const wanted = text.toLowerCase()
      const found = REJECTS.find((names) => names.some((name) => name.startsWith(wanted)))
      if (!found) throw wrong(`unknown reject type "${text}"`)
      target.with = found[0]
    }),
  ],
  'log-level': [
    option(['LOG'], 1, (target: Action<'LOG'>, text) => {
      target.level = V.logLevelOf(text)
    }),
  ],
  'log-prefix': [
    option(['LOG'], 1, (target: Action<'LOG'>, text) => {
      if (text.length > 29) throw wrong('LOG: Maximum prefix length 29 for --log-prefix')
      if (!/^[\x20-\x7e]*$/.test(text))
        throw wrong('LOG: only printable characters are allowed for --log-prefix')
      target.prefix = text
    }),
  ],
  'log-tcp-sequence': [logFlag('tcpSequence')],
  'log-tcp-options': [logFlag('tcpOptions')],
  'log-ip-options': [logFlag('ipOptions')],
  'set-mark': [
    option(['MARK'], 1, (target: Action<'MARK'>, text) => {
      const { value, mask } = V.masked(text, 0xffffffff, 'MARK', '--set-mark')
      // New mark: (mark & ~m) | v, which is (mark & ~(m | v)) ^ v.
      Object.assign(target, { value, mask: (mask | value) >>> 0 })
    }),
  ],
  'set-xmark': [
    option(['MARK'], 1, (target: Action<'MARK'>, text) =>
      Object.assign(target, V.masked(text, 0xffffffff, 'MARK', '--set-xmark')),
    ),
  ],
  'and-mark': [mark('and-mark', (value) => [0, complement(value, 0xffffffff)])],
  'or-mark': [mark('or-mark', (value) => [value, value])],
  'xor-mark': [mark('xor-mark', (value) => [value, 0])],
  'set-tos': [
    option(['TOS'], 1, (target: Action<'TOS'>, text) => {
      Object.assign(target, V.tosOf(text))
    }),
  ],
  'and-tos': [tos('and-tos', (value) => [0, complement(value, 255)])],
  'or-tos': [tos('or-tos', (value) => [value, value])],
  'xor-tos': [tos('xor-tos', (value) => [value, 0])],
  'set-dscp': [
    option(['DSCP'], 1, (target: Action<'DSCP'>, text) => {
      target.value = word(text, 63, 'DSCP', 'set-dscp')
    }),
  ],
  'set-dscp-class': [
    option(['DSCP'], 1, (target: Action<'DSCP'>, text) => {
      target.value = V.dscpClass(text)
    }),
  ],
  'ttl-set': [ttl('set')],
  'ttl-inc': [ttl('inc')],
  'ttl-dec': [ttl('dec')],
  'set-mss': [
    option(['TCPMSS'], 1, (target: Action<'TCPMSS'>, text) => {
      const mss = numberIn(text, 1, 65495)
      if (mss === null) throw wrong('TCPMSS: bad value for option "--set-mss", or out of range (0-65495).')
      target.mss = mss
    }),
  ],
  'clamp-mss-to-pmtu': [
    option(['TCPMSS'], 0, (target: Action<'TCPMSS'>) => {
      target.mss = null
    }),
  ],
}

/** With their short names, in the order in which beginnings are looked for. */
const REJECTS = [
  ['icmp-net-unreachable', 'net-unreach'],
  ['icmp-host-unreachable', 'host-unreach'],
  ['icmp-proto-unreachable', 'proto-unreach'],
  ['icmp-port-unreachable', 'port-unreach'],
  ['icmp-net-prohibited', 'net-prohib'],
  ['icmp-host-prohibited', 'host-prohib'],
  ['tcp-reset', 'tcp-rst'],
  ['icmp-admin-prohibited', 'admin-prohib'],
] as const satisfies readonly (readonly [RejectWith, string])[]

function toPorts(target: Verdict<'MASQ'> | Verdict<'REDIRECT'>, text: string): void {
  target.ports = V.dashedPorts(text)
}

/** @param name of the target @param given long options that came with it @throws LanguageProblem */
export function checkTarget(name: string, given: ReadonlySet<string>, rule: Rule): void {
  const needs = NEEDS[name]
  if (needs && !needs.some((one) => given.has(one)))
    throw wrong(NEED_WORDS[name] ?? `${name}: option "--${needs[0]}" must be specified\n`)
  const number = rule.protocol && !rule.protocol.invert ? rule.protocol.number : null
  const { target } = rule
  if (target && 'verdict' in target && 'ports' in target && target.ports && number !== 6 && number !== 17)
    throw wrong('Need TCP, UDP, SCTP or DCCP with port specification')
}
