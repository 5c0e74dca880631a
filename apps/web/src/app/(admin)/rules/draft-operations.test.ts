import { anyRule, defaultSnapshot, type Rules, rulesSchema } from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addChain,
  changesInWords,
  duplicateRule,
  findRule,
  insertRule,
  jumpsTo,
  keepRule,
  moveRule,
  nextNewId,
  placeOf,
  placeRule,
  removeChain,
  removeRule,
  renameChain,
  setPolicy,
  switchRule,
  toJudge,
  toSend,
} from './draft-operations.ts'

const RULES = defaultSnapshot([
  { name: 'lan0', role: 'lan' },
  { name: 'wan0', role: 'wan' },
]).rules
const order = (rules: Rules, chain: string) =>
  rules.chains.find((one) => one.name === chain)!.rules.map((rule) => rule.id)

describe('moving', () => {
  it('goes one place up or down, and stops at the ends', () => {
    expect(order(moveRule(RULES, 2, -1), 'input')).toEqual([2, 1])
    expect(order(moveRule(RULES, 1, 1), 'input')).toEqual([2, 1])
    expect(moveRule(RULES, 1, -1)).toEqual(RULES)
    expect(moveRule(RULES, 2, 1)).toEqual(RULES)
    expect(moveRule(RULES, 99, 1)).toEqual(RULES)
  })

  it('goes to another chain', () => {
    const moved = placeRule(RULES, 1, 'output', 0)
    expect(order(moved, 'input')).toEqual([2])
    expect(order(moved, 'output')).toEqual([1])
    expect(placeOf(moved, 1)).toEqual({ chain: 'output', at: 0 })
  })

  it('loses and doubles no rule, whatever is moved where', () => {
    const many = Array.from({ length: 6 }, (_, i) => anyRule(10 + i)).reduce(
      (rules, rule) => insertRule(rules, 'forward', rule),
      RULES,
    )
    const ids = [1, 2, 3, 10, 11, 12, 13, 14, 15]
    const step = fc.record({
      id: fc.constantFrom(...ids, 77),
      by: fc.integer({ min: -9, max: 9 }),
      chain: fc.constantFrom('input', 'forward', 'output', null),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const moved = steps.reduce(
          (rules, { id, by, chain }) => (chain ? placeRule(rules, id, chain, by) : moveRule(rules, id, by)),
          many,
        )
        const left = moved.chains.flatMap((one) => one.rules.map((rule) => rule.id))
        expect(left.sort((a, b) => a - b)).toEqual(ids)
      }),
    )
  })
})

describe('editing', () => {
  it('keeps an edited rule in its place', () => {
    const edited = keepRule(RULES, 'input', { ...findRule(RULES, 1)!, comment: 'other' })
    expect(order(edited, 'input')).toEqual([1, 2])
    expect(findRule(edited, 1)!.comment).toBe('other')
    expect(findRule(RULES, 1)!.comment).not.toBe('other')
  })

  it('adds, copies, switches and removes', () => {
    const id = nextNewId(RULES)
    const added = insertRule(RULES, 'forward', anyRule(id), 0)
    expect(order(added, 'forward')).toEqual([-1, 3])
    const copied = duplicateRule(added, 3)
    expect(order(copied, 'forward')).toEqual([-1, 3, -2])
    expect(findRule(switchRule(copied, 3, false), 3)!.enabled).toBe(false)
    expect(order(removeRule(copied, -1), 'forward')).toEqual([3, -2])
  })
})

describe('chains', () => {
  it('renames a chain together with every jump to it', () => {
    const rule = { ...anyRule(-1), target: { chain: 'guests' } }
    const rules = renameChain(insertRule(addChain(RULES, 'guests'), 'forward', rule), 'guests', 'visit')
    expect(rules.chains.at(-1)!.name).toBe('visit')
    expect(jumpsTo(rules, 'visit').map(({ id }) => id)).toEqual([-1])
    expect(jumpsTo(rules, 'guests')).toEqual([])
    expect(removeChain(rules, 'visit').chains).toHaveLength(3)
  })
})

describe('sending', () => {
  const draft = insertRule(insertRule(RULES, 'forward', anyRule(-1)), 'input', anyRule(-2), 0)

  it('leaves the numbering to the box', () => {
    expect(order(toSend(draft), 'input')).toEqual([0, 1, 2])
    expect(order(toSend(draft), 'forward')).toEqual([3, 0])
  })

  it('lets the schema judge before there are numbers', () => {
    expect(rulesSchema.safeParse(toJudge(draft)).success).toBe(true)
  })

  it('tells the changes, and names no number that is none', () => {
    expect(changesInWords(RULES, setPolicy(draft, 'output', 'DENY'))).toEqual([
      'Policy of output ACCEPT → DENY',
      'New rule in input: count anything',
      'New rule in forward: count anything',
    ])
  })
})
