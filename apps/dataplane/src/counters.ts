/**
 * Counters that two threads share.
 *
 * Goals: exact counts with no lock and no message per packet; counts that go on after the process was killed.
 * One writer per word (the packet thread; `owners`, `forms`, `zeros` and what the door dropped are the main thread's), readers anywhere. All words
 * are doubles: exact to 2^53, which is 9 PB. The memory is a mapped file in production (a restarted dataplane goes on
 * counting) and a plain buffer in tests.
 *
 * Layout, in doubles:
 *   header   8    magic, layout hash; anything else in the file is wiped
 *   gauges   16   GAUGE
 *   drops    128  by drop reason code
 *   paths    2 each: packets, bytes; PATHS
 *   rules    2 each: packets, bytes; by counter slot
 *   owners   1 each: rule id or -(chain + 1) for a policy, 0 for a free slot
 *   forms    1 each: hash of what the rule looked like when it got the slot
 *   turns    3 each: forward, whose turn, how many left; turns.ts
 *   zeros    2 each: where the counts of a slot begin, since somebody set them to zero (-Z); the main thread's
 *   armed    4 each: trigger, machine, server, until when; armed.ts
 *   trails   what carried packets add to, as 32-bit words; path/trails.ts
 *   books    what a settlement with the kernel began with; path/settlement.ts
 */

import { ARMED_WORDS } from './armed.ts'
import { DROP_REASONS } from './drop-reasons.ts'
import { BOOKS_DOUBLES } from './path/settlement.ts'
import { TRAIL_WORDS } from './path/trails.ts'
import { TURN_WORDS } from './turns.ts'

/** Rules and policies that can be counted at once: eight times what a large household firewall has. */
export const RULE_SLOTS = 16_384

export const GAUGE = {
  /** Tick of the packet thread's last round. */
  heartbeat: 0,
  /** Milliseconds that the packet thread spent working, since it started. */
  busy: 1,
  /** ICMP errors sent, and those that the rate limit held back. */
  errorsSent: 2,
  errorsHeld: 3,
  /** What helpers asked for and did not get: too many expectations or streams, no port, a port that is not safe. */
  helperRefusals: 4,
} as const

export const PATHS = [
  { name: 'lan-to-wan', meaning: 'From the household out to the Internet.' },
  { name: 'wan-to-lan', meaning: 'From the Internet back to the household.' },
  { name: 'lan-to-lan', meaning: 'Between two LAN interfaces.' },
  { name: 'lan-to-box', meaning: 'From the household to the box itself.' },
  { name: 'wan-to-box', meaning: 'From the Internet to the box itself, accepted.' },
  { name: 'box-to-wan', meaning: 'From the box itself out to the Internet.' },
  { name: 'box-to-lan', meaning: 'From the box itself to the household.' },
  { name: 'reassembled', meaning: 'Datagrams put together from fragments.' },
] as const
export const PATH_OF = Object.fromEntries(PATHS.map(({ name }, i) => [name, i])) as Readonly<
  Record<(typeof PATHS)[number]['name'], number>
>

const HEADER = 8
const GAUGES = 16
const DROPS = 128
const TOTAL =
  HEADER +
  GAUGES +
  DROPS +
  2 * PATHS.length +
  6 * RULE_SLOTS +
  TURN_WORDS +
  ARMED_WORDS +
  TRAIL_WORDS / 2 +
  BOOKS_DOUBLES
const MAGIC = 0xba07a001

export const countersBytes = TOTAL * 8

export class Counters {
  readonly gauges: Float64Array
  readonly drops: Float64Array
  readonly paths: Float64Array
  readonly rules: Float64Array
  readonly owners: Float64Array
  readonly forms: Float64Array
  readonly turns: Float64Array
  readonly zeros: Float64Array
  readonly armed: Float64Array
  readonly trails: Int32Array
  readonly books: Float64Array

  constructor(memory: ArrayBufferLike) {
    const all = new Float64Array(memory, 0, TOTAL)
    let at = 0
    const take = (length: number) => {
      at += length
      return all.subarray(at - length, at)
    }
    const header = take(HEADER)
    if (header[0] !== MAGIC || header[1] !== layoutHash) {
      all.fill(0)
      header[0] = MAGIC
      header[1] = layoutHash
    }
    this.gauges = take(GAUGES)
    this.drops = take(DROPS)
    this.paths = take(2 * PATHS.length)
    this.rules = take(2 * RULE_SLOTS)
    this.owners = take(RULE_SLOTS)
    this.forms = take(RULE_SLOTS)
    this.turns = take(TURN_WORDS)
    // Last, so that a file from before there were these goes on counting.
    this.zeros = take(2 * RULE_SLOTS)
    this.armed = take(ARMED_WORDS)
    const { buffer, byteOffset } = take(TRAIL_WORDS / 2)
    this.trails = new Int32Array(buffer, byteOffset, TRAIL_WORDS)
    this.books = take(BOOKS_DOUBLES)
  }

  /** @returns what a slot has counted since it was set to zero; nothing for a slot that there is not */
  counted(slot: number): { packets: number; bytes: number } {
    if (slot < 0) return { packets: 0, bytes: 0 }
    const { rules, zeros } = this
    return {
      packets: rules[2 * slot]! - zeros[2 * slot]!,
      bytes: rules[2 * slot + 1]! - zeros[2 * slot + 1]!,
    }
  }

  /** The packet thread goes on counting upwards: no count of it is lost, and none is written by two. */
  setToZero(slot: number): void {
    if (slot < 0) return
    this.zeros[2 * slot] = this.rules[2 * slot]!
    this.zeros[2 * slot + 1] = this.rules[2 * slot + 1]!
  }

  setAllToZero(slots: Iterable<number>): void {
    for (const slot of slots) this.setToZero(slot)
  }

  /** @param packets more than one for a super-packet */
  carried(path: number, packets: number, bytes: number): void {
    this.paths[2 * path]! += packets
    this.paths[2 * path + 1]! += bytes
  }
}

/** FNV-1a, 32 bit. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Two programs with different lists must not read each other's numbers. */
const layoutHash = hashText(
  [...DROP_REASONS, ...PATHS].map(({ name }) => name).join() + Object.keys(GAUGE).join() + TURN_WORDS,
)
