import { expect, test } from 'vitest'
import { applianceSnapshot, type Snapshot } from './snapshot.ts'
import { faultsTogether } from './together.ts'

function box(constant: string[], change: Partial<Snapshot> = {}): Snapshot {
  const snapshot = applianceSnapshot([
    { name: 'enp1s0', role: 'wan' },
    { name: 'enp2s0', role: 'lan' },
  ])
  return { ...snapshot, ...change, dns: { ...snapshot.dns, constant } }
}

const fixed: Snapshot['internet'] = {
  use: 'Line',
  dialers: [],
  connections: [
    {
      name: 'Line',
      method: { kind: 'static', address: '203.0.113.7', bits: 29, gateway: '203.0.113.1', dnsServers: [] },
      when: 'always',
      idleSeconds: 300,
    },
  ],
}

test('constant DNS addresses are in none of the box’s networks', () => {
  const said = (snapshot: Snapshot) => faultsTogether(snapshot).map(({ path, message }) => [path, message])
  expect(said(box(['10.2.0.1', '192.168.78.1', '203.0.113.7']))).toEqual([])
  expect(said(box(['10.2.0.1', '192.168.77.53']))).toEqual([
    [
      ['dns', 'constant', 1],
      '192.168.77.53 is in the home network (192.168.77.0/24); take one that is in none of the box’s networks, such as 10.2.0.1',
    ],
  ])
  expect(said(box(['203.0.113.6'], { internet: fixed }))).toEqual([
    [['dns', 'constant', 0], expect.stringContaining('the provider’s network (203.0.113.0/29)')],
  ])
  expect(said(box(['203.0.113.8'], { internet: fixed }))).toEqual([])
})

test('where the operating system makes the home network, the settings do not know it', () => {
  const { lan } = box([])
  expect(
    faultsTogether(
      box(['192.168.77.53'], {
        lan: { ...lan, addressing: 'system' },
        dhcp: { ...box([]).dhcp, enabled: false },
      }),
    ),
  ).toEqual([])
})
