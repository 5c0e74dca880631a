/** The provider's programs: the small Internet, its name server, and iperf3. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Lab } from './lab.ts'
import { FAR, RESOLVER, SERVERS, SERVICES, WANS } from './plan.ts'
import { isAlive, stopProcesses } from './processes.ts'
import { save } from './record.ts'
import { until } from './shell.ts'

const INTERNET = path.join(import.meta.dirname, 'internet.ts')

export async function serveInternet(lab: Lab): Promise<void> {
  const servers = lab.start('internet', 'isp', [process.execPath, INTERNET, ...Object.values(SERVERS)])
  const far = lab.start('far', 'far', [process.execPath, INTERNET, FAR.address])
  lab.start('provider-dns', 'isp', nameServer())
  lab.start('iperf3', 'isp', ['iperf3', '-s', '-p', String(SERVICES.iperf3)])
  for (const { role, log } of [servers, far])
    await until(`${role} ready`, 10, () => readFileSync(log, 'utf8').includes('ready'))
}

/**
 * dnsmasq as the provider's server: it knows the names of the small Internet and nothing else. `big.example.org` has an
 * answer that does not fit into 512 bytes, so that a resolver must come again over TCP.
 */
function nameServer(): string[] {
  const names = [...Object.entries(SERVERS), [FAR.name, FAR.address], ['dns.example.org', RESOLVER]]
  return [
    'dnsmasq',
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--bind-interfaces',
    `--listen-address=${RESOLVER}`,
    '--pid-file=',
    '--user=root',
    '--cache-size=0',
    '--edns-packet-max=512',
    '--local=/example.org/example.net/',
    '--local-ttl=60',
    ...names.map(([name, address]) => `--host-record=${name},${address}`),
    ...Array.from({ length: 8 }, (_, i) => `--txt-record=big.example.org,part ${i} ${'x'.repeat(180)}`),
  ]
}

export interface DhcpOffer {
  address?: string
  /** Length of the lease; dnsmasq gives none below two minutes. */
  seconds?: number
  /** Seconds after which the box shall renew. */
  renewal?: number
  dnsServers?: readonly string[]
  /** Option 121: networks, and who leads there. */
  routes?: readonly (readonly [network: string, gateway: string])[]
}

/** dnsmasq as the provider's DHCP server, with one address to give. It says no to whoever asks for another one. */
export async function serveDhcp(
  lab: Lab,
  { address = WANS.dhcp.address, seconds = 3600, renewal, dnsServers = [RESOLVER], routes = [] }: DhcpOffer,
): Promise<void> {
  await silenceDhcp(lab)
  const server = lab.start('provider-dhcp', 'isp', [
    'dnsmasq',
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--port=0',
    '--bind-dynamic',
    `--interface=${WANS.dhcp.providerDevice}`,
    '--pid-file=',
    '--user=root',
    '--no-ping',
    '--log-dhcp',
    '--log-facility=-',
    '--dhcp-authoritative',
    '--leasefile-ro',
    `--dhcp-range=${address},${address},${seconds}`,
    // T1 and T2 of RFC 2131; to a renewal of an address that it does not have dnsmasq says nothing, and no to the rebinding
    ...(renewal === undefined
      ? []
      : [`--dhcp-option-force=58,${renewal}`, `--dhcp-option-force=59,${2 * renewal}`]),
    `--dhcp-option=option:dns-server,${dnsServers.join(',')}`,
    ...(routes.length === 0 ? [] : [`--dhcp-option-force=121,${routes.flat().join(',')}`]),
  ])
  await until('the provider’s DHCP server', 10, () => {
    if (!isAlive(server)) throw new Error(`the provider’s DHCP server ended; see ${server.log}`)
    return readFileSync(server.log, 'utf8').includes('IP range')
  })
}

export async function silenceDhcp(lab: Lab): Promise<void> {
  const { record } = lab
  await stopProcesses(record.processes.filter(({ role }) => role === 'provider-dhcp'))
  record.processes = record.processes.filter(({ role }) => role !== 'provider-dhcp')
  save(record)
}
