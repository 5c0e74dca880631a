/**
 * Whether a configuration of the packet path still fits the machine: the addresses, devices and the way out that it was made of. Asked
 * without a program or a socket, in a millisecond; who is not sure says no, and the links are read properly then.
 */
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { parseAddress } from '@bauta/config'
import type { PathConfig } from './path-config.ts'

/** The machine as it is. */
export interface MachineNow {
  /** IPv4 addresses of all devices but the loopback, as numbers */
  addresses: number[]
  /** 0: no such device */
  ifindex: (device: string) => number
  /** by device; 0 where there is none */
  gateway: (device: string) => number
}

type Fitting = Pick<PathConfig, 'own' | 'interfaces' | 'wan' | 'gateway'>

export function settingsHold({ own, interfaces, wan, gateway }: Fitting, now: MachineNow): boolean {
  const out = interfaces[wan]
  return (
    sameNumbers(own, now.addresses) &&
    interfaces.every(({ name, role, ifindex }) => role === 'unused' || ifindex === now.ifindex(name)) &&
    (out === undefined || gateway === now.gateway(out.name))
  )
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && [...a].sort().join() === [...b].sort().join()

export function machineNow(): MachineNow {
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.flatMap(({ family, internal, address }) =>
      family === 'IPv4' && !internal ? [parseAddress(address)!] : [],
    ),
  )
  return { addresses, ifindex, gateway: (device) => defaultGateway(device, text('/proc/net/route')) }
}

const ifindex = (device: string): number => Number(text(`/sys/class/net/${device}/ifindex`))

/** @param table /proc/net/route: numbers are the words as they lie in memory, as hex; of this machine, little-endian */
export function defaultGateway(device: string, table: string): number {
  for (const line of table.split('\n').slice(1)) {
    const [name, destination, gateway, , , , , mask] = line.split('\t')
    if (name !== device || destination !== '00000000' || mask !== '00000000') continue
    return Buffer.from(gateway!, 'hex').readUInt32LE()
  }
  return 0
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
