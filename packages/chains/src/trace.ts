/** The way of one packet through the chains, rule by rule, for people. */
import { type Chain, chainLabel, jumpIn, POLICIES, type Rule, type Rules, shownName } from '@bauta/config'
import { assertBounded } from './chain-graph.ts'
import { compileExtra } from './compile-extra.ts'
import type { InterfaceTable } from './interface-table.ts'
import { firstMismatch, type PacketContext } from './mismatch.ts'
import { classicVerdictAt, type Hook, type MatchInput, VERDICT, type Verdict } from './packet-input.ts'
import { ruleToText, targetName } from './rule-text.ts'

/**
 * `no-match`, `disabled`: the rule did nothing; `counted`: it matched, has no target or one that ends nothing, evaluation goes on;
 * `jump`, `return`: it matched and led elsewhere; `verdict`: it decided; `end`: a user chain ended;
 * `policy`: the policy of the built-in chain decided.
 */
export type TraceOutcome =
  | 'no-match'
  | 'disabled'
  | 'counted'
  | 'jump'
  | 'return'
  | 'verdict'
  | 'end'
  | 'policy'

export interface TraceStep {
  chain: string
  /** Place of the rule in its chain, from 1; 0 for `end` and `policy`. */
  position: number
  /** 0 for `end` and `policy`. */
  ruleId: number
  /** How many jumps deep. */
  depth: number
  outcome: TraceOutcome
  /** The rule, or what stands in its place, as one line. */
  text: string
  /** What happened, as a sentence: the first field that did not match, or where it goes on. */
  why: string
}

export interface Trace {
  verdict: Verdict
  /** Of the rule that decided; 0 when a policy did. */
  ruleId: number
  /** As rules have changed them: what the packet carries to the next chain. */
  mark: number
  tos: number
  steps: TraceStep[]
}

interface Run {
  readonly rules: Rules
  readonly chains: ReadonlyMap<string, Chain>
  readonly matchRule: (rule: Rule) => string | null
  readonly steps: TraceStep[]
  readonly carried: { mark: number; tos: number }
}
type Decision = { verdict: Verdict; ruleId: number } | null

/**
 * @param rules as rulesSchema passed them
 * @param context way in and out (-1: none), and whether the packet's connection is known
 * @throws RangeError where the rules are endless for one packet (assertBounded)
 */
export function trace(
  rules: Rules,
  interfaces: InterfaceTable,
  hook: Hook,
  input: MatchInput,
  context: PacketContext,
): Trace {
  assertBounded(rules)
  const steps: TraceStep[] = []
  const carried = { mark: (context.mark ?? 0) >>> 0, tos: input.tos }
  const run: Run = {
    rules,
    chains: new Map(rules.chains.map((chain) => [chainLabel(chain), chain])),
    matchRule: (rule) =>
      firstMismatch(rule, { ...input, tos: carried.tos }, { ...context, mark: carried.mark }, interfaces),
    steps,
    carried,
  }
  const start = rules.chains[hook]!
  const { verdict, ruleId } = walk(run, start, 0) ?? decideByPolicy(rules, start, steps)
  const said = rules.dialect === 'classic' ? classicVerdictAt(hook, verdict) : verdict
  return { verdict: said, ruleId, ...carried, steps }
}

function walk(run: Run, chain: Chain, depth: number): Decision {
  for (const [index, rule] of chain.rules.entries()) {
    const step = tryRule(run, chain, rule, index + 1, depth)
    run.steps.push(step)
    if (step.outcome === 'return') return null
    if (step.outcome === 'verdict') return { verdict: verdictOf(rule)!, ruleId: rule.id }
    if (step.outcome === 'jump') {
      const decided = walk(run, run.chains.get(chainLabel(jumpIn(chain, rule)!))!, depth + 1)
      if (decided) return decided
    }
  }
  if (chain.policy === null)
    run.steps.push({
      chain: chainLabel(chain),
      position: 0,
      ruleId: 0,
      depth,
      outcome: 'end',
      text: `end of ${chainLabel(chain)}`,
      why: 'back to the rule after the jump',
    })
  return null
}

function tryRule(run: Run, chain: Chain, rule: Rule, position: number, depth: number): TraceStep {
  const label = chainLabel(chain)
  const { dialect } = run.rules
  const step = { chain: label, position, ruleId: rule.id, depth, text: ruleToText(rule, label, dialect) }
  if (!rule.enabled) return { ...step, outcome: 'disabled', why: 'the rule is switched off' }
  const mismatch = run.matchRule(rule)
  if (mismatch !== null) return { ...step, outcome: 'no-match', why: mismatch }
  carryOut(rule, run.carried)
  const jump = jumpIn(chain, rule)
  if (jump) return { ...step, outcome: 'jump', why: `matches: on to ${jump.name}` }
  if (verdictOf(rule)) return { ...step, outcome: 'verdict', why: `matches: ${targetName(rule, dialect)}` }
  if (!rule.target) return { ...step, outcome: 'counted', why: 'matches: counted, and on to the next rule' }
  if ('action' in rule.target)
    return { ...step, outcome: 'counted', why: `matches: ${rule.target.action}, and on to the next rule` }
  const back = chain.policy === null ? 'the rule after the jump' : 'the policy'
  return { ...step, outcome: 'return', why: `matches: back to ${back}` }
}

function verdictOf(rule: Rule): Verdict | null {
  if (!rule.target || !('verdict' in rule.target) || rule.target.verdict === 'RETURN') return null
  return VERDICT[rule.target.verdict]
}

/** What the rule changes that rules further on can see. */
function carryOut(rule: Rule, carried: Run['carried']): void {
  const { extra } = compileExtra(rule, [])
  carried.mark = (((carried.mark & extra.markAnd) ^ extra.markXor) + extra.markAdd) >>> 0
  carried.tos = (carried.tos & extra.tosAnd) ^ extra.tosXor
}

function decideByPolicy({ dialect }: Rules, chain: Chain, steps: TraceStep[]): NonNullable<Decision> {
  const policy = chain.policy ?? POLICIES[0]
  steps.push({
    chain: chainLabel(chain),
    position: 0,
    ruleId: 0,
    depth: 0,
    outcome: 'policy',
    text: `policy of ${chainLabel(chain)}`,
    why: `no rule decided: ${shownName(policy, dialect)}`,
  })
  return { verdict: VERDICT[policy], ruleId: 0 }
}
