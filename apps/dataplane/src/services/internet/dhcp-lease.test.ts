import { expect, test } from 'vitest'
import { parseLease } from './dhcp-lease.ts'

const told = (of: Record<string, string>) =>
  Object.entries(of)
    .map(([name, value]) => `${name}=${value}\0`)
    .join('')

const BOUND = {
  interface: 'wan0',
  reason: 'BOUND',
  ifcarrier: 'up',
  new_ip_address: '198.51.100.50',
  new_subnet_cidr: '24',
  new_routers: '198.51.100.1 198.51.100.2',
  new_domain_name_servers: '198.51.100.53 198.51.100.54',
  new_dhcp_server_identifier: '198.51.100.1',
  new_dhcp_lease_time: '3600',
  new_dhcp_renewal_time: '1200',
}
const lease = {
  address: '198.51.100.50',
  bits: 24,
  gateway: '198.51.100.1',
  dnsServers: ['198.51.100.53', '198.51.100.54'],
  server: '198.51.100.1',
  renewal: 1200,
  duration: 3600,
  remembered: false,
}

test.each(['BOUND', 'RENEW', 'REBIND', 'REBOOT'])('a lease, told as %s', (reason) => {
  expect(parseLease(told({ ...BOUND, reason }))).toEqual({ kind: 'lease', lease })
})

test('one that is remembered, because no server answered', () => {
  expect(parseLease(told({ ...BOUND, reason: 'TIMEOUT' }))).toEqual({
    kind: 'lease',
    lease: { ...lease, remembered: true },
  })
})

test('a server that says little: renewed after half the time, a lease for ever counts as a year', () => {
  const { reason, new_ip_address } = BOUND
  expect(parseLease(told({ reason, new_ip_address, new_dhcp_lease_time: '4294967295' }))).toEqual({
    kind: 'lease',
    lease: {
      address: new_ip_address,
      bits: 32,
      gateway: null,
      dnsServers: [],
      server: 'unknown',
      renewal: 15_768_000,
      duration: 31_536_000,
      remembered: false,
    },
  })
})

test.each([
  [{ reason: 'NAK' }, 'refused'],
  [{ reason: 'EXPIRE' }, 'over'],
  [{ reason: 'EXPIRE', ifcarrier: 'down' }, 'no-carrier'],
  [{ reason: 'NOCARRIER', ifcarrier: 'down' }, 'no-carrier'],
  [{ reason: 'STOPPED' }, 'ended'],
  [{}, 'ended'],
])('%j: none, %s', (of, why) => {
  expect(parseLease(told(of as Record<string, string>))).toEqual({ kind: 'none', why })
})

test('nothing that is no address is believed, whatever the server sends', () => {
  const evil = {
    ...BOUND,
    new_domain_name_servers: '1.2.3.4\nserver=6.6.6.6 x; 8.8.8.8 999.1.1.1',
    new_routers: '`id`',
  }
  expect(parseLease(told(evil))).toMatchObject({ lease: { dnsServers: ['8.8.8.8'], gateway: null } })
  expect(parseLease(told({ ...BOUND, new_ip_address: '$(reboot)' }))).toEqual({ kind: 'none', why: 'ended' })
  expect(parseLease('reason=BOUND\nnew_ip_address=1.2.3.4')).toEqual({ kind: 'none', why: 'ended' })
})
