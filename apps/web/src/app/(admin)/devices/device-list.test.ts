import type { Device } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { connectionsOf, inOrder, isFlooding, isInvented, matching, titleOf } from './device-list.ts'

const device = (address: string, more: Partial<Device> = {}): Device => ({
  id: address,
  mac: '3c:22:fb:10:20:30',
  address,
  name: null,
  named: 'nobody',
  maker: null,
  present: true,
  lastSeenAt: 0,
  addressing: 'dhcp',
  connections: 0,
  rate: { down: 0, up: 0 },
  refused: 0,
  bytes: { down: 0, up: 0 },
  ...more,
})

it('shows who is there before who was, each by address', () => {
  const rows = [device('192.168.77.100'), device('192.168.77.9', { present: false }), device('192.168.77.20')]
  expect(inOrder(rows).map(({ address }) => address)).toEqual([
    '192.168.77.20',
    '192.168.77.100',
    '192.168.77.9',
  ])
})

it('says that a device floods, not that a packet was lost', () => {
  expect(isFlooding(device('192.168.77.20', { refused: 99 }))).toBe(false)
  expect(isFlooding(device('192.168.77.20', { refused: 100 }))).toBe(true)
})

it('finds by every word', () => {
  const rows = [
    device('192.168.77.20', { name: 'television', maker: 'LG' }),
    device('192.168.77.21', { name: 'phone' }),
  ]
  expect(matching(rows, 'lg 77.20').map(({ name }) => name)).toEqual(['television'])
  expect(matching(rows, '')).toHaveLength(2)
})

it('calls a device by what is known of it', () => {
  expect(titleOf({ name: 'nas', maker: 'Synology' })).toBe('nas')
  expect(titleOf({ name: null, maker: 'Espressif' })).toBe('Espressif device')
  expect(titleOf({ name: null, maker: null })).toBe('Unknown device')
})

it('knows an invented hardware address', () => {
  expect(isInvented('5a:91:0e:77:02:c4')).toBe(true)
  expect(isInvented('3c:22:fb:10:20:30')).toBe(false)
})

it('leads to its connections', () =>
  expect(connectionsOf('10.0.0.1')).toBe('/connections?q=client%3A10.0.0.1'))
