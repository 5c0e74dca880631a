/** Rules of the netfilter dialect for a home in the lab, and what tests put before them. */
import { anyRule, chainLabel, emptyRules, type Rule, type Rules } from '@bauta/config'

/** Rules by chain. */
export type Lists = Record<string, Partial<Rule>[]>

export const device = (name: string) => ({ name, invert: false })
export const tcp = { protocol: { number: 6, invert: false } }
export const port = (number: number) => ({ destinationPorts: { from: number, to: number, invert: false } })
export const accept: Partial<Rule> = { target: { verdict: 'ACCEPT' } }
export const drop: Partial<Rule> = { target: { verdict: 'DENY' } }
export const answers: Partial<Rule> = {
  states: { list: ['ESTABLISHED', 'RELATED'], invert: false },
  ...accept,
}

/** Forward in only ESTABLISHED,RELATED, out everything, rest DROP; nat drops what no rule translates. */
export const HOME: Lists = {
  INPUT: [answers, { inInterface: device('@lan'), ...accept }],
  FORWARD: [answers, { inInterface: device('lan0'), outInterface: device('wan0'), ...accept }],
  'nat POSTROUTING': [{ outInterface: device('wan0'), target: { verdict: 'MASQ' } }],
}
export const CLOSED = ['INPUT', 'FORWARD']

/** @param first rules before those of HOME @param closed chains whose policy is DROP */
export function netfilterHome(first: Lists = {}, closed = CLOSED): Rules {
  const rules = emptyRules('netfilter')
  let id = 100
  for (const chain of rules.chains) {
    const label = chainLabel(chain)
    chain.policy = closed.includes(label) ? 'DENY' : 'ACCEPT'
    const list = [...(first[label] ?? []), ...(HOME[label] ?? [])]
    chain.rules = list.map((fields) => ({ ...anyRule(id++), ...fields }))
  }
  return rules
}
