/**
 * The clock of the packet path. CLOCK_MONOTONIC is the same in every thread and process and in eBPF (bpf_ktime_get_ns), never
 * jumps with the wall clock, and does not count time asleep. A tick is 1/100 s, the jiffy of Linux 2.2 on PCs.
 */
import { clockGettime } from './libc.ts'

export const TICKS_PER_SECOND = 100

const CLOCK_MONOTONIC = 1
const NANOSECONDS_PER_TICK = 1e9 / TICKS_PER_SECOND
/** struct timespec, two 64-bit words; the upper halves stay 0 for 136 years of uptime. */
const now = new Uint32Array(4)

/** @returns whole ticks since boot; about 60 ns, no garbage */
export function monotonicTicks(): number {
  clockGettime(CLOCK_MONOTONIC, now)
  return now[0]! * TICKS_PER_SECOND + Math.trunc(now[2]! / NANOSECONDS_PER_TICK)
}
