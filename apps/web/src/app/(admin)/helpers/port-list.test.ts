import { expect, it } from 'vitest'
import { portsOf, portsText } from './port-list.ts'

it.each([
  ['21', [21]],
  ['21, 2121', [21, 2121]],
  [' 21;2121  8021,', [21, 2121, 8021]],
  ['', []],
  ['21-25', [0]],
  ['ftp, 21', [0, 21]],
])('“%s”', (text, ports) => {
  expect(portsOf(text)).toEqual(ports)
})

it('is written as it is read', () => {
  expect(portsOf(portsText([21, 2121]))).toEqual([21, 2121])
})
