import { expect, it } from 'vitest'
import { mutantsOf, mutated, sample } from './mutants.ts'

/** Every program that one change makes of a line. */
const changes = (text: string) => mutantsOf('x.ts', text).map((mutant) => mutated(text, mutant))

it('changes operators, and conditions to both of their values', () => {
  expect(changes('x = a < b ? c : d')).toEqual([
    ';',
    'x = true ? c : d',
    'x = false ? c : d',
    'x = a <= b ? c : d',
    'x = a >= b ? c : d',
  ])
  expect(changes('let x = a && !b')).toEqual(['let x = a || !b', 'let x = a && b'])
  expect(changes('const x = a >>> 3')).toEqual(['const x = a << 3'])
})

it('leaves statements out, turns counting around, empties texts and lists', () => {
  expect(changes('f(a)')).toEqual([';'])
  expect(changes('const x = [i++]')).toEqual(['const x = []', 'const x = [i--]'])
  expect(changes("const x = { a: 'b' }")).toEqual(["const x = { a: '' }"])
  expect(changes('const x = a?.b.some(c)')).toEqual(['const x = a?.b.every(c)', 'const x = a.b.some(c)'])
})

it('finds nothing in types, imports, names and numbers', () => {
  const types =
    "import { a } from 'b'\ntype T = 'c' | (A & B)\ninterface I { 'd': string }\nexport * from 'e'\n"
  expect(changes(`${types}const x = { 'y': 5 }\nlet z = -1 as T`)).toEqual([])
})

it('draws the same lots for the same seed, each once', () => {
  const all = Array.from({ length: 100 }, (_, i) => i)
  expect(sample(all, 20, 3)).toEqual(sample(all, 20, 3))
  expect(sample(all, 20, 3)).not.toEqual(sample(all, 20, 4))
  expect(sample(all, 500, 3).toSorted((a, b) => a - b)).toEqual(all)
})
