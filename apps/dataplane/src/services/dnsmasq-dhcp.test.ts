import { applianceSnapshot, dhcpSchema } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { type DhcpPlan, dhcpPlan, rangeSize, renderDhcp } from './dnsmasq-dhcp.ts'

const PATHS = {
  conf: '/run/dhcp/dnsmasq.conf',
  pid: '/run/dhcp/dnsmasq.pid',
  leases: '/state/leases',
  known: '/state/known.json',
  reservations: '/run/dhcp/reservations',
  options: '/run/dhcp/options',
}
const { dhcp, lan } = applianceSnapshot([])
const PLAN: DhcpPlan = { dhcp, lan, domain: 'home.arpa', dnsServers: [], servesTime: true, known: [] }
const render = (plan: DhcpPlan) => renderDhcp(plan, 'br-lan', PATHS)
const reserve = (...reservations: DhcpPlan['dhcp']['reservations']) =>
  render({ ...PLAN, dhcp: { ...dhcp, reservations } })

describe('the DHCP server’s files', () => {
  it('say it all', () => {
    expect(render(PLAN)).toEqual({
      conf: `# Written by Bauta from its settings; changes made here are overwritten.
port=0
bind-dynamic
interface=br-lan
pid-file=/run/dhcp/dnsmasq.pid
user=nobody
log-facility=-
domain=home.arpa
dhcp-range=192.168.77.100,192.168.77.249,255.255.255.0,86400
dhcp-authoritative
dhcp-leasefile=/state/leases
dhcp-lease-max=650
dhcp-hostsfile=/run/dhcp/reservations
dhcp-optsfile=/run/dhcp/options
dhcp-name-match=set:not-a-name,wpad
dhcp-name-match=set:not-a-name,isatap
dhcp-ignore-names=tag:not-a-name
`,
      reservations: '\n',
      options:
        'option:router,0.0.0.0\noption:dns-server,0.0.0.0\noption:domain-name,home.arpa\noption:ntp-server,0.0.0.0\n',
    })
  })

  it('name other servers than the box where the settings do', () => {
    const { options } = render({
      ...PLAN,
      dhcp: { ...dhcp, dnsServers: ['192.168.77.9', '9.9.9.9'], ntpServers: ['192.168.77.8'] },
    })
    expect(options).toContain('option:dns-server,192.168.77.9,9.9.9.9\n')
    expect(options).toContain('option:ntp-server,192.168.77.8\n')
  })

  it('name no time server where the box is none', () => {
    expect(render({ ...PLAN, servesTime: false }).options).not.toContain('ntp')
  })

  it('keep the addresses of known machines', () => {
    const { reservations } = render({
      ...PLAN,
      dhcp: { ...dhcp, reservations: [{ mac: '3c:22:fb:10:20:30', address: '192.168.77.20', name: 'tv' }] },
      known: [{ mac: '3c:22:fb:10:20:31', address: '192.168.77.101' }],
    })
    expect(reservations).toBe(
      '3c:22:fb:10:20:30,192.168.77.20,tv.home.arpa\n3c:22:fb:10:20:31,192.168.77.101\n',
    )
  })

  it('hold a line per reservation: an address, a name, or both', () => {
    const { reservations } = reserve(
      { mac: '3c:22:fb:10:20:30', address: '192.168.77.20', name: 'tv' },
      { mac: '3c:22:fb:10:20:31', address: '192.168.77.21', name: '' },
      { mac: '3c:22:fb:10:20:32', address: null, name: 'phone' },
    )
    expect(reservations).toBe(
      '3c:22:fb:10:20:30,192.168.77.20,tv.home.arpa\n3c:22:fb:10:20:31,192.168.77.21\n3c:22:fb:10:20:32,phone.home.arpa\n',
    )
  })

  it.each(['ignore', 'infinite', '12', '1h', '45m'])('take the name “%s” for a name', (name) => {
    const { reservations } = reserve({ mac: '3c:22:fb:10:20:30', address: null, name })
    expect(reservations).toBe(`3c:22:fb:10:20:30,${name}.home.arpa\n`)
  })

  it.each(['tv,set:x', 'tv\ndhcp-script=/bin/sh', 'tv ', 'a.b', '#tv', 'tv,10.0.0.1'])(
    'can never be broken by a name: the schema refuses %j',
    (name) => {
      const reservations = [{ mac: '3c:22:fb:10:20:30', address: null, name }]
      expect(dhcpSchema.safeParse({ ...dhcp, reservations }).success).toBe(false)
    },
  )

  it('give room to no more leases than a flood may have', () => {
    const wide = { ...PLAN, dhcp: { ...dhcp, from: '10.77.0.2', to: '10.77.255.254' } }
    expect(render(wide).conf).toContain('\ndhcp-lease-max=10000\n')
  })
})

describe('what is given out', () => {
  const snapshot = applianceSnapshot([])
  it('is nothing where it is switched off, or where the operating system makes the home network', () => {
    expect(dhcpPlan({ ...snapshot, dhcp: { ...dhcp, enabled: false } }, [])).toBeNull()
    expect(dhcpPlan({ ...snapshot, lan: { ...lan, addressing: 'system' } }, [])).toBeNull()
  })
  it('are the provider’s name servers where the box answers no names, and else the box', () => {
    expect(dhcpPlan(snapshot, ['198.51.100.1'])).toMatchObject({
      dnsServers: [],
      servesTime: true,
      known: [],
    })
    const silent = { ...snapshot, dns: { ...snapshot.dns, enabled: false } }
    expect(dhcpPlan(silent, ['198.51.100.1'])).toMatchObject({ dnsServers: ['198.51.100.1'] })
  })
})

it('counts the addresses of a range, both ends', () => {
  expect(rangeSize({ from: '192.168.77.100', to: '192.168.77.249' })).toBe(150)
  expect(rangeSize({ from: '192.168.76.255', to: '192.168.77.0' })).toBe(2)
})
