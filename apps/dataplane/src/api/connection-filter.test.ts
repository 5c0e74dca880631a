import { ConnectionTable, tableBytes } from '@bauta/masq'
import { expect, test } from 'vitest'
import { connectionFilter } from './connection-filter.ts'

test('a word before the colon that is no key is searched for as text', () => {
  const table = new ConnectionTable(new ArrayBuffer(tableBytes(64)), { capacity: 64, hashSeed: 1 })
  const lookup = { table, deviceName: () => 'toString:x', serverName: () => null }
  for (const word of ['constructor:x', 'nonsense:x', 'hasownproperty:x'])
    expect(connectionFilter(word, lookup)!(0)).toBe(false)
  expect(connectionFilter('tostring:x', lookup)!(0)).toBe(true)
})
