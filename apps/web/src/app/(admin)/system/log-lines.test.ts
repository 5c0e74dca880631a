import type { LogLine } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { joined } from './log-lines.ts'
import { splitUnit } from './words.ts'

const line = (id: number, text = `line ${id}`): LogLine => ({
  id,
  at: id,
  source: 'pppd',
  level: 'info',
  text,
})

it('joins pages that overlap, and believes the newer one', () => {
  const lines = joined([line(5), line(4, 'line 4 (3 times)')], [line(4), line(3)])
  expect(lines.map(({ text }) => text)).toEqual(['line 5', 'line 4 (3 times)', 'line 3'])
})

it('keeps what was fetched when new lines push the page on', () => {
  expect(joined([line(9), line(8)], joined([], [line(5), line(4)])).map(({ id }) => id)).toEqual([9, 8, 5, 4])
})

it('takes a figure and its unit apart', () => {
  expect(splitUnit('104 MB')).toEqual(['104', 'MB'])
  expect(splitUnit('–')).toEqual(['–', ''])
})
