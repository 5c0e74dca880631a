/**
 * Where the DHCP server's files lie. Leases survive a restart of the machine, so they belong to the state; on a disk that cannot be
 * written they are kept with what runs, because dnsmasq would not start without them, and the household needs addresses.
 */
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync } from 'node:fs'
import path from 'node:path'
import type { DhcpPaths } from './dnsmasq-dhcp.ts'

export function dhcpPaths({ stateDir, runDir }: { stateDir: string; runDir: string }): DhcpPaths {
  const folder = path.join(runDir, 'dhcp')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  return {
    conf: path.join(folder, 'dnsmasq.conf'),
    pid: path.join(folder, 'dnsmasq.pid'),
    leases: leaseFile(path.join(stateDir, 'dhcp'), folder),
    known: path.join(stateDir, 'dhcp', 'known.json'),
    reservations: path.join(folder, 'reservations'),
    options: path.join(folder, 'options'),
  }
}

function leaseFile(lasting: string, passing: string): string {
  const [file, instead] = [path.join(lasting, 'leases'), path.join(passing, 'leases')]
  try {
    mkdirSync(lasting, { recursive: true, mode: 0o755 })
    closeSync(openSync(file, 'a'))
    return file
  } catch {
    if (!existsSync(instead)) copyIfReadable(file, instead)
    return instead
  }
}

function copyIfReadable(from: string, to: string): void {
  try {
    copyFileSync(from, to)
  } catch {
    // there were none, or nobody can read them any more; the clients ask again
  }
}
