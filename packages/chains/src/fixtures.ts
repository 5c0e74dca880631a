/** Building blocks for the tests of this package. */
import {
  anyRule,
  BUILT_IN_CHAINS,
  BUILT_INS,
  chainLabel,
  type Policy,
  type Rule,
  type Rules,
  rulesSchema,
} from '@bauta/config'
import type { InterfaceTable } from './interface-table.ts'
import type { MatchInput } from './packet-input.ts'

/** lan0 0 and lan1 1 (LAN), wan0 2 (WAN), ppp0 3 and ppp1 4 (unused) */
export const INTERFACES: InterfaceTable = {
  list: [
    { index: 0, name: 'lan0', role: 'lan' },
    { index: 1, name: 'lan1', role: 'lan' },
    { index: 2, name: 'wan0', role: 'wan' },
    { index: 3, name: 'ppp0', role: 'unused' },
    { index: 4, name: 'ppp1', role: 'unused' },
  ],
}
export const [LAN0, LAN1, WAN0, PPP0] = [0, 1, 2, 3]

export const rule = (id: number, fields: Partial<Rule> = {}): Rule => ({ ...anyRule(id), ...fields })
export function verdict(
  name: 'ACCEPT' | 'DENY' | 'REJECT' | 'MASQ' | 'RETURN' | 'QUEUE',
): NonNullable<Rule['target']> {
  return { verdict: name } as NonNullable<Rule['target']>
}
export const to = (network: string, invert = false) => ({ network, invert })
export const ports = (from: number, end = from, invert = false) => ({ from, to: end, invert })
export const protocol = (number: number, invert = false) => ({ number, invert })
export const device = (name: string, invert = false) => ({ name, invert })

type Lists = Partial<Record<(typeof BUILT_IN_CHAINS)[number], Rule[]>> & Record<string, Rule[]>

/** Checked by the schema, so that no test proves something about rules that can not be. */
export function rulesOf(lists: Lists, policies: Partial<Record<string, Policy>> = {}): Rules {
  const own = Object.keys(lists).filter((name) => !(BUILT_IN_CHAINS as readonly string[]).includes(name))
  return rulesSchema.parse({
    chains: [...BUILT_IN_CHAINS, ...own].map((name) => ({
      name,
      policy: own.includes(name) ? null : (policies[name] ?? 'ACCEPT'),
      rules: lists[name] ?? [],
    })),
  })
}

/** The same in the netfilter dialect; lists by label (`INPUT`, `nat POSTROUTING`), user chains as `nat mine`. */
export function netfilterRules(
  lists: Record<string, Rule[]>,
  policies: Record<string, 'ACCEPT' | 'DENY'> = {},
): Rules {
  const builtIns = BUILT_INS.netfilter.map(chainLabel)
  const own = Object.keys(lists).filter((label) => !builtIns.includes(label))
  return rulesSchema.parse({
    dialect: 'netfilter',
    chains: [...builtIns, ...own].map((label) => ({
      table: label.includes(' ') ? label.split(' ')[0] : 'filter',
      name: label.split(' ').at(-1),
      policy: own.includes(label) ? null : (policies[label] ?? 'ACCEPT'),
      rules: lists[label] ?? [],
    })),
  })
}

/** A TCP packet from 192.168.1.2:1024 to 203.0.113.9:80 with SYN. */
export const packet = (fields: Partial<MatchInput> = {}): MatchInput => ({
  source: 0xc0a80102,
  destination: 0xcb007109,
  protocol: 6,
  sourcePort: 1024,
  destinationPort: 80,
  icmpType: 0,
  icmpCode: 0,
  tcpFlags: 2,
  fragmentOffset: 0,
  totalLength: 60,
  tos: 0,
  ...fields,
})
