import { expect, it } from 'vitest'
import { pathInterfaces } from './path-interfaces.ts'
import { applianceSnapshot, defaultSnapshot } from './snapshot.ts'

const ports = [
  { name: 'enp1s0', role: 'wan' as const },
  { name: 'enp2s0', role: 'lan' as const },
  { name: 'enp3s0', role: 'lan' as const },
]

it('are the ports themselves where the system makes the networks', () => {
  expect(pathInterfaces(defaultSnapshot(ports))).toEqual(ports)
})
it('join the LAN ports to one bridge where the box makes the home network', () => {
  expect(pathInterfaces(applianceSnapshot(ports))).toEqual([
    { name: 'enp1s0', role: 'wan' },
    { name: 'enp2s0', role: 'unused' },
    { name: 'enp3s0', role: 'unused' },
    { name: 'br-lan', role: 'lan' },
  ])
})
it('go out through the PPP session, not through the port that carries it', () => {
  const snapshot = applianceSnapshot(ports)
  const method = { kind: 'pppoe', user: 'u', password: 'p', service: '', mtu: 'auto' } as const
  snapshot.internet.connections.push({ name: 'DSL', method, when: 'always', idleSeconds: 300 })
  const wans = (use?: string) => pathInterfaces(snapshot, use).filter(({ role }) => role === 'wan')
  expect(wans()).toEqual([{ name: 'enp1s0', role: 'wan' }])
  expect(wans('DSL')).toEqual([{ name: 'ppp0', role: 'wan' }])
})
