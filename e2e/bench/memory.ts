/** Memory that holds the router's connections, in bytes: only differences mean something. */
import { readFileSync } from 'node:fs'
import { DataplaneClient } from '@bauta/control'
import type { Lab } from '../lab/lab.ts'

/**
 * Bauta: what its process really occupies (Pss, which counts mapped files too). The kernel: its connection entries and the
 * general-purpose caches that hold their extensions.
 */
export function memoryInUse({ record }: Lab): number {
  if (record.software === 'bauta') {
    const pid = readFileSync(record.dataplane.pidFile, 'utf8').trim()
    const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
    return Number(found![1]) * 1024
  }
  return readFileSync('/proc/slabinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter(([name = '']) => name === 'nf_conntrack' || name.startsWith('kmalloc-'))
    .reduce((sum, [, active, , size]) => sum + Number(active) * Number(size), 0)
}

export async function connectionCount(lab: Lab): Promise<number> {
  if (lab.record.software === 'nftables')
    return Number(lab.run('router', ['cat', '/proc/sys/net/netfilter/nf_conntrack_count']))
  return (await new DataplaneClient(lab.record.dataplane.socket).status()).connections.total
}
