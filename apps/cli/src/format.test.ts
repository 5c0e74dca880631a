import { expect, it } from 'vitest'
import { formatAmount, formatDuration, formatTable, printable } from './format.ts'

it.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3661, '1 h 1 min'],
  [86_400 * 3 + 59, '3 d'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [999_400, '999 kB'],
  [999_999, '1.00 MB'],
  [45_600_000, '45.6 MB'],
  [7.2e18, '7.20 EB'],
])('%d bytes are %s', (amount, text) => {
  expect(formatAmount(amount, 'B')).toBe(text)
})

it('makes columns', () => {
  expect(
    formatTable(
      [
        ['a', 'b'],
        ['long', '1'],
        ['x', '22', 'end'],
      ],
      [1],
    ),
  ).toBe('a      b\nlong   1\nx     22  end\n')
})

it('takes control characters out', () => {
  expect(printable('a\u001b[31m\u009bb\u202e\n')).toBe('a?[31m?b??')
})
