/**
 * My draft of the rules on top of what somebody else saved meanwhile.
 *
 * Rule by rule (they have numbers that never change): what I edited, added, removed is as I have it, the rest is theirs. The
 * order of a chain is mine where I changed it, with their new rules behind the rule that they stand behind there;
 * otherwise theirs, with my new rules placed the same way.
 */
import { type Chain, type ChainIdentity, chainLabel, type Rule, type Rules } from '@bauta/config'
import { same } from '../../../forms/merge.ts'

type Numbered = Map<number, Rule>

const numbered = (rules: Rules): Numbered =>
  new Map(rules.chains.flatMap((chain) => chain.rules.map((rule) => [rule.id, rule])))
const idsOf = (rules: Rules, chain: string): number[] =>
  rules.chains.find((other) => chainLabel(other) === chain)?.rules.map((rule) => rule.id) ?? []

export function putOnTop(origin: Rules, mine: Rules, theirs: Rules): Rules {
  // Rules of two dialects cannot be put together: who switched has the word.
  if (mine.dialect !== theirs.dialect) return mine.dialect === origin.dialect ? theirs : mine
  const [before, my, their] = [numbered(origin), numbered(mine), numbered(theirs)]
  const chosen = (id: number): Rule | undefined => {
    const [was, here, there] = [before.get(id), my.get(id), their.get(id)]
    if (!was) return here ?? there
    if (!here) return undefined
    return same(was, here) ? there : here
  }
  const placed = new Set<number>()
  const chains = chainNames(origin, mine, theirs).map((name): Chain => {
    const rules = order(idsOf(origin, name), idsOf(mine, name), idsOf(theirs, name)).flatMap((id) => {
      const rule = placed.has(id) ? undefined : chosen(id)
      if (!rule || !belongs(id, name, origin, mine, theirs)) return []
      placed.add(id)
      return [rule]
    })
    const { table, name: own } = identityOf(name, mine, theirs)
    return { table, name: own, policy: policyOf(name, origin, mine, theirs), rules }
  })
  return { ...theirs, chains }
}

/** A rule that I moved to another chain stands where I put it; otherwise where they have it. */
function belongs(id: number, chain: string, origin: Rules, mine: Rules, theirs: Rules): boolean {
  const chainOf = (rules: Rules) => {
    const found = rules.chains.find((one) => one.rules.some((rule) => rule.id === id))
    return found && chainLabel(found)
  }
  const [was, here, there] = [chainOf(origin), chainOf(mine), chainOf(theirs)]
  return (was === here ? (there ?? here) : (here ?? there)) === chain
}

function order(before: number[], mine: number[], theirs: number[]): number[] {
  const [lead, other] = same(before, mine) ? [theirs, mine] : [mine, theirs]
  const result = [...lead]
  other.forEach((id, i) => {
    if (result.includes(id)) return
    const behind = i === 0 ? -1 : result.indexOf(other[i - 1]!)
    result.splice(i === 0 ? 0 : behind < 0 ? result.length : behind + 1, 0, id)
  })
  return result
}

function chainNames(origin: Rules, mine: Rules, theirs: Rules): string[] {
  const names = (rules: Rules) => rules.chains.map(chainLabel)
  const kept = names(theirs).filter((name) => names(mine).includes(name) || !names(origin).includes(name))
  const added = names(mine).filter((name) => !kept.includes(name) && !names(origin).includes(name))
  return [...kept, ...added]
}

function policyOf(name: string, ...[origin, mine, theirs]: [Rules, Rules, Rules]): Chain['policy'] {
  const of = (rules: Rules) => rules.chains.find((chain) => chainLabel(chain) === name)?.policy
  const here = of(mine)
  const there = of(theirs)
  if (here === undefined || there === undefined) return here ?? there ?? null
  return here === of(origin) ? there : here
}

const identityOf = (label: string, ...among: Rules[]): ChainIdentity =>
  among.flatMap(({ chains }) => chains).find((chain) => chainLabel(chain) === label)!
