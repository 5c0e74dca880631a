/**
 * What outlives a killed packet thread, as the dataplane maps it: table, counters, and what it shares with the kernel; here all of it are
 * files, so that it needs neither root nor a kernel. One more file is what a victim tells of itself while it lives.
 */
import { join } from 'node:path'
import { HOP_BYTES, HOPS, TALLY_BYTES } from '@bauta/door'
import { tableBytes } from '@bauta/masq'
import { mapFile } from '@bauta/tun-tap'
import { countersBytes } from '../counters.ts'
import type { KernelMemory } from '../path/kernel-double.ts'

export const CAPACITY = 512

/** Floats of what a victim tells, each written in one piece. */
export const TOLD = {
  /** Tick up to which its clock has gone. */
  now: 0,
  /** Packets that came out of its devices, or that the kernel carried: out, and back in. */
  out: 1,
  in: 2,
  /** Packets handed to it. */
  packets: 3,
  carrying: 8,
} as const

export interface Kept {
  table: ArrayBuffer
  counters: ArrayBuffer
  kernel: KernelMemory
  told: Float64Array
}

export function mapKept(folder: string): Kept {
  const file = (name: string, bytes: number) => mapFile(join(folder, name), bytes)
  const told = file('told', 128)
  return {
    table: file('table', tableBytes(CAPACITY)),
    counters: file('counters', countersBytes),
    kernel: {
      hops: file('hops', HOPS * HOP_BYTES),
      tallies: file('tallies', CAPACITY * TALLY_BYTES),
      carrying: new Int32Array(told, TOLD.carrying * 8, 1),
    },
    told: new Float64Array(told),
  }
}
