import { applianceSnapshot, snapshotSchema } from '@bauta/config'
import { describe, expect, test } from 'vitest'
import { renderDhcp } from './dhcp-config.ts'

const PATHS = { hook: '/opt/bauta/dhcp-hook.sh', lease: '/run/bauta/internet/lease' }

describe('dhcpcd’s file', () => {
  test('as a golden text', () => {
    expect(renderDhcp({ hostname: 'bauta-box' }, PATHS)).toBe(`\
# Written by Bauta from its settings; changes made here are overwritten.
ipv4only
noipv4ll
noarp
nodelay
reboot 3
lastlease
persistent
timeout 0
clientid
vendorclassid bauta
hostname bauta-box
option subnet_mask, broadcast_address, routers, classless_static_routes, domain_name_servers, interface_mtu
nodev
env BAUTA_LEASE=/run/bauta/internet/lease
script /opt/bauta/dhcp-hook.sh
`)
  })

  test('sends no host name unless one is wished', () => {
    expect(renderDhcp({ hostname: null }, PATHS)).not.toContain('hostname')
  })

  test.each(['a\nscript /tmp/x', 'a script', '-a', 'a;b', '$(a)', ''])(
    'never sees the host name %j: the schema has none such',
    (hostname) => {
      const snapshot = applianceSnapshot([{ name: 'lan0', role: 'lan' }])
      const [connection] = snapshot.internet.connections
      const method = { kind: 'dhcp', hostname, mac: null }
      const internet = { ...snapshot.internet, connections: [{ ...connection, method }] }
      expect(snapshotSchema.safeParse({ ...snapshot, internet }).success).toBe(false)
    },
  )
})
