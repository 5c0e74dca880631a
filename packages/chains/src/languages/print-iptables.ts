/** Rules as iptables commands and as a file of iptables-save: in the order and the words in which iptables itself prints them. */
import {
  BUILT_INS,
  type Chain,
  type LIMIT_PERIODS,
  type Rule,
  type Rules,
  shownName,
  TABLES,
  type Table,
} from '@bauta/config'
import { type CounterReader, noCounters } from '../counter-reader.ts'
import { protocolName, tcpFlagNames } from '../names.ts'
import { networkOf } from './networks.ts'

const SHORT_PERIOD: Readonly<Record<(typeof LIMIT_PERIODS)[number], string>> = {
  second: 'sec',
  minute: 'min',
  hour: 'hour',
  day: 'day',
}

/** @returns the words behind `-A CHAIN` */
export function iptablesWords(rule: Rule): string {
  return [...baseWords(rule), ...matchWords(rule), ...targetWords(rule)].join(' ')
}

const not = (invert: boolean, words: string) => (invert ? `! ${words}` : words)
const hex = (value: number) => `0x${value.toString(16)}`

function baseWords(rule: Rule): string[] {
  const words: string[] = []
  if (rule.source) words.push(not(rule.source.invert, `-s ${withMask(rule.source.network)}`))
  if (rule.destination) words.push(not(rule.destination.invert, `-d ${withMask(rule.destination.network)}`))
  if (rule.inInterface) words.push(not(rule.inInterface.invert, `-i ${rule.inInterface.name}`))
  if (rule.outInterface) words.push(not(rule.outInterface.invert, `-o ${rule.outInterface.name}`))
  if (rule.protocol) words.push(not(rule.protocol.invert, `-p ${protocolName(rule.protocol.number)}`))
  if (rule.fragment) words.push(not(rule.fragment.invert, '-f'))
  return words
}

/** iptables-save always says /32. */
export function withMask(text: string): string {
  const shown = networkOf(text)
  return shown.includes('/') ? shown : `${shown}/32`
}

export const range = ({ from, to }: { from: number; to: number }, separator = ':') =>
  from === to ? String(from) : `${from}${separator}${to}`

function matchWords(rule: Rule): string[] {
  const words: string[] = []
  const { sourcePorts, destinationPorts, tcpFlags, icmp } = rule
  if (sourcePorts || destinationPorts || tcpFlags) {
    words.push(`-m ${rule.protocol?.number === 17 ? 'udp' : 'tcp'}`)
    if (sourcePorts) words.push(not(sourcePorts.invert, `--sport ${range(sourcePorts)}`))
    if (destinationPorts) words.push(not(destinationPorts.invert, `--dport ${range(destinationPorts)}`))
    if (tcpFlags)
      words.push(
        not(tcpFlags.invert, `--tcp-flags ${tcpFlagNames(tcpFlags.mask)} ${tcpFlagNames(tcpFlags.set)}`),
      )
  }
  if (icmp)
    words.push(
      '-m icmp',
      not(icmp.invert, `--icmp-type ${icmp.type}${icmp.code === null ? '' : `/${icmp.code}`}`),
    )
  for (const { side, ranges, invert } of rule.multiport) {
    const option = { source: '--sports', destination: '--dports', either: '--ports' }[side]
    words.push('-m multiport', not(invert, `${option} ${ranges.map((one) => range(one)).join(',')}`))
  }
  if (rule.mac) words.push('-m mac', not(rule.mac.invert, `--mac-source ${rule.mac.address}`))
  if (rule.states) words.push('-m state', not(rule.states.invert, `--state ${stateNames(rule.states.list)}`))
  if (rule.tos)
    words.push('-m tos', not(rule.tos.invert, `--tos 0x${byte(rule.tos.value)}/0x${byte(rule.tos.mask)}`))
  if (rule.mark) words.push('-m mark', not(rule.mark.invert, `--mark ${maskedText(rule.mark)}`))
  if (rule.length) words.push('-m length', not(rule.length.invert, `--length ${range(rule.length)}`))
  if (rule.limit) {
    words.push(`-m limit --limit ${rule.limit.rate}/${SHORT_PERIOD[rule.limit.per]}`)
    if (rule.limit.burst !== 5) words.push(`--limit-burst ${rule.limit.burst}`)
  }
  if (rule.comment !== '') words.push(`-m comment --comment ${quoted(rule.comment)}`)
  return words
}

export const byte = (value: number) => value.toString(16).padStart(2, '0')
const maskedText = ({ value, mask }: { value: number; mask: number }) =>
  mask === 0xffffffff ? hex(value) : `${hex(value)}/${hex(mask)}`

const SHOWN_STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED'] as const
/** In the order of iptables. */
export const stateNames = (list: readonly string[]) =>
  SHOWN_STATES.filter((state) => list.includes(state)).join(',')

/** As iptables-save does: in quotes where there is anything but letters, digits, dots, dashes and underscores. */
const quoted = (text: string) =>
  /^[\w.-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, (character) => `\\${character}`)}"`

function targetWords({ target }: Rule): string[] {
  if (!target) return []
  if ('chain' in target) return [`-j ${target.chain}`]
  if ('action' in target) return actionWords(target)
  const name = `-j ${shownName(target.verdict, 'netfilter')}`
  switch (target.verdict) {
    case 'REJECT':
      return [name, `--reject-with ${target.with ?? 'icmp-port-unreachable'}`]
    case 'MASQ':
    case 'REDIRECT':
      return [name, ...(target.ports ? [`--to-ports ${range(target.ports, '-')}`] : []), ...random(target)]
    case 'SNAT':
    case 'DNAT': {
      const option = target.verdict === 'SNAT' ? '--to-source' : '--to-destination'
      const ports = target.ports ? `:${range(target.ports, '-')}` : ''
      const to = target.ranges.map((one) => `${addressRange(one)}${ports}`)
      return [
        name,
        ...(to.length > 0 ? to : [ports]).map((one) => `${option} ${one}`),
        ...random(target),
        ...(target.persistent ? ['--persistent'] : []),
      ]
    }
    case 'NETMAP':
      return [name, `--to ${withMask(target.network)}`]
    default:
      return [name]
  }
}

export const addressRange = ({ from, to }: { from: string; to: string }) =>
  from === to ? from : `${from}-${to}`
const random = (target: { random?: boolean | undefined }) => (target.random ? ['--random'] : [])

function actionWords(target: Extract<Rule['target'], { action: string }>): string[] {
  const name = `-j ${target.action}`
  switch (target.action) {
    case 'LOG':
      return [
        name,
        ...(target.prefix === '' ? [] : [`--log-prefix ${quoted(target.prefix)}`]),
        ...(target.level === 4 ? [] : [`--log-level ${target.level}`]),
        ...(target.tcpSequence ? ['--log-tcp-sequence'] : []),
        ...(target.tcpOptions ? ['--log-tcp-options'] : []),
        ...(target.ipOptions ? ['--log-ip-options'] : []),
      ]
    case 'MARK':
      return [name, `--set-xmark ${hex(target.value)}/${hex(target.mask)}`]
    case 'TOS':
      return [name, `--set-tos 0x${byte(target.value)}/0x${byte(target.mask)}`]
    case 'DSCP':
      return [name, `--set-dscp 0x${byte(target.value)}`]
    case 'TTL':
      return [name, `--ttl-${target.operation} ${target.value}`]
    case 'TCPMSS':
      return [name, target.mss === null ? '--clamp-mss-to-pmtu' : `--set-mss ${target.mss}`]
  }
}

/** Chains of a table in the order of the kernel's hooks, then user chains by name, as iptables prints them. */
export function chainsInOrder(rules: Rules, table: Table): Chain[] {
  const inTable = rules.chains.filter((chain) => chain.table === table)
  const hooks = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']
  const place = (chain: Chain) => hooks.indexOf(chain.name)
  const builtIn = inTable.filter(({ policy }) => policy !== null).sort((a, b) => place(a) - place(b))
  const own = inTable.filter(({ policy }) => policy === null).sort((a, b) => (a.name < b.name ? -1 : 1))
  return [...builtIn, ...own]
}

/** `iptables -S`: rules that are switched off are left out. */
export function iptablesCommands(
  rules: Rules,
  table: Table,
  only: string | null = null,
  counters: CounterReader | null = null,
): string {
  const chains = chainsInOrder(rules, table).filter((chain) => only === null || chain.name === only)
  const count = ({ packets, bytes }: { packets: number; bytes: number }) =>
    counters ? ` -c ${packets} ${bytes}` : ''
  const heads = chains.map((chain) =>
    chain.policy === null
      ? `-N ${chain.name}\n`
      : `-P ${chain.name} ${shownName(chain.policy, 'netfilter')}${counters ? count(counters.policy(policyKey(chain))) : ''}\n`,
  )
  const lines = chains.flatMap((chain) =>
    chain.rules
      .filter(({ enabled }) => enabled)
      .map((rule) => {
        // Counters come before the target, as iptables has them.
        const words = [...baseWords(rule), ...matchWords(rule)].join(' ')
        const target = targetWords(rule).join(' ')
        const counted = counters ? count(counters.rule(rule.id)).trim() : ''
        return `${[`-A ${chain.name}`, words, counted, target].filter(Boolean).join(' ')}\n`
      }),
  )
  return [...heads, ...lines].join('')
}

/** How counters name a policy: as the chain's label. */
export const policyKey = ({ table, name }: { table: Table; name: string }) =>
  table === 'filter' ? name : `${table} ${name}`

/** `iptables-save`, without the lines that hold a date. */
export function iptablesSave(
  rules: Rules,
  tables: readonly Table[] = TABLES,
  counters: CounterReader = noCounters,
  withCounters = false,
): string {
  // iptables-save prints mangle before nat where both are loaded in that order; filter, nat, mangle is as good for restoring.
  return tables
    .map((table) => {
      const chains = chainsInOrder(rules, table)
      const heads = chains.map((chain) => {
        const { packets, bytes } =
          chain.policy === null ? { packets: 0, bytes: 0 } : counters.policy(policyKey(chain))
        const policy = chain.policy === null ? '-' : shownName(chain.policy, 'netfilter')
        return `:${chain.name} ${policy} [${packets}:${bytes}]\n`
      })
      const lines = chains.flatMap((chain) =>
        chain.rules
          .filter(({ enabled }) => enabled)
          .map((rule) => {
            const { packets, bytes } = counters.rule(rule.id)
            const counted = withCounters ? `[${packets}:${bytes}] ` : ''
            return `${counted}${`-A ${chain.name} ${iptablesWords(rule)}`.trimEnd()}\n`
          }),
      )
      return `*${table}\n${heads.join('')}${lines.join('')}COMMIT\n`
    })
    .join('')
}

/** Every built-in chain of a table, for whoever asks for one that there is not. */
export const builtInsOf = (table: Table) =>
  BUILT_INS.netfilter.filter((chain) => chain.table === table).map(({ name }) => name)
