import { defaultSnapshot } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { renderDns, stepBetween } from './dnsmasq-config.ts'

const paths = { servers: '/run/dns/dnsmasq.servers', hostsDir: '/run/dns/hosts', pid: '/run/dns/dnsmasq.pid' }
const context = {
  lanInterfaces: ['lan1', 'lan0'],
  listenAddresses: ['192.168.77.1'],
  clients: ['192.168.77.0/24'],
  providerServers: ['198.51.100.1'],
  boxName: 'bauta',
  timeServers: ['0.pool.ntp.org', '198.51.100.9'],
  leases: [{ address: '192.168.77.103', name: 'laptop' }],
}
const plain = defaultSnapshot().dns
const full = {
  ...plain,
  upstreams: ['9.9.9.9', '192.168.77.9:5353'],
  domains: [{ domain: 'corp.example', servers: ['10.0.0.1', '10.0.0.2'] }],
  hosts: [{ name: 'nas', address: '192.168.77.50' }],
  rebindAllow: ['plex.direct', 'corp.example'],
}

describe('the rendered files', () => {
  it('say it all', () => {
    const { conf, ...others } = renderDns(full, context, paths)
    const local = /^local=\/(?!home\.arpa).*\n/gm
    expect({ conf: conf.replaceAll(local, ''), ...others }).toMatchInlineSnapshot(`
      {
        "conf": "# Written by Bauta from its settings; changes made here are overwritten.
      port=5300
      listen-address=127.0.0.1
      bind-interfaces
      no-resolv
      no-poll
      no-hosts
      hostsdir=/run/dns/hosts
      servers-file=/run/dns/dnsmasq.servers
      pid-file=/run/dns/dnsmasq.pid
      user=nobody
      cache-size=10000
      dns-forward-max=8192
      min-port=1024
      max-port=65535
      edns-packet-max=1232
      proxy-dnssec
      domain-needed
      expand-hosts
      domain=home.arpa
      local=/home.arpa/
      address=/localhost/127.0.0.1
      address=/localhost/::1
      log-facility=-
      log-queries=extra
      log-async=25
      stop-dns-rebind
      rebind-domain-ok=/plex.direct/
      rebind-domain-ok=/corp.example/
      ",
        "hosts": "192.168.77.1 bauta.home.arpa bauta bauta.lan home.arpa
      192.168.77.50 nas
      ",
        "leases": "192.168.77.103 laptop.home.arpa laptop
      ",
        "servers": "server=9.9.9.9
      server=192.168.77.9#5353
      server=/corp.example/10.0.0.1
      server=/corp.example/10.0.0.2
      ",
      }
    `)
  })
  it('have no line that dnsmasq would not read whole', () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`
    const many = Array.from({ length: 200 }, (_, i) => `x${i}.${name}`)
    const files = renderDns({ ...full, rebindAllow: many }, context, paths)
    for (const line of `${files.conf}${files.servers}`.split('\n')) expect(line.length).toBeLessThan(1024)
  })
  it('fall back to the provider’s servers', () => {
    expect(renderDns(plain, context, paths).servers).toBe('server=198.51.100.1\n')
  })
  it('leave rebind protection out when it is off', () => {
    expect(renderDns({ ...plain, rebindProtection: false }, context, paths).conf).not.toContain('rebind')
  })
  it('listen on the loopback only', () => {
    const { conf } = renderDns(full, context, paths)
    expect(conf).toContain('\nlisten-address=127.0.0.1\nbind-interfaces\n')
    expect(conf).not.toMatch(/^interface=/m)
  })
  it('leave a local zone to the server that the settings name for it', () => {
    const domains = [{ domain: '10.IN-ADDR.arpa', servers: ['10.0.0.1'] }]
    const { conf } = renderDns({ ...plain, domains }, context, paths)
    expect(conf).not.toContain('local=/10.in-addr.arpa/')
    expect(conf).toContain('local=/168.192.in-addr.arpa/')
  })
  it('ask unbound for what has no server of its own, where TLS is wanted', () => {
    expect(renderDns({ ...full, transport: 'tls' }, context, paths).servers).toBe(
      'server=127.0.0.1#5301\nserver=/0.pool.ntp.org/198.51.100.1\nserver=/0.pool.ntp.org/9.9.9.9\nserver=/0.pool.ntp.org/192.168.77.9#5353\nserver=/corp.example/10.0.0.1\nserver=/corp.example/10.0.0.2\n',
    )
  })
  it('give no machine the box’s name, or one that the settings give to another', () => {
    const leases = ['bauta', 'NAS', 'laptop'].map((name, i) => ({ address: `192.168.77.10${i}`, name }))
    expect(renderDns(full, { ...context, leases }, paths).leases).toBe(
      '192.168.77.102 laptop.home.arpa laptop\n',
    )
  })
})

describe('names that machines give themselves', () => {
  it('bring nothing into the file but a name, and none that programs trust', () => {
    const names = [
      'WPAD',
      'localhost',
      'isatap',
      'a b',
      'x\n198.51.100.1 bank.example',
      'www.bank.example',
      '$(id)',
    ]
    const leases = [...names, 'my_pc'].map((name) => ({ address: '192.168.77.103', name }))
    expect(renderDns(full, { ...context, leases }, paths).leases).toBe(
      '192.168.77.103 my_pc.home.arpa my_pc\n',
    )
  })
})

describe('the mildest step', () => {
  const step = (change: Partial<typeof full>) =>
    stepBetween(renderDns(full, context, paths), renderDns({ ...full, ...change }, context, paths))
  it('is found for every change', () => {
    expect(step({})).toBe('nothing')
    expect(step({ hosts: [] })).toBe('hosts')
    expect(step({ upstreams: ['1.1.1.1'] })).toBe('reload')
    expect(step({ domains: [], hosts: [] })).toBe('reload')
    expect(
      stepBetween(renderDns(full, context, paths), renderDns(full, { ...context, leases: [] }, paths)),
    ).toBe('hosts')
    expect(step({ cacheSize: 5 })).toBe('restart')
    expect(stepBetween(null, renderDns(full, context, paths))).toBe('restart')
  })
})
