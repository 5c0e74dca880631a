import { applianceSnapshot } from '@bauta/config'
import type { ProbeReply } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { providerPort } from './household.ts'

const SNAPSHOT = applianceSnapshot([
  { name: 'eth0', role: 'wan' },
  { name: 'eth1', role: 'lan' },
])
const silent = (device: string): ProbeReply['ports'][number] => ({
  device,
  carrier: true,
  dhcp: null,
  pppoe: null,
})
const dhcp = (device: string, server: string) => ({
  ...silent(device),
  dhcp: { server, address: '203.0.113.7', bits: 24, gateway: server },
})
const pppoe = (device: string) => ({ ...silent(device), pppoe: { concentrator: 'bras', services: [] } })

it.each([
  ['nobody', [silent('eth0'), silent('eth1')], null],
  ['a DHCP server behind a LAN port', [silent('eth0'), dhcp('eth1', '203.0.113.1')], 'eth1'],
  ['PPPoE behind a LAN port', [silent('eth0'), pppoe('eth1')], 'eth1'],
  ['both ports: the way out stays', [dhcp('eth0', '203.0.113.1'), dhcp('eth1', '10.0.0.1')], 'eth0'],
  ['the box itself, over a switch', [silent('eth0'), dhcp('eth1', SNAPSHOT.lan.address)], null],
])('the provider answers: %s', (_, answers, port) => {
  expect(providerPort(answers, SNAPSHOT)).toBe(port)
})
