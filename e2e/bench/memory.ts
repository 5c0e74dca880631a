/** Memory that holds the router's connections, in bytes. */
import { readFileSync } from 'node:fs'
import { DataplaneClient } from '@bauta/control'
import type { Lab } from '../lab/lab.ts'
import { sleep } from '../lab/shell.ts'
import { median } from './statistics.ts'

/** Readings of which the median counts: what is cleared up a moment later is no memory of a connection. */
const READINGS = { count: 5, apartMs: 300 }
/** A bucket of the kernel's hash is the head of a list: one pointer. */
const BUCKET_BYTES = 8

/**
 * What grows: only differences mean something. Bauta: what its process really occupies (Pss, which counts mapped files too). The kernel: its
 * connection entries and the general-purpose caches that hold their extensions.
 */
export async function memoryInUse(lab: Lab): Promise<number> {
  const found: number[] = []
  for (let i = 0; i < READINGS.count; i++) {
    await sleep(READINGS.apartMs)
    found.push(reading(lab))
  }
  return median(found)
}

function reading({ record }: Lab): number {
  if (record.software === 'bauta')
    return pssOf(readFileSync(`/proc/${dataplaneOf(record)}/smaps_rollup`, 'utf8'))
  return readFileSync('/proc/slabinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter(([name = '']) => name === 'nf_conntrack' || name.startsWith('kmalloc-'))
    .reduce((sum, [, active, , size]) => sum + Number(active) * Number(size), 0)
}

/**
 * What is kept ready for every connection that there could be, from the beginning: no difference shows it.
 * @param capacity of the table @returns bytes for each
 * @throws where the kernel's table is not as large
 */
export function memoryReserved(lab: Lab, capacity: number): number {
  if (lab.record.software === 'bauta')
    return (
      pssOf(readFileSync(`/proc/${dataplaneOf(lab.record)}/smaps`, 'utf8'), 'anon_inode:bpf-map') / capacity
    )
  const [most, buckets] = ['max', 'buckets'].map((what) =>
    Number(lab.run('router', ['cat', `/proc/sys/net/netfilter/nf_conntrack_${what}`])),
  )
  if (most! < capacity)
    throw new Error(
      `the kernel’s table takes ${most} connections, and Bauta’s ${capacity}: raise net.netfilter.nf_conntrack_max on this machine`,
    )
  return (buckets! * BUCKET_BYTES) / most!
}

/**
 * @param text of /proc/PID/smaps or smaps_rollup @param name of the mappings that count; all where absent
 * @returns bytes that are the process's share
 */
export function pssOf(text: string, name?: string): number {
  let counts = name === undefined
  let sum = 0
  for (const line of text.split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) counts = name === undefined || line.endsWith(` ${name}`)
    const found = /^Pss:\s+(\d+) kB/.exec(line)
    if (found && counts) sum += Number(found[1]) * 1024
  }
  return sum
}

const dataplaneOf = ({ dataplane }: Lab['record']): string => readFileSync(dataplane.pidFile, 'utf8').trim()

export async function connectionCount(lab: Lab): Promise<number> {
  if (lab.record.software === 'nftables')
    return Number(lab.run('router', ['cat', '/proc/sys/net/netfilter/nf_conntrack_count']))
  return (await new DataplaneClient(lab.record.dataplane.socket).status()).connections.total
}
