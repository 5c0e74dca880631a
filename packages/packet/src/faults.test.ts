import { expect, test } from 'vitest'
import { FAULT, FAULTS } from './faults.ts'

test('the codes and the list are one', () => {
  const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  expect(Object.keys(FAULT).map(kebab)).toEqual(FAULTS.map(({ name }) => name))
  expect(Object.values(FAULT)).toEqual(FAULTS.map((_, index) => index))
})

test('every fault has a meaning of its own', () => {
  expect(new Set(FAULTS.map(({ meaning }) => meaning)).size).toBe(FAULTS.length)
})
