/** The household of the stand-in, with what a test needs to stand in it. */
import { anyRule } from '@bauta/config'
import type { Connection } from '@bauta/control'
import type { FakeDataplane } from '../fixtures/fake-dataplane.ts'
import type { Administrator } from './administrator.ts'

let added = 0

/**
 * Adds a connection that stays idle and that time does not take away; only somebody who ends it does.
 * @returns its id
 */
export function addConnection({ home }: FakeDataplane, fields: Partial<Connection>): string {
  const like = home.flows.find(({ row }) => row.protocol === 'TCP')!.row
  const id = `${900_000 + added++}.1`
  const row = {
    ...like,
    id,
    rate: 0,
    idle: 0,
    state: 'ESTABLISHED',
    timeout: 7440,
    expiresIn: 7440,
    ...fields,
  }
  home.flows.push({ appetite: 0, pause: 100_000, row })
  const { end, advance } = home
  let byTime = false
  home.advance = (to) => {
    byTime = true
    advance.call(home, to)
    byTime = false
  }
  home.end = (wanted) => (wanted !== id || !byTime) && end.call(home, wanted)
  return id
}

/** Settings and history that give every page something to show. */
export async function furnish(administrator: Administrator): Promise<void> {
  await administrator.reset()
  await administrator.change('rules', ({ chains }) => {
    chains[1]!.rules.unshift(
      {
        ...anyRule(0),
        comment: 'the television does not phone home',
        source: { network: '192.168.77.20', invert: false },
        destination: { network: '93.184.216.77', invert: false },
        target: { verdict: 'DENY' },
      },
      {
        ...anyRule(0),
        enabled: false,
        comment: 'no mail from the kitchen',
        source: { network: '192.168.77.22', invert: false },
        protocol: { number: 6, invert: false },
        destinationPorts: { from: 25, to: 25, invert: false },
        target: { verdict: 'REJECT' },
      },
    )
    chains.push({
      table: 'filter',
      name: 'guests',
      policy: null,
      rules: [{ ...anyRule(0), comment: 'no further', target: { verdict: 'DENY' } }],
    })
  })
  await administrator.change('timeouts', (timeouts) => {
    timeouts.udp = 120
  })
  await administrator.change('dns', (dns) => {
    dns.upstreams = ['9.9.9.9', '149.112.112.112']
    dns.domains = [{ domain: 'office.example', servers: ['10.20.0.53'] }]
    dns.hosts = [
      { name: 'bauta', address: '192.168.77.1' },
      { name: 'printer', address: '192.168.77.30' },
    ]
    dns.rebindAllow = ['office.example']
    dns.transport = 'tls'
    dns.tlsServers = [{ address: '9.9.9.9', name: 'dns.quad9.net' }]
    dns.blocklists = [
      { name: 'Advertising', url: 'https://lists.example/advertising/hosts.txt', enabled: true },
      { name: 'Malware', url: 'https://lists.example/missing.txt', enabled: true },
    ]
    dns.blockAllow = ['shop.example.org']
  })
  await administrator.change('lan', (lan) => {
    lan.addressing = 'box'
  })
  await administrator.change('dhcp', (dhcp) => {
    dhcp.enabled = true
    dhcp.reservations = [
      { mac: 'a8:23:fe:31:40:20', address: '192.168.77.20', name: 'television' },
      { mac: '24:0a:c4:9f:18:40', address: null, name: 'greenhouse' },
    ]
  })
  await administrator.change('time', (time) => {
    time.enabled = true
    time.serve = true
    time.servers = ['0.pool.ntp.org', '1.pool.ntp.org', '2.pool.ntp.org', '3.pool.ntp.org']
    time.zone = 'Europe/Vienna'
  })
}
