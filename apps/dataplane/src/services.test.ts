import { defaultSnapshot } from '@bauta/config'
import { expect, test } from 'vitest'
import { benchLinks } from './path/bench.ts'
import { dnsContext, nameServersOf } from './services.ts'

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
