import { defaultSnapshot } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { renderDns, stepBetween } from './dnsmasq-config.ts'

const paths = { servers: '/run/dns/dnsmasq.servers', hostsDir: '/run/dns/hosts', pid: '/run/dns/dnsmasq.pid' }
const context = {
  lanInterfaces: ['lan1', 'lan0'],
  listenAddresses: ['192.168.77.1'],
  providerServers: ['198.51.100.1'],
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
    expect(renderDns(full, context, paths)).toMatchInlineSnapshot(`
      {
        "conf": "# Written by Bauta from its settings; changes made here are overwritten.
      port=53
      bind-dynamic
      interface=lan0
      interface=lan1
      no-resolv
      no-poll
      no-hosts
      hostsdir=/run/dns/hosts
      servers-file=/run/dns/dnsmasq.servers
      pid-file=/run/dns/dnsmasq.pid
      user=nobody
      cache-size=10000
      dns-forward-max=1000
      edns-packet-max=1232
      domain-needed
      bogus-priv
      expand-hosts
      domain=home.arpa
      local=/home.arpa/
      local=/localhost/
      local=/invalid/
      local=/test/
      local=/local/
      log-facility=-
      log-queries=extra
      log-async=25
      stop-dns-rebind
      rebind-localhost-ok
      rebind-domain-ok=/plex.direct/corp.example/
      ",
        "hosts": "192.168.77.1 bauta
      192.168.77.50 nas
      ",
        "servers": "server=9.9.9.9
      server=192.168.77.9#5353
      server=/corp.example/10.0.0.1
      server=/corp.example/10.0.0.2
      ",
      }
    `)
  })
  it('fall back to the provider’s servers', () => {
    expect(renderDns(plain, context, paths).servers).toBe('server=198.51.100.1\n')
  })
  it('leave rebind protection out when it is off', () => {
    expect(renderDns({ ...plain, rebindProtection: false }, context, paths).conf).not.toContain('rebind')
  })
  it('never listen anywhere but on the LAN devices', () => {
    const { conf } = renderDns(full, context, paths)
    expect(conf.match(/^interface=.*$/gm)).toEqual(['interface=lan0', 'interface=lan1'])
    expect(conf).toContain('bind-dynamic')
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
    expect(step({ cacheSize: 5 })).toBe('restart')
    expect(stepBetween(null, renderDns(full, context, paths))).toBe('restart')
  })
})
