/** What the provider's DHCP server gave, from the environment of dhcpcd's hook. Nothing in it is believed before it is read as what it should be. */
import { parseAddress } from '@bauta/config'
import { parseEnvironment } from './environment-file.ts'

export interface DhcpLease {
  address: string
  bits: number
  gateway: string | null
  dnsServers: string[]
  server: string
  /** Seconds after which it is renewed, and is over. */
  renewal: number
  duration: number
  /** No server answered; what was given last time is used while it holds. */
  remembered: boolean
}

export type LeaseNews =
  | { kind: 'lease'; lease: DhcpLease }
  /** `refused`: the provider wants another address; `over`: it was not renewed; `no-carrier`; `ended`: dhcpcd was told to */
  | { kind: 'none'; why: 'refused' | 'over' | 'no-carrier' | 'ended' }

const WITHOUT: Record<string, Extract<LeaseNews, { kind: 'none' }>['why']> = {
  NAK: 'refused',
  EXPIRE: 'over',
  NOCARRIER: 'no-carrier',
}
const WITH = ['BOUND', 'RENEW', 'REBIND', 'REBOOT', 'TIMEOUT']
/** As in the schema of a fixed address. */
const MOST_SERVERS = 4
/** RFC 2131 3.3: all ones is for ever; a year is long enough for a page. */
const FOR_EVER = 0xffffffff
const YEAR = 365 * 86_400

/** @param text as dhcp-hook.sh wrote it */
export function parseLease(text: string): LeaseNews {
  const of = parseEnvironment(text)
  const reason = of.get('reason') ?? ''
  if (!WITH.includes(reason)) {
    // Losing the cable is told first as such, then as the end of the lease.
    const why = of.get('ifcarrier') === 'down' ? 'no-carrier' : WITHOUT[reason]
    return { kind: 'none', why: why ?? 'ended' }
  }
  const address = addresses(of.get('new_ip_address'))[0]
  const bits = Number(of.get('new_subnet_cidr') ?? '32')
  if (!address || !(bits >= 1 && bits <= 32)) return { kind: 'none', why: 'ended' }
  const duration = seconds(of.get('new_dhcp_lease_time'), YEAR)
  return {
    kind: 'lease',
    lease: {
      address,
      bits,
      gateway: addresses(of.get('new_routers'))[0] ?? null,
      dnsServers: addresses(of.get('new_domain_name_servers')).slice(0, MOST_SERVERS),
      server: addresses(of.get('new_dhcp_server_identifier'))[0] ?? 'unknown',
      // RFC 2131 4.4.5: half of the lease where the server does not say
      renewal: seconds(of.get('new_dhcp_renewal_time'), Math.floor(duration / 2)),
      duration,
      remembered: reason === 'TIMEOUT',
    },
  }
}

const addresses = (text = ''): string[] => text.split(' ').filter((word) => parseAddress(word))

function seconds(text: string | undefined, otherwise: number): number {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 && value < FOR_EVER ? value : otherwise
}
