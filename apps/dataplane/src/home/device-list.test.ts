import { parseAddress } from '@bauta/config'
import { expect, it } from 'vitest'
import { type DeviceFacts, deviceList } from './device-list.ts'

const NOW = 1_000_000_000
const TV = { mac: '3c:22:fb:10:20:30', address: '192.168.77.20' }
const FACTS: DeviceFacts = {
  leases: [],
  neighbours: [],
  traffic: new Map(),
  dhcp: { reservations: [], leaseSeconds: 3600 },
  hosts: [],
  maker: () => 'Apple, Inc.',
  seen: new Map(),
  refused: new Map(),
  now: NOW,
}
const lease = { ...TV, hostname: 'tv', clientId: null, expiresAt: NOW + 1_800_000 }
const traffic = (address: string, at = NOW) =>
  new Map([[parseAddress(address)!, { down: 500, up: 50, downRate: 8000, upRate: 80, connections: 2, at }]])

it('is empty where nothing tells of anybody', () => {
  expect(deviceList(FACTS)).toEqual([])
})

it('puts lease, neighbour and traffic of one machine together', () => {
  const neighbours = [{ ...TV, device: 'br-lan', reachable: true }]
  expect(deviceList({ ...FACTS, leases: [lease], neighbours, traffic: traffic(TV.address) })).toEqual([
    {
      id: TV.mac,
      ...TV,
      name: 'tv',
      named: 'itself',
      maker: 'Apple, Inc.',
      present: true,
      lastSeenAt: NOW,
      addressing: 'dhcp',
      connections: 2,
      rate: { down: 8000, up: 80 },
      refused: 0,
      bytes: { down: 500, up: 50 },
    },
  ])
})

it('says what was refused to it', () => {
  const refused = new Map([
    [TV.mac, 4800],
    ['192.168.77.9', 12],
  ])
  const list = deviceList({ ...FACTS, leases: [lease], traffic: traffic('192.168.77.9'), refused })
  expect(list.map((device) => [device.address, device.refused])).toEqual([
    ['192.168.77.9', 12],
    [TV.address, 4800],
  ])
})

it('prefers the name of the settings', () => {
  const reservations = [{ mac: TV.mac, address: TV.address, name: 'telly' }]
  const dhcp = { reservations, leaseSeconds: 3600 }
  expect(deviceList({ ...FACTS, leases: [lease], dhcp })[0]).toMatchObject({
    name: 'telly',
    named: 'settings',
    addressing: 'reserved',
  })
  const hosts = [{ name: 'screen', address: TV.address }]
  expect(deviceList({ ...FACTS, leases: [lease], hosts })[0]).toMatchObject({
    name: 'screen',
    named: 'settings',
  })
})

it('knows a machine with a fixed address by its neighbour entry, or by its traffic alone', () => {
  const neighbours = [{ ...TV, device: 'br-lan', reachable: false }]
  expect(deviceList({ ...FACTS, neighbours })[0]).toMatchObject({
    addressing: 'fixed',
    name: null,
    present: false,
  })
  expect(deviceList({ ...FACTS, traffic: traffic('192.168.77.30') })[0]).toMatchObject({
    id: '192.168.77.30',
    mac: null,
    maker: null,
    present: true,
  })
})

it('has a silent machine gone after a minute, whatever its lease says', () => {
  expect(
    deviceList({ ...FACTS, leases: [lease], traffic: traffic(TV.address, NOW - 59_000) })[0]!.present,
  ).toBe(true)
  const gone = deviceList({ ...FACTS, leases: [lease], traffic: traffic(TV.address, NOW - 61_000) })[0]!
  expect(gone).toMatchObject({ present: false, lastSeenAt: NOW - 61_000 })
})

it('is sorted by address, and one machine with two addresses is one', () => {
  const neighbours = ['192.168.77.100', '192.168.77.9'].map((address) => ({
    mac: TV.mac,
    address,
    device: 'br-lan',
    reachable: true,
  }))
  const other = { mac: '00:11:22:33:44:55', address: '192.168.77.10', device: 'br-lan', reachable: true }
  expect(deviceList({ ...FACTS, neighbours: [...neighbours, other] }).map(({ id }) => id)).toEqual([
    '00:11:22:33:44:55',
    TV.mac,
  ])
})
