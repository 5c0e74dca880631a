import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitRate, bytes, clock, count, lasting, lastingShort, moment, percent, plural } from './format.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

it('groups thousands', () => {
  expect([0, 999, 1284, 62_228, 1_000_000].map(count).map(plain)).toEqual([
    '0',
    '999',
    '1 284',
    '62 228',
    '1 000 000',
  ])
  expect(plural(1, 'rule')).toBe('1 rule')
  expect(plain(plural(1284, 'query', 'queries'))).toBe('1 284 queries')
})

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [9999, '10.0 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [12.9e9, '12.9 GB'],
  ])('%d → %s', (value, text) => expect(bytes(value)).toBe(text))

  it('never needs more than four figures and a point', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (value) => {
        expect(bitRate(value)).toMatch(/^\d{1,4}(\.\d{1,2})? [kMGT]?bit\/s$/)
        expect(bytes(value)).toMatch(/^(\d{1,3}|\d\.\d\d|\d\d\.\d) [kMGTP]?B$/)
      }),
    )
  })
})

describe('times', () => {
  it.each([
    [0, '00:00'],
    [0.2, '00:01'],
    [291, '04:51'],
    [7440, '124:00'],
    [-3, '00:00'],
  ])('clock(%d) is %s', (seconds, text) => expect(clock(seconds)).toBe(text))

  it.each([
    [9.8, '9 s', '9 s'],
    [61, '1 min 1 s', '1 min'],
    [720, '12 min', '12 min'],
    [11_520, '3 h 12 min', '3 h'],
    [86_400 + 7200, '1 day 2 h', '1 d'],
    [41 * 86_400 + 3600, '41 days', '41 d'],
  ])('%d s lasts %s, in short %s', (seconds, long, short) => {
    expect(plain(lasting(seconds))).toBe(long)
    expect(lastingShort(seconds)).toBe(short)
  })

  it('names a moment as near as it is', () => {
    const now = new Date(2026, 10, 20, 20, 14).getTime()
    expect(moment(new Date(2026, 10, 20, 3, 12).getTime(), now)).toBe('today 03:12')
    expect(moment(new Date(2026, 1, 3, 3, 12).getTime(), now)).toBe('3 Feb 03:12')
    expect(moment(new Date(2025, 1, 3, 3, 12).getTime(), now)).toBe('3 Feb 2025')
  })
})

it('never calls a little nothing', () => {
  expect([0, 0.004, 0.035, 0.68, 1].map(percent)).toEqual(['0 %', '0.4 %', '3.5 %', '68 %', '100 %'])
  expect(percent(Number.NaN)).toBe('–')
})
