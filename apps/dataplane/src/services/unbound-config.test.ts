import { defaultSnapshot, dnsSchema } from '@bauta/config'
import { expect, test } from 'vitest'
import { renderUnbound } from './unbound-config.ts'

const tls = {
  ...defaultSnapshot().dns,
  transport: 'tls' as const,
  tlsServers: [
    { address: '9.9.9.9', name: 'dns.quad9.net' },
    { address: '149.112.112.112', name: 'dns.quad9.net' },
  ],
}

test('the file says it all', () => {
  const text = renderUnbound(tls, '/run/dns/unbound.pid', '/etc/ssl/certs/ca-certificates.crt')
  expect(text.slice(text.indexOf('  edns-buffer-size'))).toMatchInlineSnapshot(`
    "  edns-buffer-size: 1232
      # A server that failed is tried again soon: there are few, and no other way.
      infra-host-ttl: 30
      tls-cert-bundle: "/etc/ssl/certs/ca-certificates.crt"
    remote-control:
      control-enable: no
    forward-zone:
      name: "."
      forward-tls-upstream: yes
      forward-addr: 9.9.9.9@853#dns.quad9.net
      forward-addr: 149.112.112.112@853#dns.quad9.net
    "
  `)
  expect(text).toContain('interface: 127.0.0.1@5301\n')
})

test.each(['a.example"\nserver:', 'a b', 'a#b', 'a@853', "a'b", ''])(
  'a name that could break out of its line is no name: %j',
  (name) => {
    expect(dnsSchema.safeParse({ ...tls, tlsServers: [{ address: '9.9.9.9', name }] }).success).toBe(false)
  },
)
