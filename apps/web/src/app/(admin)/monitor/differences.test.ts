import type { MonitorPacket } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { differences } from './differences.ts'

const packet: MonitorPacket = {
  interface: 'lan0',
  text: '',
  source: '192.168.77.11',
  sourcePort: 5000,
  destination: '93.184.216.34',
  destinationPort: 80,
  icmpId: null,
  ttl: 64,
  tos: 0,
  length: 60,
  sequence: 7,
}

it('marks what translation changed, and only that', () => {
  const after = { ...packet, interface: 'wan0', source: '203.0.113.24', sourcePort: 5001, ttl: 63 }
  const found = differences(packet, after)
  expect(
    found.filter(({ changed }) => changed).map(({ field, before, after: now }) => [field, before, now]),
  ).toEqual([
    ['from', '192.168.77.11:5000', '203.0.113.24:5001'],
    ['TTL', '64', '63'],
  ])
  expect(found.map(({ field }) => field)).toEqual(['from', 'to', 'TTL', 'length', 'sequence'])
})

it('names what only one of the two has', () => {
  const error = { ...packet, sourcePort: null, destinationPort: null, sequence: null, tos: 0xc0 }
  expect(differences(packet, error)).toContainEqual({
    field: 'TOS',
    before: '–',
    after: '0xc0',
    changed: true,
  })
})
