/**
 * What it takes to make the home network as the settings want it, from what the kernel has: a list of `ip` command lines, none
 * where nothing is missing. Pure, so that every case is a line in a test.
 *
 * Bauta touches three kinds of devices: its bridge, ports that the settings name, and what it finds in its own bridge that can
 * only be a former port. A bridge of the same name that somebody else made, or a port that belongs to another bridge, is left
 * alone and the settings are refused.
 */
import { LAN_BRIDGE } from '@bauta/config'

export interface KernelDevice {
  name: string
  mac: string | null
  /** `bridge`, `veth`, …; null for hardware */
  kind: string | null
  alias: string | null
  /** Name of the bridge that it is in. */
  master: string | null
  /** Administratively. */
  up: boolean
  /** `192.168.77.1/24` */
  addresses: string[]
}

export interface WantedLan {
  /** Null: the operating system cares for it, and there is no bridge. */
  address: string | null
  /** Addresses that stay beside it, while nobody has confirmed the new one. */
  held: readonly string[]
  ports: readonly string[]
  /** Every port that the settings name, in whatever role: those may be taken out of the bridge. */
  named: readonly string[]
}

export interface LanStep {
  /** The words after `ip`. */
  ip: string[]
  /** Told to people; null for what only belongs to the step before. */
  text: string | null
}

/** Written into the bridge's alias: this one is ours, also after a kill -9. */
export const MARK = 'bauta'

/** @throws Error with a sentence when it cannot be done */
export function planLan(wanted: WantedLan, devices: ReadonlyMap<string, KernelDevice>): LanStep[] {
  const bridge = devices.get(LAN_BRIDGE)
  if (wanted.address === null) return bridge && isOurs(bridge) ? removal(devices) : []
  if (bridge && !isOurs(bridge) && !isUnmarked(bridge, devices)) throw foreignBridge(bridge)
  const ports = wanted.ports.flatMap((name) => devices.get(name) ?? [])
  return [
    ...made(bridge, ports),
    ...parted(wanted, devices),
    ...ports.flatMap(joined),
    ...raised(bridge),
    ...addressed(wanted, wanted.address, bridge),
  ]
}

const isOurs = ({ kind, alias }: KernelDevice): boolean => kind === 'bridge' && alias === MARK

/** Killed between making it and marking it: nobody else has use for an empty bridge without an address. */
const isUnmarked = (bridge: KernelDevice, devices: ReadonlyMap<string, KernelDevice>): boolean =>
  bridge.kind === 'bridge' &&
  bridge.alias === null &&
  bridge.addresses.length === 0 &&
  membersOf(devices).length === 0

const membersOf = (devices: ReadonlyMap<string, KernelDevice>): KernelDevice[] =>
  [...devices.values()].filter(({ master }) => master === LAN_BRIDGE)

const foreignBridge = ({ kind }: KernelDevice): Error =>
  new Error(
    `the home network needs the name ${LAN_BRIDGE}, but there is a ${kind ?? 'device'} of that name that Bauta did not make; give it another name or remove it`,
  )

/** The address of a port, once and for all: a bridge left to itself changes its own whenever a port comes or goes. */
function made(bridge: KernelDevice | undefined, ports: readonly KernelDevice[]): LanStep[] {
  if (bridge && isOurs(bridge)) return []
  const mark: LanStep = { ip: ['link', 'set', LAN_BRIDGE, 'alias', MARK], text: null }
  if (bridge) return [mark]
  const mac = ports.find((port) => port.mac !== null)?.mac
  const address = mac ? ['address', mac] : []
  return [
    {
      // no spanning tree and no delay: a household has no loops on purpose, and waits for no one
      ip: ['link', 'add', LAN_BRIDGE, ...address, 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0'],
      text: `${LAN_BRIDGE} made`,
    },
    mark,
  ]
}

/** A tap that somebody put into the bridge by hand stays. */
function parted({ ports, named }: WantedLan, devices: ReadonlyMap<string, KernelDevice>): LanStep[] {
  return membersOf(devices)
    .filter(({ name, kind }) => !ports.includes(name) && (kind === null || named.includes(name)))
    .map(({ name }) => ({ ip: ['link', 'set', name, 'nomaster'], text: `${name} left the home network` }))
}

function joined(port: KernelDevice): LanStep[] {
  const steps: LanStep[] = []
  if (port.master !== null && port.master !== LAN_BRIDGE)
    throw new Error(
      `${port.name} belongs to ${port.master}, which Bauta did not make; take it out there first`,
    )
  if (port.kind === 'bridge')
    throw new Error(
      `${port.name} is a bridge itself and cannot be a port of the home network; name its ports instead`,
    )
  for (const address of port.addresses)
    steps.push({ ip: ['address', 'delete', address, 'dev', port.name], text: null })
  if (port.master === null)
    steps.push({
      ip: ['link', 'set', port.name, 'master', LAN_BRIDGE],
      text: `${port.name} joined the home network`,
    })
  if (!port.up) steps.push({ ip: ['link', 'set', port.name, 'up'], text: null })
  return steps
}

const raised = (bridge: KernelDevice | undefined): LanStep[] =>
  bridge?.up ? [] : [{ ip: ['link', 'set', LAN_BRIDGE, 'up'], text: null }]

/** The new one comes before the old one goes, so the box is never without. */
function addressed(wanted: WantedLan, address: string, bridge: KernelDevice | undefined): LanStep[] {
  const present = bridge?.addresses ?? []
  // The held one is that of the settings itself where a change left the home network where it is.
  const keep = [...new Set([address, ...wanted.held])]
  const come: LanStep[] = keep
    .filter((one) => !present.includes(one))
    .map((one) => ({
      ip: ['address', 'add', one, 'broadcast', '+', 'dev', LAN_BRIDGE],
      text: `the box is ${one} in the home network`,
    }))
  const go: LanStep[] = present
    .filter((one) => !keep.includes(one))
    .map((one) => ({
      ip: ['address', 'delete', one, 'dev', LAN_BRIDGE],
      text: `the box is no longer ${one}`,
    }))
  return [...come, ...go]
}

function removal(devices: ReadonlyMap<string, KernelDevice>): LanStep[] {
  const members = membersOf(devices).map(
    ({ name }): LanStep => ({
      ip: ['link', 'set', name, 'nomaster'],
      text: `${name} left the home network`,
    }),
  )
  return [...members, { ip: ['link', 'delete', LAN_BRIDGE], text: `${LAN_BRIDGE} removed` }]
}
