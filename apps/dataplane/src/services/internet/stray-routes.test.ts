import { parseNetwork } from '@bauta/config'
import { expect, test } from 'vitest'
import type { LinkRoute, Links } from '../../links.ts'
import { routesIntoTheHouse } from './stray-routes.ts'

const route = (text: string, device = 'wan0'): LinkRoute => {
  const net = parseNetwork(text)
  if (typeof net === 'string') throw new Error(net)
  return { network: net.address, mask: net.mask, device, gateway: 0xcb007101 }
}
const device = (name: string, network: number, mask: number) => ({
  name,
  ifindex: 1,
  up: true,
  mtu: 1500,
  mac: null,
  addresses: [{ address: network + 1, mask, bits: 24 }],
})
const house = (wan: number): Links => ({
  devices: new Map([
    ['br-lan', device('br-lan', 0xc0a84d00, 0xffffff00)],
    ['wan0', device('wan0', wan, 0xffffff00)],
  ]),
  routes: [],
})
const stray = (routes: LinkRoute[], wan = 0xcb007100) =>
  routesIntoTheHouse('wan0', { ...house(wan), routes }).length

test('a part of the home network, or all of it, leads into the house', () => {
  for (const text of ['192.168.77.0/25', '192.168.77.128/25', '192.168.77.0/24', '192.168.77.9/32'])
    expect([text, stray([route(text)])]).toEqual([text, 1])
})

test('everything else is the provider’s to say', () => {
  for (const text of [
    '0.0.0.0/0',
    '0.0.0.0/1',
    '192.168.0.0/16',
    '192.168.78.0/24',
    '10.0.0.0/8',
    '203.0.113.0/24',
  ])
    expect([text, stray([route(text)])]).toEqual([text, 0])
  expect(stray([route('192.168.77.0/25', 'br-lan')])).toBe(0)
  // Both networks are the same: told by home/clash.ts, and not mended by taking the port's own network away.
  expect(stray([route('192.168.77.0/24')], 0xc0a84d00)).toBe(0)
})
