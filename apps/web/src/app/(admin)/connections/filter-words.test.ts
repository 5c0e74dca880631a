import { expect, it } from 'vitest'
import { setWord, unknownKeys, wordValue } from './filter-words.ts'

it('reads one word by its key', () => {
  expect(wordValue('tv PROTO:udp port:53', 'proto')).toBe('udp')
  expect(wordValue('tv', 'proto')).toBeNull()
})

it('replaces a word and leaves the others as they were', () => {
  expect(setWord('tv proto:udp', 'proto', 'tcp')).toBe('tv proto:tcp')
  expect(setWord('proto:udp tv proto:icmp', 'proto', null)).toBe('tv')
  expect(setWord('', 'server', '198.18.7.40')).toBe('server:198.18.7.40')
})

it('tells words that mean nothing, once each, and leaves addresses with ports alone', () => {
  expect(unknownKeys('age:1h age:2h proto:udp 198.18.7.40:443 tv')).toEqual(['age'])
})
