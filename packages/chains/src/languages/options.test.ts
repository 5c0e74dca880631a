/** getopt_long, as the programs of then read their words. */
import { describe, expect, it } from 'vitest'
import { Options, type OptionTable, PLAIN } from './options.ts'

const TABLE: OptionTable = {
  short: { a: 0, b: 0, v: 1, m: 2 },
  long: { append: ['a', 0], apply: ['z', 0], value: ['v', 1], valued: ['v', 1], maybe: ['m', 2] },
}
const read = (...words: string[]) => {
  const options = new Options(words, TABLE)
  const all: [string, string | null][] = []
  for (let one = options.next(); one; one = options.next()) all.push([one.code, one.value])
  return all
}
const refusal = (...words: string[]) => {
  try {
    read(...words)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe('letters', () => {
  it('stand alone, joined, with their value attached or behind', () => {
    expect(read('-a', '-ab', '-v', 'x', '-vx', '-abvx')).toEqual([
      ['a', null],
      ['a', null],
      ['b', null],
      ['v', 'x'],
      ['v', 'x'],
      ['a', null],
      ['b', null],
      ['v', 'x'],
    ])
  })

  it('that may have a value have one only when it is attached', () => {
    expect(read('-m', 'x', '-mx')).toEqual([
      ['m', null],
      [PLAIN, 'x'],
      ['m', 'x'],
    ])
  })

  it('are refused where nobody knows them, or their value is missing', () => {
    expect(refusal('-q')).toBe('invalid option -- q')
    expect(refusal('-aq')).toBe('invalid option -- q')
    expect(refusal('-v')).toBe('option requires an argument -- v')
    expect(refusal('-toString')).toBe('invalid option -- t')
    expect(read('-v', '-a')).toEqual([['v', '-a']])
  })
})

describe('long names', () => {
  it('may be begun, and have their value behind = or behind', () => {
    expect(read('--append', '--appe', 'x', '--value=1', '--value', '2', '--val', '3', '--value=')).toEqual(
      [
        ['a', null],
        ['a', null],
        [PLAIN, 'x'],
        ['v', '1'],
        ['v', '2'],
        ['v', '3'],
        ['v', ''],
      ].filter(([, value], i) => i !== 1 || value !== 'never') as [string, string | null][],
    )
  })

  it('that may have a value have one only behind =', () => {
    expect(read('--maybe', 'x', '--maybe=y')).toEqual([
      ['m', null],
      [PLAIN, 'x'],
      ['m', 'y'],
    ])
  })

  it('are refused where they are none, could be two, or have a value too many or too few', () => {
    expect(refusal('--what')).toBe("unrecognized option `--what'")
    expect(refusal('--=x')).toBe("unrecognized option `--'")
    expect(refusal('--ap')).toBe("option `--ap' is ambiguous")
    expect(refusal('--append=1')).toBe("option `--append' doesn't allow an argument")
    expect(refusal('--value')).toBe("option `--value' requires an argument")
    expect(refusal('--toString')).toBe("unrecognized option `--toString'")
  })
})

it('plain words, a lone dash and the end of the options', () => {
  expect(read('x', '-', '!', '-a')).toEqual([
    [PLAIN, 'x'],
    [PLAIN, '-'],
    [PLAIN, '!'],
    ['a', null],
  ])
  const options = new Options(['-a', '--', '-b'], TABLE)
  expect([options.next()?.code, options.next(), options.at]).toEqual(['a', null, 2])
})

it('a value that may be taken begins with neither a dash nor an exclamation mark', () => {
  const options = new Options(['one', '-two', '!three'], TABLE)
  expect([options.takeValue(), options.takeValue(), options.at]).toEqual(['one', null, 1])
  options.at = 2
  expect(options.takeValue()).toBeNull()
  options.at = 3
  expect(options.takeValue()).toBeNull()
})
