import { applianceSnapshot, type Snapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { LanService, overlap, parseKernelDevices } from './lan.ts'

const SNAPSHOT = applianceSnapshot([
  { name: 'eth0', role: 'wan' },
  { name: 'eth1', role: 'lan' },
])
const at = (address: string): Snapshot => ({ ...SNAPSHOT, lan: { ...SNAPSHOT.lan, address } })

const device = (ifname: string, addresses: string[] = [], more: object = {}) => ({
  ifname,
  flags: ['UP'],
  link_type: 'ether',
  address: '02:00:00:00:00:01',
  addr_info: addresses.map((text) => ({
    family: 'inet',
    local: text.split('/')[0],
    prefixlen: Number(text.split('/')[1]),
  })),
  ...more,
})

/** A kernel that stays as it is and notes what it is told. */
function kernel(...devices: object[]) {
  const told: string[] = []
  const service = new LanService(async (words) => {
    if (words[0] === '-j') return JSON.stringify(devices)
    told.push(words.join(' '))
    return ''
  })
  return { told, service }
}
const running = (address: string) => [
  device('br-lan', [address], { ifalias: 'bauta', linkinfo: { info_kind: 'bridge' } }),
  device('eth1', [], { master: 'br-lan' }),
]

it('reads devices as the kernel prints them', () => {
  const [bridge, ppp] = parseKernelDevices(
    JSON.stringify([
      ...running('192.168.77.1/24').slice(0, 1),
      { ...device('ppp0', ['203.0.113.7/32']), link_type: 'ppp', flags: [] },
    ]),
  ).values()
  expect(bridge).toEqual({
    name: 'br-lan',
    mac: '02:00:00:00:00:01',
    kind: 'bridge',
    alias: 'bauta',
    master: null,
    up: true,
    addresses: ['192.168.77.1/24'],
  })
  expect(ppp).toMatchObject({ mac: null, kind: null, up: false, addresses: ['203.0.113.7/32'] })
})

it('closes the ports of an appliance that play no part, and no port of somebody’s Linux machine', async () => {
  const closed: string[] = []
  const silent = async (words: string[]) => (words[0] === '-j' ? '[]' : '')
  const service = new LanService(silent, (port) => closed.push(port))
  const list = [...SNAPSHOT.interfaces.list, { name: 'eth2', role: 'unused' as const }]
  await service.apply({ ...SNAPSHOT, interfaces: { list }, lan: { ...SNAPSHOT.lan, addressing: 'system' } })
  expect(closed).toEqual([])
  await service.apply({ ...SNAPSHOT, interfaces: { list } })
  expect(closed).toEqual(['eth2'])
})

it('tells what it did, in words, and nothing the second time', async () => {
  const fresh = kernel(device('eth1'))
  expect(await fresh.service.apply(SNAPSHOT)).toEqual([
    'br-lan made',
    'eth1 joined the home network',
    'the box is 192.168.77.1/24 in the home network',
  ])
  const again = kernel(...running('192.168.77.1/24'))
  expect(await again.service.apply(SNAPSHOT)).toEqual([])
  expect(again.told).toEqual([])
})

it('refuses to move onto the network of another device', async () => {
  const { service, told } = kernel(...running('192.168.77.1/24'), device('eth0', ['192.168.178.23/24']))
  await expect(service.apply(at('192.168.178.1'))).rejects.toThrow(
    'the home network 192.168.178.0/24 would overlap with 192.168.178.0/24, which eth0 is in',
  )
  expect(told).toEqual([])
})

it('keeps a home network that was there before the provider came with the same', async () => {
  const { service } = kernel(...running('192.168.77.1/24'), device('eth0', ['192.168.77.50/24']))
  expect(await service.apply(SNAPSHOT)).toEqual([])
})

it('makes the home network at start although the provider has the same: nobody could reach the page otherwise', async () => {
  const { service } = kernel(device('eth1'), device('eth0', ['192.168.77.50/24']))
  expect(await service.apply(SNAPSHOT)).toContain('the box is 192.168.77.1/24 in the home network')
})

it('goes back to where it was, whatever is there: an apply that failed changes nothing', async () => {
  const devices = [...running('192.168.77.1/24'), device('eth0', ['192.168.77.50/24'])]
  const { service } = kernel(...devices)
  await service.apply(SNAPSHOT)
  await service.apply(at('10.77.0.1'))
  devices[0] = running('10.77.0.1/24')[0]!
  await expect(service.apply(SNAPSHOT)).resolves.toBeDefined()
})

it('knows when two networks overlap, whichever is larger', () => {
  expect(overlap('192.168.77.1/24', '192.168.77.200/29')).toBe(true)
  expect(overlap('10.77.0.1/24', '10.0.0.1/8')).toBe(true)
  expect(overlap('192.168.77.1/24', '192.168.78.1/24')).toBe(false)
})
