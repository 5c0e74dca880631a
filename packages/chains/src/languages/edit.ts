/**
 * What commands of the three languages do to the settings: a few kinds of edits, carried out on copies. Either all edits of a
 * command happen or none does.
 */
import {
  BUILT_INS,
  type Chain,
  type ChainIdentity,
  type Policy,
  type Rule,
  type Rules,
  type Table,
  type Timeouts,
} from '@bauta/config'
import { chainsOnWayIn } from '../chain-graph.ts'
import { LanguageProblem } from './problem.ts'

export type Edit =
  | { do: 'append'; at: ChainIdentity; rules: Rule[] }
  /** Each of the rules at the same place, one after the other: the last comes first. */
  | { do: 'insert'; at: ChainIdentity; number: number; rules: Rule[] }
  | { do: 'replace'; at: ChainIdentity; number: number; rule: Rule }
  | { do: 'delete'; at: ChainIdentity; number: number }
  /** The first rule that says the same as this one. */
  | { do: 'delete-equal'; at: ChainIdentity; rule: Rule; same: (one: Rule, other: Rule) => boolean }
  | { do: 'flush'; table: Table; chain: string | null }
  | { do: 'new-chain'; at: ChainIdentity }
  /** Null: every user chain of the table. */
  | { do: 'delete-chain'; table: Table; chain: string | null }
  | { do: 'rename-chain'; at: ChainIdentity; name: string }
  | { do: 'policy'; at: ChainIdentity; policy: Policy }
  /** Null: keep. */
  | { do: 'timeouts'; tcp: number | null; tcpfin: number | null; udp: number | null }
  /** Null: every chain of the table. */
  | { do: 'zero'; table: Table; chain: string | null; number: number | null; policies: boolean }

/** What can stand in the way. */
export type Obstacle =
  | 'no-chain'
  | 'no-target'
  | 'no-rule'
  | 'not-empty'
  | 'exists'
  | 'name-taken'
  | 'in-use'
  | 'insert-index'
  | 'replace-index'
  | 'delete-index'
  | 'zero-index'
  | 'own-chain'
  | 'built-in'

/** What the commands work on. */
export interface Subject {
  readonly rules: Rules
  readonly timeouts: Timeouts
}

/** Counters that are to begin anew. */
export interface Zeroed {
  rules: number[]
  /** Names of the chains, with the table where it is not filter. */
  policies: ChainIdentity[]
}

export interface Edited {
  subject: Subject
  zeroed: Zeroed
}

/** @param obstacles in the words of the program @param newId of the rules that are added @throws LanguageProblem */
export function applyEdits(
  subject: Subject,
  edits: readonly Edit[],
  obstacles: Readonly<Record<Obstacle, string>>,
  newId: () => number,
): Edited {
  const fail = (obstacle: Obstacle): never => {
    throw new LanguageProblem(1, obstacles[obstacle])
  }
  const zeroed: Zeroed = { rules: [], policies: [] }
  let { rules, timeouts } = subject
  for (const edit of edits) {
    if (edit.do === 'timeouts')
      timeouts = {
        ...timeouts,
        tcp: edit.tcp ?? timeouts.tcp,
        tcpfin: edit.tcpfin ?? timeouts.tcpfin,
        udp: edit.udp ?? timeouts.udp,
      }
    else if (edit.do === 'zero') zero(rules, edit, zeroed, fail)
    else rules = followWayIn(rules, { ...rules, chains: changed(rules, edit, fail, newId) })
  }
  return { subject: { rules, timeouts }, zeroed }
}

type Fail = (obstacle: Obstacle) => never

const isAt = (chain: ChainIdentity, at: ChainIdentity) => chain.table === at.table && chain.name === at.name

function changed(
  rules: Rules,
  edit: Exclude<Edit, { do: 'timeouts' | 'zero' }>,
  fail: Fail,
  newId: () => number,
): Chain[] {
  switch (edit.do) {
    case 'new-chain':
      if (rules.chains.some((chain) => isAt(chain, edit.at))) fail('exists')
      return [...rules.chains, { ...edit.at, policy: null, rules: [] }]
    case 'rename-chain':
      return renamed(rules, edit, fail)
    case 'delete-chain':
      return withoutChain(rules, edit, fail)
    case 'flush': {
      if (edit.chain !== null) find(rules, { table: edit.table, name: edit.chain }, fail)
      return rules.chains.map((chain) =>
        chain.table === edit.table && (edit.chain === null || chain.name === edit.chain)
          ? { ...chain, rules: [] }
          : chain,
      )
    }
    case 'policy': {
      const chain = find(rules, edit.at, fail)
      if (chain.policy === null) fail('own-chain')
      return rules.chains.map((one) => (one === chain ? { ...one, policy: edit.policy } : one))
    }
    default: {
      const chain = find(rules, edit.at, fail)
      const list = edited(chain, rules, edit, fail, newId)
      return rules.chains.map((one) => (one === chain ? { ...one, rules: list } : one))
    }
  }
}

type RuleEdit = Extract<Edit, { do: 'append' | 'insert' | 'replace' | 'delete' | 'delete-equal' }>

function edited(chain: Chain, rules: Rules, edit: RuleEdit, fail: Fail, newId: () => number): Rule[] {
  const list = [...chain.rules]
  const fresh = (rule: Rule): Rule => {
    checkTarget(chain, rules, rule, fail)
    return { ...rule, id: newId() }
  }
  switch (edit.do) {
    case 'append':
      list.push(...edit.rules.map(fresh))
      return list
    case 'insert':
      if (edit.number > list.length + 1) fail('insert-index')
      for (const rule of edit.rules) list.splice(edit.number - 1, 0, fresh(rule))
      return list
    case 'replace':
      if (edit.number > list.length) fail('replace-index')
      list[edit.number - 1] = fresh(edit.rule)
      return list
    case 'delete':
      if (edit.number > list.length) fail('delete-index')
      list.splice(edit.number - 1, 1)
      return list
    case 'delete-equal': {
      const at = list.findIndex((one) => one.enabled && edit.same(one, edit.rule))
      if (at < 0) fail('no-rule')
      list.splice(at, 1)
      return list
    }
  }
}

function find(rules: Rules, at: ChainIdentity, fail: Fail): Chain {
  return rules.chains.find((chain) => isAt(chain, at)) ?? fail('no-chain')
}

function checkTarget(chain: Chain, rules: Rules, { target }: Rule, fail: Fail): void {
  if (!target || !('chain' in target)) return
  const wanted = rules.chains.find((one) => isAt(one, { table: chain.table, name: target.chain }))
  if (!wanted || wanted.policy !== null) fail('no-target')
}

const isBuiltIn = (rules: Rules, at: ChainIdentity) =>
  BUILT_INS[rules.dialect].some((chain) => isAt(chain, at))

function withoutChain(rules: Rules, edit: Extract<Edit, { do: 'delete-chain' }>, fail: Fail): Chain[] {
  const doomed = rules.chains.filter(
    (chain) =>
      chain.table === edit.table && (edit.chain === null ? chain.policy === null : chain.name === edit.chain),
  )
  if (edit.chain !== null && doomed.length === 0) fail('no-chain')
  for (const chain of doomed) {
    if (isBuiltIn(rules, chain)) fail('built-in')
    if (isReferred(rules, chain)) fail('in-use')
    if (chain.rules.length > 0) fail('not-empty')
  }
  return rules.chains.filter((chain) => !doomed.includes(chain))
}

const isReferred = (rules: Rules, { table, name }: ChainIdentity) =>
  rules.chains.some(
    (chain) =>
      chain.table === table &&
      chain.rules.some(({ target }) => target && 'chain' in target && target.chain === name),
  )

function renamed(rules: Rules, { at, name }: Extract<Edit, { do: 'rename-chain' }>, fail: Fail): Chain[] {
  // Built-in chains are not among those that can be renamed.
  if (find(rules, at, fail).policy !== null) fail('no-chain')
  if (rules.chains.some((chain) => isAt(chain, { table: at.table, name }))) fail('name-taken')
  return rules.chains.map((chain) => {
    if (chain.table !== at.table) return chain
    const list = chain.rules.map((rule) =>
      rule.target && 'chain' in rule.target && rule.target.chain === at.name
        ? { ...rule, target: { chain: name } }
        : rule,
    )
    return { ...chain, name: chain.name === at.name ? name : chain.name, rules: list }
  })
}

function zero(rules: Rules, edit: Extract<Edit, { do: 'zero' }>, zeroed: Zeroed, fail: Fail): void {
  if (edit.chain !== null) find(rules, { table: edit.table, name: edit.chain }, fail)
  for (const chain of rules.chains) {
    if (chain.table !== edit.table || (edit.chain !== null && chain.name !== edit.chain)) continue
    if (edit.number !== null && edit.number > chain.rules.length) fail('zero-index')
    const list = edit.number === null ? chain.rules : [chain.rules[edit.number - 1]!]
    zeroed.rules.push(...list.map(({ id }) => id))
    if (edit.policies && edit.number === null && chain.policy !== null)
      zeroed.policies.push({ table: chain.table, name: chain.name })
  }
}

/**
 * 2.2 had one interface per rule, and what it means follows from where the chain is called from. A rule of a user chain is taken to
 * mean the way out; where `input` alone calls the chain, or turns out to, it was the way in.
 */
function followWayIn(before: Rules, after: Rules): Rules {
  if (after.dialect !== 'classic') return after
  const [was, is] = [chainsOnWayIn(before), chainsOnWayIn(after)]
  const chains = after.chains.map((chain) => {
    if (chain.policy !== null || !is.has(chain.name)) return chain
    const settled = was.has(chain.name) ? before.chains.find((one) => isAt(one, chain)) : undefined
    const known = new Set(settled?.rules)
    return { ...chain, rules: chain.rules.map((rule) => (known.has(rule) ? rule : turned(rule))) }
  })
  return { ...after, chains }
}

const turned = (rule: Rule): Rule =>
  rule.outInterface && !rule.inInterface
    ? { ...rule, inInterface: rule.outInterface, outInterface: null }
    : rule
