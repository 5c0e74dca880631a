/** The conditions that a person should know of, judged anew every second. */
import type { Snapshot } from '@bauta/config'
import type { DnsStatus } from '@bauta/control/schemas'
import type { ConnectionTable } from '@bauta/masq'
import type { Condition } from './attention.ts'
import { DROP } from './drop-reasons.ts'

export interface Watched {
  snapshot: Snapshot
  wan: string | null
  online: boolean
  table: ConnectionTable
  drops: Float64Array
  /** Null until somebody has asked. */
  dns: DnsStatus | null
}

/** Below this share of free ports, or of room in the table, somebody should look. */
const LOW = 0.1

export function watchfulness(watched: Watched): (Condition & { holds: boolean })[] {
  const { snapshot, wan, online, table, dns } = watched
  const { udp, tcp, icmp, capacity } = table.freePorts
  const fewest = Math.min(udp, tcp, icmp)
  return [
    {
      kind: 'no-interfaces',
      level: 'warn',
      text: 'No interface has a role yet: choose which one is the LAN and which the WAN.',
      holds: snapshot.interfaces.list.every(({ role }) => role === 'unused'),
    },
    {
      kind: 'wan-down',
      level: 'error',
      text: `${wan ?? 'The WAN'} is down, has no address or no default route: nothing reaches the Internet.`,
      holds: wan !== null && !online,
    },
    {
      kind: 'ports-low',
      level: 'warn',
      text: `Only ${fewest} of ${capacity} masquerade ports are free; a wider range or shorter timeouts help.`,
      holds: capacity > 0 && fewest < capacity * LOW,
    },
    {
      kind: 'table-full',
      level: 'warn',
      text: `The table of ${table.capacity} connections is nearly full (${table.count}).`,
      holds: table.count > table.capacity * (1 - LOW),
    },
    {
      kind: 'connections-refused',
      level: 'warn',
      text: `New connections were refused since the start: ${watched.drops[DROP['no-port']]} without a free port, ${watched.drops[DROP['table-full']]} without room in the table.`,
      holds: watched.drops[DROP['no-port']]! + watched.drops[DROP['table-full']]! > 0,
    },
    {
      kind: 'dns-down',
      level: 'error',
      text: `DNS does not run: ${dns?.problem ?? 'no reason known'}`,
      holds: snapshot.dns.enabled && dns?.running === false,
    },
  ]
}
