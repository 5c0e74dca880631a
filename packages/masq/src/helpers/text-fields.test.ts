import { parseAddress } from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  findText,
  lineEnd,
  nextLine,
  Reading,
  readAddress,
  readDecimal,
  skipBlanks,
  standsAt,
} from './text-fields.ts'

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const reading = new Reading()

describe('reading text where it lies', () => {
  it('finds words in letters of either case, and not beyond the end', () => {
    const text = bytes('TRANSPORT: x; client_Port=1')
    expect(standsAt(text, 0, text.length, 'transport:')).toBe(true)
    expect(findText(text, 0, text.length, 'client_port=')).toBe(14)
    expect(findText(text, 0, 20, 'client_port=')).toBe(-1)
    expect(standsAt(text, -1, text.length, 't')).toBe(false)
  })
  it('takes a line apart from what ends it', () => {
    const text = bytes('a\r\nbc\nd')
    expect([nextLine(text, 0, 7), lineEnd(text, 0, 3)]).toEqual([3, 1])
    expect([nextLine(text, 3, 7), lineEnd(text, 3, 6)]).toEqual([6, 5])
    expect([nextLine(text, 6, 7), lineEnd(text, 6, 7)]).toEqual([7, 7])
    expect(skipBlanks(bytes(' \t x'), 0, 4)).toBe(3)
  })
  it.each([
    ['65535', true, 65535, 5],
    ['65536', false, 0, 0],
    ['12;', true, 12, 2],
    ['x', false, 0, 0],
    ['00000000000001', false, 0, 0],
  ])('reads the number %s', (text, there, value, end) => {
    expect(readDecimal(bytes(text), 0, text.length, 65535, reading)).toBe(there)
    if (there) expect([reading.value, reading.end]).toEqual([value, end])
  })
  it.each(['1.2.3', '1.2.3.256', '1.2.3.4.5', '1..2.3', '0001.2.3.4'])('%s is no address', (text) => {
    expect(readAddress(bytes(text), 0, text.length, reading)).toBe(false)
  })
  it('reads every address, also at the end of a sentence', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom('', '.', ':5060', '\r\n'), (text, behind) => {
        const all = bytes(text + behind)
        expect(readAddress(all, 0, all.length, reading)).toBe(true)
        expect(reading.value).toBe(parseAddress(text)! | 0)
        expect(reading.end).toBe(text.length)
      }),
    )
  })
})
