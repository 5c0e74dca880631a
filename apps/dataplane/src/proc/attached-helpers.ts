/** How many connections each helper reads along with, by the port that bound them: n_attach of 2.2. */
import { HELPER_NAMES, HELPERS, type HelperName, type Helpers } from '@bauta/config'
import { type ConnectionTable, FLAG } from '@bauta/masq'

export interface AttachedHelper {
  name: HelperName
  protocol: number
  port: number
  attached: number
}

const PROTOCOLS = { tcp: 6, udp: 17 } as const

/** @returns one entry per helper that is on and port, in their order; one pass over the slots in use */
export function attachedHelpers(table: ConnectionTable, { list }: Helpers): AttachedHelper[] {
  const found = list
    .filter(({ enabled }) => enabled)
    .flatMap(({ name, ports }) =>
      ports.map((port) => ({ name, port, protocol: PROTOCOLS[HELPERS[name].protocol], attached: 0 })),
    )
  if (found.length === 0) return found
  const byKey = new Map(found.map((entry) => [`${entry.name} ${entry.port}`, entry]))
  for (let slot = 0; slot < table.limit; slot++) {
    if (table.helper(slot) === 0 || !table.used(slot)) continue
    const entry = byKey.get(`${HELPER_NAMES[table.helper(slot) - 1]} ${boundPort(table, slot)}`)
    if (entry) entry.attached++
  }
  return found
}

/** The port that was asked of the server; of a server at home its own. */
function boundPort(table: ConnectionTable, slot: number): number {
  const fromOutside = (table.flags(slot) & FLAG.fromOutside) !== 0
  return fromOutside ? table.clientPort(slot) : table.askedPort(slot)
}
