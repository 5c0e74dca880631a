import { applianceSnapshot, defaultSnapshot, faultsTogether, snapshotSchema, withNoun } from '@bauta/config'
import { expect, it } from 'vitest'
import { initialSnapshot, portRoles, withNewPorts, withWanAt } from './initial-snapshot.ts'

const APPLIANCE = { appliance: true, ports: [], roles: [] }

it('puts the first port outside and all others inside', () => {
  expect(portRoles(['eth0', 'eth1', 'eth2'])).toEqual([
    { name: 'eth0', role: 'wan' },
    { name: 'eth1', role: 'lan' },
    { name: 'eth2', role: 'lan' },
  ])
})

it('puts the port outside on which a provider answered', () => {
  expect(portRoles(['eth0', 'eth1'], 'eth1')).toEqual([
    { name: 'eth0', role: 'lan' },
    { name: 'eth1', role: 'wan' },
  ])
})

it('turns the roles round where the provider answers on a port of the home network, and only there', () => {
  const snapshot = applianceSnapshot(portRoles(['eth0', 'eth1', 'eth2']))
  expect(withWanAt(snapshot, 'eth2')?.interfaces.list).toEqual([
    { name: 'eth0', role: 'lan' },
    { name: 'eth1', role: 'lan' },
    { name: 'eth2', role: 'wan' },
  ])
  expect(withWanAt(snapshot, 'eth0')).toBeNull()
  expect(withWanAt(snapshot, 'eth9')).toBeNull()
  expect(withWanAt(applianceSnapshot(portRoles(['eth0'])), 'eth0')).toBeNull()
})

it('keeps an only port inside, so that the page can be reached', () => {
  expect(portRoles(['eth0'])).toEqual([{ name: 'eth0', role: 'lan' }])
})

for (const ports of [[], ['eth0'], ['eth0', 'eth1'], ['eth0', 'eth1', 'eth2']])
  it(`starts an appliance with ${ports.length} ports with settings that hold together`, () => {
    const snapshot = initialSnapshot(APPLIANCE, () => ports)(null)
    expect(snapshotSchema.safeParse(snapshot).error).toBeUndefined()
    expect(faultsTogether(snapshot)).toEqual([])
    expect(snapshot.lan.addressing).toBe('box')
  })

it('starts an appliance where it was after an unreadable file, with fresh rules', () => {
  const before = applianceSnapshot(portRoles(['eth0', 'eth1'], 'eth1'))
  before.lan = { ...before.lan, address: '10.9.0.1' }
  before.dhcp = { ...before.dhcp, from: '10.9.0.100', to: '10.9.0.200' }
  before.rules.chains[0]!.policy = 'ACCEPT'
  const snapshot = initialSnapshot(APPLIANCE, () => ['eth0', 'eth1'])(before)
  expect(snapshot.interfaces).toEqual(before.interfaces)
  expect(snapshot.lan.address).toBe('10.9.0.1')
  expect(snapshot.rules.chains[0]!.policy).toBe('DENY')
})

it('never makes the port that leads out a part of the home network because another one shows up', () => {
  const two = initialSnapshot(APPLIANCE, () => ['enp1s0', 'enp2s0'])(null)
  const next = withNewPorts(two, initialSnapshot(APPLIANCE, () => ['enp0s20u1', 'enp1s0', 'enp2s0'])(null))!
  expect(next.interfaces.list).toEqual([
    ...portRoles(['enp1s0', 'enp2s0']),
    { name: 'enp0s20u1', role: 'lan' },
  ])
  expect(next.internet).toEqual(two.internet)
})

it('takes a port in that shows up later, and a way out with it', () => {
  const alone = initialSnapshot(APPLIANCE, () => ['eth1'])(null)
  const moved = withNoun(alone, 'lan', { ...alone.lan, address: '192.168.177.1' })
  const next = withNewPorts(moved, initialSnapshot(APPLIANCE, () => ['eth0', 'eth1'])(null))!
  expect(next.interfaces.list).toEqual(portRoles(['eth0', 'eth1']))
  expect(next.internet.connections[0]!.method.kind).toBe('dhcp')
  expect(next.lan.address).toBe('192.168.177.1')
  expect(faultsTogether(next)).toEqual([])
  expect(withNewPorts(next, alone)).toBeNull()
})

it('takes the roles of the command line on a machine that is not an appliance', () => {
  const roles = [{ name: 'lan0', role: 'lan' as const }]
  expect(initialSnapshot({ ...APPLIANCE, appliance: false, roles })(null)).toEqual(defaultSnapshot(roles))
})
