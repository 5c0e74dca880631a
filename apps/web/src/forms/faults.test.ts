import { expect, it } from 'vitest'
import { faultsBelow, isUnder, messageAt, messageExactlyAt } from './faults.ts'

const FAULTS = [
  { path: ['hosts', 1, 'name'], message: 'listed twice' },
  { path: ['hosts'], message: 'too many' },
  { path: ['cacheSize'], message: 'at least 0' },
]

it('finds the first fault at a field or below it', () => {
  expect(messageAt(FAULTS, ['hosts', 1])).toBe('listed twice')
  expect(messageAt(FAULTS, ['hosts', 1, 'name'])).toBe('listed twice')
  expect(messageAt(FAULTS, ['hosts', 0])).toBeUndefined()
  expect(messageAt(FAULTS, [])).toBe('listed twice')
})

it('tells a list’s own fault from those of its entries', () => {
  expect(messageExactlyAt(FAULTS, ['hosts'])).toBe('too many')
  expect(messageExactlyAt(FAULTS, ['hosts', 1])).toBeUndefined()
})

it('takes an index for the same whether number or text, and 1 is not 10', () => {
  expect(isUnder(['hosts', 1, 'name'], ['hosts', '1'])).toBe(true)
  expect(isUnder(['hosts', 10], ['hosts', 1])).toBe(false)
})

it('shortens paths to what is left below', () => {
  expect(faultsBelow(FAULTS, ['hosts', 1])).toEqual([{ path: ['name'], message: 'listed twice' }])
})
