/**
 * What may stand where: which dialect has a match or a target, and in which chains. Every refusal is a sentence that says
 * what would be right. A set of rules speaks one dialect; this is where a mixture is noticed.
 */
import { BUILT_INS, type ChainIdentity, type Dialect, shownName } from './dialects.ts'
import type { Rule } from './rules.ts'

export type Issue = (path: (string | number)[], message: string) => void

const OTHER: Record<Dialect, Dialect> = { classic: 'netfilter', netfilter: 'classic' }
const CALLED: Record<Dialect, string> = { classic: 'ipchains', netfilter: 'iptables' }

/** ipchains and iptables exclude each other, here as there. */
export const mixed = (what: string, dialect: Dialect): string =>
  `${what} belongs to the ${OTHER[dialect]} dialect, and these rules are in the ${dialect} one (${CALLED[OTHER[dialect]]} and ${CALLED[dialect]} do not live together); write it otherwise or switch the dialect`

/** Fields that only one dialect has, with what they are called. */
const ONLY: Readonly<Record<Dialect, readonly (readonly [keyof Rule, string])[]>> = {
  classic: [
    ['connection', 'known or new connections (netfilter asks for states)'],
    ['log', 'logging along any target (netfilter has the target LOG)'],
    ['setMark', 'setting a mark along any target (netfilter has the target MARK)'],
    ['setTos', 'changing the TOS along any target (netfilter has the target TOS)'],
  ],
  netfilter: [
    ['multiport', 'a list of ports'],
    ['states', 'the state of a connection'],
    ['tos', 'matching on the TOS'],
    ['mark', 'matching on the mark'],
    ['mac', 'matching on a MAC address'],
    ['limit', 'a rate limit'],
    ['length', 'matching on the length'],
  ],
}

const isOpen = (value: unknown): boolean =>
  value === null || value === false || (Array.isArray(value) && value.length === 0)

/** @param reachedFrom names of the built-in chains of the table from which packets come to this chain; its own for a built-in */
export function checkLegality(
  rule: Rule,
  chain: ChainIdentity & { policy: unknown },
  dialect: Dialect,
  reachedFrom: readonly string[],
  issue: Issue,
): void {
  for (const [field, what] of ONLY[OTHER[dialect]])
    if (!isOpen(rule[field])) issue([field], mixed(what, dialect))
  if (dialect === 'classic') checkClassic(rule, chain, issue)
  else checkNetfilter(rule, chain, reachedFrom, issue)
}

function checkClassic(rule: Rule, chain: ChainIdentity & { policy: unknown }, issue: Issue): void {
  const { target } = rule
  const builtIn = chain.policy !== null
  if (chain.name === 'input' && rule.outInterface)
    issue(['outInterface'], 'in the input chain the way out is not known yet')
  if (chain.name === 'output' && rule.inInterface)
    issue(['inInterface'], 'the output chain sees only the way out')
  if (!target || 'chain' in target) return
  const name = 'verdict' in target ? target.verdict : target.action
  if ('action' in target || ['SNAT', 'DNAT', 'NETMAP', 'QUEUE'].includes(name)) {
    issue(['target'], mixed(`the target ${name}`, 'classic'))
    return
  }
  if (name === 'MASQ' && builtIn && chain.name !== 'forward')
    issue(['target'], 'MASQ belongs in the forward chain (or a user chain it jumps to)')
  if (target.verdict === 'MASQ' && (target.ports || target.random))
    issue(['target'], mixed('MASQ with ports of its own', 'classic'))
  if (target.verdict === 'REJECT' && target.with)
    issue(['target'], mixed('choosing the message of REJECT', 'classic'))
  if (target.verdict === 'REDIRECT') {
    if (builtIn && chain.name !== 'input')
      issue(['target'], 'REDIRECT belongs in the input chain (or a user chain it jumps to)')
    if (!isTransport(rule)) issue(['target'], 'REDIRECT needs the protocol TCP or UDP')
    if (target.ports && target.ports.from !== target.ports.to)
      issue(['target', 'ports'], 'the classic dialect redirects to one port')
    if (target.random) issue(['target'], mixed('REDIRECT to a random port', 'classic'))
  }
}

const isTransport = ({ protocol }: Rule): boolean =>
  protocol !== null && !protocol.invert && (protocol.number === 6 || protocol.number === 17)

/** Where a target of netfilter may stand: its table, and the built-in chains from which packets may reach it. */
const PLACES: Readonly<Record<string, { table: string; chains?: readonly string[] }>> = {
  MASQ: { table: 'nat', chains: ['POSTROUTING'] },
  SNAT: { table: 'nat', chains: ['POSTROUTING'] },
  DNAT: { table: 'nat', chains: ['PREROUTING', 'OUTPUT'] },
  REDIRECT: { table: 'nat', chains: ['PREROUTING', 'OUTPUT'] },
  NETMAP: { table: 'nat' },
  REJECT: { table: 'filter' },
  MARK: { table: 'mangle' },
  TOS: { table: 'mangle' },
  DSCP: { table: 'mangle' },
  TTL: { table: 'mangle' },
  TCPMSS: { table: 'mangle' },
}

function checkNetfilter(rule: Rule, chain: ChainIdentity, from: readonly string[], issue: Issue): void {
  const here = (name: string) => chain.name === name && isBuiltIn(chain)
  if ((here('PREROUTING') || here('INPUT')) && rule.outInterface)
    issue(['outInterface'], `in ${chain.name} the way out is not known yet`)
  if ((here('POSTROUTING') || here('OUTPUT')) && rule.inInterface)
    issue(['inInterface'], `${chain.name} sees only the way out`)
  const cardless = from.find((name) => name === 'OUTPUT' || name === 'POSTROUTING')
  if (rule.mac && cardless)
    issue(['mac'], `${cardless} also sees what the box sends itself, which comes from no card`)
  checkPlace(rule, chain, from, issue)
  checkNeeds(rule, issue)
}

const isBuiltIn = ({ table, name }: ChainIdentity): boolean =>
  BUILT_INS.netfilter.some((one) => one.table === table && one.name === name)

function checkPlace({ target }: Rule, chain: ChainIdentity, from: readonly string[], issue: Issue): void {
  if (!target || 'chain' in target) return
  const stored = 'verdict' in target ? target.verdict : target.action
  const name = shownName(stored, 'netfilter')
  const place = PLACES[stored]
  if (!place) return
  if (place.table !== chain.table) {
    issue(['target'], `${name} belongs in the ${place.table} table, not in ${chain.table}`)
    return
  }
  const wrong = place.chains && from.find((one) => !place.chains!.includes(one))
  if (wrong)
    issue(
      ['target'],
      wrong === chain.name
        ? `${name} belongs in ${place.chains!.join(' or ')} of the nat table, not in ${wrong}`
        : `${name} belongs in ${place.chains!.join(' or ')}, but ${chain.name} is also reached from ${wrong}`,
    )
}

function checkNeeds(rule: Rule, issue: Issue): void {
  const { target } = rule
  if (!target || 'chain' in target) return
  const number = rule.protocol && !rule.protocol.invert ? rule.protocol.number : null
  if ('action' in target) {
    if (target.action === 'TCPMSS' && (number !== 6 || !looksAtSyn(rule)))
      issue(
        ['target'],
        'TCPMSS needs the protocol TCP and only packets with SYN (--syn, or --tcp-flags SYN,RST SYN)',
      )
    return
  }
  if (target.verdict === 'REJECT' && target.with === 'tcp-reset' && number !== 6)
    issue(['target'], 'a TCP reset needs the protocol TCP')
  if ('ports' in target && target.ports && !isTransport(rule))
    issue(
      ['target', 'ports'],
      `${shownName(target.verdict, 'netfilter')} to a port needs the protocol TCP or UDP`,
    )
}

const SYN = 2
const looksAtSyn = ({ tcpFlags: flags }: Rule): boolean =>
  flags !== null && !flags.invert && (flags.mask & flags.set & SYN) !== 0
