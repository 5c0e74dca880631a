import {
  applianceSnapshot,
  maskOfBits,
  parseAddress,
  type Snapshot,
  snapshotSchema,
  withNoun,
} from '@bauta/config'
import { expect, it } from 'vitest'
import { noLinks } from '../links.ts'
import { findClash, movedTo } from './clash.ts'

const SNAPSHOT = applianceSnapshot([
  { name: 'wan0', role: 'wan' },
  { name: 'lan0', role: 'lan' },
])
function linksWith(text: string) {
  const [address = '', bits] = text.split('/')
  const links = noLinks()
  const net = { address: parseAddress(address)!, mask: maskOfBits(Number(bits)), bits: Number(bits) }
  links.devices.set('wan0', { name: 'wan0', ifindex: 2, up: true, mtu: 1500, mac: null, addresses: [net] })
  return links
}
const clash = (wan: string, snapshot: Snapshot = SNAPSHOT) => findClash(snapshot, linksWith(wan))

it('sees none where the provider’s network is another', () => {
  expect(clash('198.51.100.50/24')).toBeNull()
  expect(clash('192.168.78.50/24')).toBeNull()
  expect(findClash(SNAPSHOT, noLinks())).toBeNull()
})

it.each([
  ['the same', '192.168.77.50/24', '192.168.177.1/24'],
  ['a part', '192.168.77.50/28', '192.168.177.1/24'],
  ['all around', '192.168.1.50/16', '10.77.0.1/24'],
])('proposes a network beside the provider’s: %s', (_, wan, proposal) => {
  expect(clash(wan)).toMatchObject({ proposal })
})

it('leaves the home network of somebody else’s box alone', () => {
  expect(
    clash('192.168.77.50/24', { ...SNAPSHOT, lan: { ...SNAPSHOT.lan, addressing: 'system' } }),
  ).toBeNull()
})

it('moves the home network, and what DHCP gives away with it', () => {
  const next = withNoun(SNAPSHOT, 'lan', movedTo(SNAPSHOT.lan, '10.77.0.1/24'))
  expect(snapshotSchema.safeParse(next).success).toBe(true)
  expect(next.lan).toMatchObject({ address: '10.77.0.1', bits: 24 })
  expect(next.dhcp).toMatchObject({ from: '10.77.0.100', to: '10.77.0.249' })
  expect(clash('192.168.77.50/24', next)).toBeNull()
})
