import { anyRule, defaultSnapshot, type Rules } from '@bauta/config'
import { expect, it } from 'vitest'
import {
  addChain,
  insertRule,
  keepRule,
  moveRule,
  placeRule,
  removeChain,
  removeRule,
  setPolicy,
  switchRule,
} from './draft-operations.ts'
import { putOnTop } from './put-on-top.ts'

const ORIGIN = [10, 11, 12].reduce(
  (rules, id) => insertRule(rules, 'forward', anyRule(id)),
  defaultSnapshot().rules,
)
const order = (rules: Rules, chain = 'forward') =>
  rules.chains.find((one) => one.name === chain)?.rules.map((rule) => rule.id)
const named = (id: number, comment: string) => ({ ...anyRule(id), comment })

it('changes nothing where I changed nothing, and is mine where they changed nothing', () => {
  const other = switchRule(moveRule(ORIGIN, 12, -2), 3, false)
  expect(putOnTop(ORIGIN, ORIGIN, other)).toEqual(other)
  expect(putOnTop(ORIGIN, other, ORIGIN)).toEqual(other)
})

it('joins edits of different rules; the same rule is mine', () => {
  const mine = keepRule(ORIGIN, 'forward', named(10, 'mine'))
  const theirs = keepRule(keepRule(ORIGIN, 'forward', named(10, 'theirs')), 'forward', named(11, 'theirs'))
  const merged = putOnTop(ORIGIN, mine, theirs).chains[1]!.rules
  expect(merged.map(({ comment }) => comment).slice(1)).toEqual(['mine', 'theirs', ''])
})

it('keeps what both added, each behind the rule it stood behind', () => {
  const mine = insertRule(ORIGIN, 'forward', anyRule(-1), 2)
  const theirs = insertRule(ORIGIN, 'forward', anyRule(20), 1)
  expect(order(putOnTop(ORIGIN, mine, theirs))).toEqual([3, 20, 10, -1, 11, 12])
})

it('keeps my order, with theirs put in', () => {
  const mine = moveRule(ORIGIN, 12, -3)
  const theirs = insertRule(ORIGIN, 'forward', anyRule(20), 2)
  expect(order(putOnTop(ORIGIN, mine, theirs))).toEqual([12, 3, 10, 20, 11])
})

it('removes what either removed, unless the other changed it', () => {
  const mine = keepRule(removeRule(ORIGIN, 10), 'forward', named(11, 'mine'))
  const theirs = removeRule(removeRule(ORIGIN, 11), 12)
  expect(order(putOnTop(ORIGIN, mine, theirs))).toEqual([3, 11])
})

it('leaves a rule once, whoever moved it to another chain', () => {
  const mine = placeRule(ORIGIN, 10, 'output', 0)
  const theirs = placeRule(ORIGIN, 11, 'input', 0)
  const merged = putOnTop(ORIGIN, mine, theirs)
  expect([order(merged, 'input'), order(merged), order(merged, 'output')]).toEqual([
    [11, 1, 2],
    [3, 12],
    [10],
  ])
})

it('joins chains and policies', () => {
  const base = addChain(ORIGIN, 'old')
  const mine = setPolicy(addChain(base, 'mine'), 'output', 'DENY')
  const theirs = setPolicy(removeChain(addChain(base, 'theirs'), 'old'), 'input', 'ACCEPT')
  const merged = putOnTop(base, mine, theirs)
  expect(merged.chains.map(({ name, policy }) => [name, policy])).toEqual([
    ['input', 'ACCEPT'],
    ['forward', 'DENY'],
    ['output', 'DENY'],
    ['theirs', null],
    ['mine', null],
  ])
})
