/**
 * What the box starts with while nobody has saved a setting: on a machine that Bauta was added to, the roles of the command line
 * and nothing else; on an appliance the whole household network, with the ports as the hardware has them.
 *
 * After an unreadable file the rules begin anew, but the network stays as it was where the file before tells: a box that
 * nobody can reach any more would be no safe default.
 */
import { applianceSnapshot, defaultSnapshot, type Role, type Snapshot } from '@bauta/config'
import { hardwarePorts } from './hardware-ports.ts'
import type { Options } from './options.ts'

type Interfaces = Snapshot['interfaces']['list']

export const initialSnapshot =
  (options: Pick<Options, 'appliance' | 'ports' | 'roles'>, ports = () => hardwarePorts(options.ports)) =>
  (previous: Snapshot | null): Snapshot => {
    const known = previous?.interfaces.list ?? []
    if (!options.appliance) return defaultSnapshot(known.length > 0 ? known : options.roles)
    const fresh = applianceSnapshot(known.length > 0 ? known : portRoles(ports()))
    if (!previous) return fresh
    const { internet, lan, dhcp, time } = previous
    return { ...fresh, internet, lan, dhcp, time }
  }

/**
 * The port that leads out, and the household behind all others.
 * @param wan the port on which a provider answered; without one it is the first
 */
export function portRoles(ports: readonly string[], wan: string | null = null): Interfaces {
  const out = ports.length > 1 ? (ports.find((name) => name === wan) ?? ports[0]) : null
  return ports.map((name) => ({ name, role: (name === out ? 'wan' : 'lan') satisfies Role }))
}

/**
 * Hardware that shows up after the start (a driver that takes its time, an adapter on USB), while nobody has saved anything. A port
 * that leads out already goes on to do so, whatever the new one is called: otherwise the provider's network would become a part of the
 * household's, and get its addresses from here.
 * @param fresh what the box would start with now
 * @returns the settings with every port in its part; null where there is no port that they do not name
 */
export function withNewPorts(snapshot: Snapshot, fresh: Snapshot): Snapshot | null {
  const named = new Set(snapshot.interfaces.list.map(({ name }) => name))
  const late = fresh.interfaces.list.filter(({ name }) => !named.has(name))
  if (late.length === 0) return null
  if (snapshot.interfaces.list.some(({ role }) => role === 'wan')) {
    const list = [...snapshot.interfaces.list, ...late.map(({ name }) => ({ name, role: 'lan' as const }))]
    return { ...snapshot, interfaces: { list } }
  }
  return { ...snapshot, interfaces: fresh.interfaces, internet: fresh.internet }
}

/**
 * The cable of the provider is in another port than the box took for the way out.
 * @param wan the port on which a provider answered
 * @returns the settings with that port outside and all others inside; null where it is outside already, or none of ours
 */
export function withWanAt(snapshot: Snapshot, wan: string): Snapshot | null {
  const { list } = snapshot.interfaces
  const found = list.find(({ name }) => name === wan)
  if (!found || found.role === 'wan' || list.length < 2) return null
  return {
    ...snapshot,
    interfaces: {
      list: portRoles(
        list.map(({ name }) => name),
        wan,
      ),
    },
  }
}

/** Nobody has saved anything: revision 1 is what the web process found the box running with. */
export const isUntouched = (revision: number): boolean => revision <= 1
