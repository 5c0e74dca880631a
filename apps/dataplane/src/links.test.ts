import { expect, test } from 'vitest'
import { parseDevices, parseRoutes } from './links.ts'

const DEVICES = JSON.stringify(
  [
    {
      ifindex: 1,
      ifname: 'lo',
      flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
      mtu: 65536,
      link_type: 'loopback',
      address: '00:00:00:00:00:00',
      addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, scope: 'host' }],
    },
    {
      ifindex: 2,
      ifname: 'lan0',
      flags: ['BROADCAST', 'UP', 'LOWER_UP'],
      mtu: 1500,
      link_type: 'ether',
      address: '02:00:00:00:00:01',
      addr_info: [
        { family: 'inet', local: '192.168.77.1', prefixlen: 24, scope: 'global' },
        { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
      ],
    },
    {
      ifindex: 3,
      ifname: 'ppp0',
      flags: ['POINTOPOINT', 'UP', 'LOWER_UP'],
      mtu: 1492,
      link_type: 'ppp',
      addr_info: [
        { family: 'inet', local: '203.0.113.24', address: '203.0.113.1', prefixlen: 32, scope: 'global' },
      ],
    },
    {
      ifindex: 4,
      ifname: 'eth1',
      flags: ['BROADCAST', 'UP'],
      mtu: 1500,
      link_type: 'ether',
      address: '02:00:00:00:00:02',
      addr_info: [],
    },
    {},
  ].filter((entry) => 'ifname' in entry),
)

test('devices, with the own address of a point-to-point link, not the other end’s', () => {
  const devices = parseDevices(DEVICES)
  expect([...devices.keys()]).toEqual(['lan0', 'ppp0', 'eth1'])
  expect(devices.get('lan0')).toEqual({
    name: 'lan0',
    ifindex: 2,
    up: true,
    mtu: 1500,
    mac: '02:00:00:00:00:01',
    addresses: [{ address: 0xc0a84d01, mask: 0xffffff00, bits: 24 }],
  })
  expect(devices.get('ppp0')).toMatchObject({
    mac: null,
    addresses: [{ address: 0xcb007118, mask: 0xffffffff }],
  })
  expect(devices.get('eth1')).toMatchObject({ up: false })
})

test('a device of SLIP is known by its kind, whatever the headers are', () => {
  const kinds = ['slip', 'cslip', 'adapt', 'ppp', 'none']
  const text = JSON.stringify(
    kinds.map((link_type, i) => ({
      ifindex: i + 1,
      ifname: `d${i}`,
      flags: ['POINTOPOINT', 'UP', 'LOWER_UP'],
      mtu: 1006,
      link_type,
      addr_info: [],
    })),
  )
  const found = [...parseDevices(text).values()]
  expect(found.map(({ slip = false }) => slip)).toEqual([true, true, true, false, false])
  expect(found.every(({ mac }) => mac === null)).toBe(true)
})

test('routes that lead somewhere', () => {
  const text = JSON.stringify([
    { dst: 'default', gateway: '198.51.100.1', dev: 'wan0', flags: [] },
    { dst: '192.168.77.0/24', dev: 'lan0', protocol: 'kernel', scope: 'link', flags: [] },
    { dst: '10.1.0.0/16', gateway: '192.168.77.9', dev: 'lan0', flags: ['linkdown'] },
    { dst: '203.0.113.1', dev: 'ppp0', flags: [] },
    { type: 'blackhole', dst: '10.0.0.0/8', flags: [] },
  ])
  expect(parseRoutes(text)).toEqual([
    { network: 0, mask: 0, device: 'wan0', gateway: 0xc6336401 },
    { network: 0xc0a84d00, mask: 0xffffff00, device: 'lan0', gateway: null },
    { network: 0xcb007101, mask: 0xffffffff, device: 'ppp0', gateway: null },
  ])
  expect(parseRoutes('')).toEqual([])
})
