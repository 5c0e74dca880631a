import { expect, it } from 'vitest'
import { mergeFields, mergeList } from './merge.ts'

it('keeps my field and takes theirs for the rest', () => {
  const origin = { tcp: 1, udp: 2, icmp: 3 }
  expect(mergeFields(origin, { ...origin, tcp: 10 }, { ...origin, tcp: 5, udp: 20 })).toEqual({
    tcp: 10,
    udp: 20,
    icmp: 3,
  })
})

const entry = (name: string, address = '1') => ({ name, address })
const merge = (...lists: { name: string; address: string }[][]) =>
  mergeList(lists[0]!, lists[1]!, lists[2]!, ({ name }) => name)

it('joins what both added', () => {
  const origin = [entry('nas')]
  expect(merge(origin, [...origin, entry('tv')], [...origin, entry('lamp')])).toEqual([
    entry('nas'),
    entry('tv'),
    entry('lamp'),
  ])
})

it('drops what either removed, unless the other changed it', () => {
  const origin = [entry('a'), entry('b'), entry('c')]
  expect(merge(origin, [entry('b'), entry('c', '2')], [entry('a')])).toEqual([entry('c', '2')])
})

it('takes their change of an entry that I left alone', () => {
  expect(merge([entry('a')], [entry('a')], [entry('a', '9')])).toEqual([entry('a', '9')])
})
