import { expect, it } from 'vitest'
import { durationWords } from './duration.ts'

it.each([
  [7440, '2 h 4 min'],
  [7445, '2 h 4 min 5 s'],
  [60, '1 min'],
  [59, '59 s'],
  [864_000, '10 d'],
  [90_061, '1 d 1 h 1 min 1 s'],
])('%i s is %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words)
})

it.each([0, -5, 1.5, Number.NaN, '900', null, undefined])('says nothing about %s', (value) => {
  expect(durationWords(value)).toBe('')
})
