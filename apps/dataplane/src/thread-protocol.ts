/**
 * What the main thread and the packet thread say to each other.
 *
 * Commands are taken between two batches of packets: the main thread posts one and rings the wake-up, the packet
 * thread carries it out whole and posts one answer with the same number. Everything bigger (the table, the counters)
 * is memory that both have mapped.
 */
import type { TableMaps } from '@bauta/door'
import type { Announcement } from '@bauta/masq'
import type { OpenFile } from '@bauta/tun-tap'
import type { WatchFilter } from './monitor/filter.ts'
import type { PathConfig } from './path-config.ts'

/** Who is behind which address: IPv4 addresses, signed, and the MAC addresses of the same places as numbers. */
export interface KnownNeighbours {
  addresses: Int32Array
  macs: Float64Array
}

/** Handed over when the thread starts. */
export interface ThreadStart {
  tableFile: string
  capacity: number
  hashSeed: number
  /** Differs after a reboot, when no table may be adopted. */
  bootId: number
  countersFile: string
  /** What the thread shares with the door's programs: the table, and the word that says when it last went round. */
  maps: TableMaps
  /** What TUNs of this machine carry whole (tunOffload of @bauta/tun-tap). */
  offload: number
  /** TUNs that are open already. The thread never closes one that it has. */
  open: OpenDevice[]
  /** The eventfd that interrupts the thread's wait. */
  wakeFd: number
  /** Shared: where packets go that rules want told about (packet-log.ts). */
  log: SharedArrayBuffer
  config: PathConfig
  /** Ports that the box's own services listen on: protocol*65536+port. */
  reserved: number[]
  /** Rules may ask for them from the first packet on. */
  neighbours: KnownNeighbours
}

export type CommandBody =
  /** Take a configuration into use, opening and closing devices as it needs. */
  | { kind: 'configure'; config: PathConfig }
  /** End connections: pairs of slot and generation, so that a later one in the same slot is spared. */
  | { kind: 'end'; connections: Float64Array }
  /** Ports that the box's own services listen on, and those where they stopped: protocol*65536+port. */
  | { kind: 'reserve'; taken: number[]; left: number[] }
  /** Let a ring have the packets that fit; without one, none. */
  | { kind: 'watch'; memory: SharedArrayBuffer | null; filter: WatchFilter | null }
  | ({ kind: 'neighbours' } & KnownNeighbours)
  /** A way in that a program asks for; addresses as numbers. Fails with the reason where it cannot be had. */
  | { kind: 'expect'; expectation: Announcement }
  /** Answered with `ended` 1 where something was waited for there. */
  | { kind: 'forget'; protocol: number; masqPort: number }
  | { kind: 'stop' }
export type Command = CommandBody & { id: number }

/** A TUN. */
export type OpenDevice = OpenFile

export type Answer =
  /** `devices`: the TUNs that the thread has open now. `watch`: what else somebody must close should it die. `ended`: connections that this command ended. */
  | { kind: 'done'; id: number; devices: OpenDevice[]; watch: number; ended: number }
  | { kind: 'failed'; id: number; message: string }
