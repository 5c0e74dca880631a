import { applianceSnapshot, defaultSnapshot } from '@bauta/config'
import { expect, test } from 'vitest'
import { benchLinks } from './path/bench.ts'
import { dnsContext, nameServersOf, pathServers } from './services.ts'

test('DNS serves the LAN interfaces that exist', () => {
  const roles = ['lan0', 'lan9'].map((name) => ({ name, role: 'lan' as const }))
  const context = dnsContext(defaultSnapshot([...roles, { name: 'wan0', role: 'wan' }]), benchLinks())
  expect(context).toMatchObject({ lanInterfaces: ['lan0'], listenAddresses: ['192.168.77.1'] })
})

test('the provider’s name servers, without the box itself', () => {
  const text =
    '# made by dhcp\nnameserver 198.51.100.1\nnameserver 127.0.0.53\nnameserver 192.168.77.1\nnameserver fe80::1\nsearch lan\n'
  expect(nameServersOf(text, new Set(['192.168.77.1']))).toEqual(['198.51.100.1'])
})

test('a provider cannot make the box ask itself', () => {
  const roles = [{ name: 'lan0', role: 'lan' as const }]
  const said = ['127.0.0.1', '0.0.0.0', '192.168.77.1', '198.51.100.1']
  expect(dnsContext(defaultSnapshot(roles), benchLinks(), said).providerServers).toEqual(['198.51.100.1'])
})

test('the path goes on with the servers that a former process knew until somebody knows better', () => {
  const box = applianceSnapshot([
    { name: 'wan0', role: 'wan' },
    { name: 'lan0', role: 'lan' },
  ])
  const before = ['203.0.113.53']
  expect(pathServers(box, null, before, benchLinks())).toEqual(before)
  expect(pathServers(box, null, [], benchLinks()), 'not those of the system').toEqual([])
  expect(pathServers(box, [], before, benchLinks())).toEqual([])
  expect(pathServers(box, ['203.0.113.54', '192.168.77.1'], before, benchLinks())).toEqual(['203.0.113.54'])
})
