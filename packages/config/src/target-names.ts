/** How targets are called. Without the schema of rules (rule-targets.ts, rules.ts), which the packet thread does not read. */
import type { ChainIdentity } from './dialects.ts'
import type { RuleTarget } from './rule-targets.ts'
import type { Rule } from './rules.ts'

/** Policies of both dialects; netfilter has the first two. */
export const POLICIES = ['ACCEPT', 'DENY', 'REJECT', 'MASQ'] as const
export type Policy = (typeof POLICIES)[number]
/** What the classic dialect can answer, in the order in which it is offered. */
export const TARGETS = ['ACCEPT', 'DENY', 'REJECT', 'MASQ', 'RETURN'] as const
export type Target = (typeof TARGETS)[number]

/** The kinds of REJECT; facts of iptables. The first is netfilter's default. */
export const REJECT_WITH = [
  'icmp-port-unreachable',
  'icmp-net-unreachable',
  'icmp-host-unreachable',
  'icmp-proto-unreachable',
  'icmp-net-prohibited',
  'icmp-host-prohibited',
  'icmp-admin-prohibited',
  'tcp-reset',
] as const
export type RejectWith = (typeof REJECT_WITH)[number]

/** Syslog's, most severe first: the place is the number. */
export const LOG_LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const

/** Names that no chain may have, by dialect. */
export const RESERVED_NAMES = {
  classic: ['ACCEPT', 'DENY', 'REJECT', 'MASQ', 'REDIRECT', 'RETURN', 'DROP', 'QUEUE'],
  netfilter: [
    ...[
      'ACCEPT',
      'DROP',
      'DENY',
      'REJECT',
      'RETURN',
      'QUEUE',
      'MASQUERADE',
      'MASQ',
      'SNAT',
      'DNAT',
      'REDIRECT',
    ],
    ...['NETMAP', 'LOG', 'MARK', 'TOS', 'DSCP', 'TTL', 'TCPMSS'],
  ],
} as const

/** @returns the stored name of a target, a chain's name, or null where the rule only counts */
export function targetNameOf(target: RuleTarget): string | null {
  if (!target) return null
  if ('chain' in target) return target.chain
  return 'verdict' in target ? target.verdict : target.action
}

/** @returns the chain that a rule jumps to, or null */
export function jumpIn(chain: ChainIdentity, { target }: Rule): ChainIdentity | null {
  return target && 'chain' in target ? { table: chain.table, name: target.chain } : null
}
