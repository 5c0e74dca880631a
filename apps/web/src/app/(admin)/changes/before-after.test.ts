import { anyRule, defaultSnapshot, type Snapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { beforeAfter } from './before-after.ts'

const BASE = defaultSnapshot([{ name: 'lan0', role: 'lan' }])
const change = (edit: (next: Snapshot) => void): ReturnType<typeof beforeAfter> => {
  const next = structuredClone(BASE)
  edit(next)
  return beforeAfter(BASE, next)
}

it('shows nothing where nothing differs', () => {
  expect(change(() => {})).toEqual([])
})

it('reads timeouts and ports', () => {
  const sections = change((next) => {
    next.timeouts.udp = 10
    next.ports.from = 2000
  })
  expect(sections).toEqual([
    {
      noun: 'timeouts',
      title: 'Timeouts',
      rows: [{ what: 'UDP', before: '300 s (5 min)', after: '10 s' }],
    },
    {
      noun: 'ports',
      title: 'Ports',
      rows: [{ what: 'Range', before: '1024 to 65535', after: '2000 to 65535' }],
    },
  ])
})

it('reads rules: edited, added, moved, switched', () => {
  const [section] = change((next) => {
    const input = next.rules.chains[0]!
    input.rules.reverse()
    input.rules[0]!.enabled = false
    next.rules.chains[2]!.rules.push({ ...anyRule(9), target: { verdict: 'DENY' } })
    next.rules.chains[2]!.policy = 'DENY'
  })
  expect(section!.rows.map(({ what }) => what)).toEqual([
    'Order in input',
    'Rule 2',
    'Chain output',
    'Order in output',
    'Rule 9',
  ])
  expect(section!.rows[0]).toEqual({ what: 'Order in input', before: '#1 #2', after: '#2 #1' })
  expect(section!.rows[1]!.after).toMatch(/ACCEPT \(off\)/)
  expect(section!.rows[4]!.before).toBeNull()
})

it('reads names, domains and roles', () => {
  const sections = change((next) => {
    next.interfaces.list.push({ name: 'ppp0', role: 'wan' })
    next.dns.hosts.push({ name: 'nas', address: '192.168.77.9' })
    next.dns.rebindAllow.push('example.net')
  })
  expect(
    sections.flatMap(({ rows }) => rows.map(({ what, before, after }) => [what, before, after])),
  ).toEqual([
    ['ppp0', null, 'wan'],
    ['Private addresses allowed', 'for no domain', 'example.net'],
    ['Name nas', null, '192.168.77.9'],
  ])
})
