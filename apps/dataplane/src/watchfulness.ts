/** The conditions that a person should know of, judged anew every second. What happened stays visible for a while. */
import type { Snapshot } from '@bauta/config'
import type { DnsStatus } from '@bauta/control/schemas'
import type { ConnectionTable } from '@bauta/masq'
import type { Condition } from './attention.ts'
import { DROP } from './drop-reasons.ts'
import { MachineWatch } from './machine-watch.ts'

export interface Watched {
  snapshot: Snapshot
  wan: string | null
  online: boolean
  /** Nobody wants the WAN up: hung up by hand, or on demand and not needed. */
  resting: boolean
  table: ConnectionTable
  drops: Float64Array
  /** Null until somebody has asked. */
  dns: DnsStatus | null
  /** The last time the packet thread had to be started again, and why. */
  restart: { at: number; reason: string } | null
}

/** Below this share of free ports, or of room in the table, somebody should look. */
const LOW = 0.1
const SHOWN_MS = 3600 * 1000

export class Watchfulness {
  #refused = -1
  #refusedAt = 0
  readonly #machines = new MachineWatch()
  readonly #lost: string | null
  readonly #since: number

  /** @param lost why connections of a former process were lost; null when none were */
  constructor(lost: string | null = null, now = Date.now()) {
    this.#lost = lost
    this.#since = now
  }

  look(watched: Watched, now = Date.now()): (Condition & { holds: boolean })[] {
    const { snapshot, wan, online, resting, table, drops, dns, restart } = watched
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
        holds: wan !== null && !online && !resting,
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
        text: 'New connections were refused within the last hour, for want of a port or of room in the table.',
        holds: this.#refusedLately(watched.drops, now),
      },
      this.#machines.look(table, drops[DROP['machine-limit']]!, snapshot.ports.perMachine, now),
      {
        kind: 'packet-thread-restarted',
        level: 'warn',
        text: `The packet thread ended (${restart?.reason}) and was started again; connections went on.`,
        holds: restart !== null && now - restart.at < SHOWN_MS,
      },
      {
        kind: 'table-lost',
        level: 'warn',
        text: this.#lost ?? '',
        holds: this.#lost !== null && now - this.#since < SHOWN_MS,
      },
      {
        kind: 'dns-down',
        level: 'error',
        text: `DNS does not run: ${dns?.problem ?? 'no reason known'}`,
        holds: snapshot.dns.enabled && dns?.running === false,
      },
    ]
  }

  /** The counters go on over restarts: only what is added counts. */
  #refusedLately(drops: Float64Array, now: number): boolean {
    const refused = drops[DROP['no-port']]! + drops[DROP['no-port-silent']]! + drops[DROP['table-full']]!
    if (this.#refused >= 0 && refused > this.#refused) this.#refusedAt = now
    this.#refused = refused
    return this.#refusedAt > 0 && now - this.#refusedAt < SHOWN_MS
  }
}
