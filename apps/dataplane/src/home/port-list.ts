/** The network ports as people see them: name, part, hardware, cable and speed, straight from sysfs. */
import { readlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { normalMac, type Role, type Snapshot } from '@bauta/config'
import type { PortList } from '@bauta/control/schemas'
import { hardwarePorts, readAttribute, SYS_CLASS_NET } from '../hardware-ports.ts'
import type { HardwareDatabase } from './hardware-database.ts'

type Port = PortList['ports'][number]

/** What soldered-on hardware is, that no database lists. */
const BY_DRIVER: Record<string, string> = {
  bcmgenet: 'Raspberry Pi Ethernet',
  virtio_net: 'virtual Ethernet',
  veth: 'virtual cable',
}

/** Ports of the hardware, and those that the settings name although they are not there. */
export function portList(
  interfaces: Snapshot['interfaces'],
  told: readonly string[],
  database: Pick<HardwareDatabase, 'model'>,
  root = SYS_CLASS_NET,
): PortList {
  const roles = new Map<string, Role>(interfaces.list.map(({ name, role }) => [name, role]))
  const names = new Set([...hardwarePorts(told, root), ...roles.keys()])
  return { ports: [...names].map((name) => portOf(root, name, roles.get(name) ?? 'unused', database)) }
}

function portOf(root: string, name: string, role: Role, database: Pick<HardwareDatabase, 'model'>): Port {
  const read = (attribute: string) => readAttribute(root, name, attribute)
  const carrier = read('carrier') === '1'
  const driver = driverOf(root, name)
  const modalias = read('device/modalias')
  const speed = Number(read('speed'))
  return {
    name,
    role,
    mac: normalMac(read('address') ?? ''),
    model: (modalias && database.model(modalias)) ?? (driver ? (BY_DRIVER[driver] ?? null) : null),
    driver,
    carrier,
    speed: carrier && speed > 0 ? speed : null,
  }
}

function driverOf(root: string, name: string): string | null {
  try {
    return basename(readlinkSync(join(root, name, 'device/driver')))
  } catch {
    return null
  }
}
