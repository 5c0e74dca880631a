import { applianceSnapshot, internetSchema } from '@bauta/config'
import type { ProbeReply } from '@bauta/control/schemas'
import { describe, expect, it } from 'vitest'
import { EMPTY_FORM, findingOf, rolesWith, withAnswers } from './finding.ts'

const port = (device: string, more: Partial<ProbeReply['ports'][number]> = {}) => ({
  device,
  carrier: true,
  dhcp: null,
  pppoe: null,
  ...more,
})

describe('findingOf', () => {
  it('names who answered, and where', () => {
    const dhcp = { server: '203.0.113.1', address: '203.0.113.24', bits: 24, gateway: null }
    const found = findingOf({
      ports: [port('enp1s0'), port('enp2s0', { dhcp })],
      wan: { device: 'enp2s0', method: 'dhcp' },
    })
    expect(found).toMatchObject({ method: 'dhcp', device: 'enp2s0', title: 'Found at enp2s0: DHCP' })
    expect(found.text).toContain('203.0.113.24')
    const pppoe = { concentrator: 'bras1', services: [] }
    expect(
      findingOf({ ports: [port('enp2s0', { pppoe })], wan: { device: 'enp2s0', method: 'pppoe' } }),
    ).toMatchObject({ method: 'pppoe', text: expect.stringContaining('bras1') })
  })
  it('tells a dead cable from a silent one', () => {
    const silent = findingOf({ ports: [port('a'), port('b', { carrier: false })], wan: null })
    expect(silent).toMatchObject({ method: null, title: 'Nobody answered' })
    const dark = findingOf({ ports: [port('a', { carrier: false })], wan: null })
    expect(dark).toMatchObject({ method: null, title: 'No port has a signal' })
  })
})

it('makes one port the WAN and keeps the others', () => {
  const list = [
    { name: 'a', role: 'wan' as const },
    { name: 'b', role: 'lan' as const },
    { name: 'c', role: 'unused' as const },
  ]
  const roles = (wan: string) => rolesWith({ list }, wan).list.map(({ name, role }) => `${name} ${role}`)
  expect(roles('b')).toEqual(['a lan', 'b wan', 'c unused'])
  expect(roles('a')).toEqual(['a wan', 'b lan', 'c unused'])
  expect(roles('d')).toEqual(['a lan', 'b lan', 'c unused', 'd wan'])
})

describe('withAnswers', () => {
  const { internet } = applianceSnapshot([])
  it('makes connections that the schema takes', () => {
    const forms = [
      EMPTY_FORM,
      { ...EMPTY_FORM, method: 'pppoe' as const, user: 'u@isp', password: 'p' },
      {
        ...EMPTY_FORM,
        method: 'static' as const,
        address: '198.51.100.7',
        gateway: '198.51.100.1',
        dns: '9.9.9.9, 1.1.1.1',
      },
      { ...EMPTY_FORM, method: 'serial' as const, user: 'u', password: 'p', phone: '0123' },
    ]
    for (const form of forms)
      expect(internetSchema.safeParse(withAnswers(internet, form)).error, form.method).toBeUndefined()
  })
  it('keeps what the wizard does not ask', () => {
    const before = structuredClone(internet)
    before.connections[0]!.method = { kind: 'pppoe', user: 'a', password: 'b', service: 'fast', mtu: 1480 }
    before.dialers.push({ name: 'lea', passwordHash: '$argon2id$x', connections: [] })
    const after = withAnswers(before, { ...EMPTY_FORM, method: 'pppoe', user: 'c', password: 'd' })
    expect(after.connections[0]!.method).toEqual({
      kind: 'pppoe',
      user: 'c',
      password: 'd',
      service: 'fast',
      mtu: 1480,
    })
    expect(after.dialers).toEqual(before.dialers)
  })
})
