/**
 * A few words that the packet thread and the programs share. They are kept from process to process: programs that hang there still see by
 * the heartbeat of the next thread that somebody is there again, before they are replaced themselves.
 */
import { mapMemory } from './system.ts'
import type { TableMaps } from './table-maps.ts'

/** bpf/door.bpf.c: struct state { heartbeat, box, carrying, table { seed, bucket_mask }, opening_ns, shaped }; the kernel maps whole pages. */
export const STATE_BYTES = 28
const HEARTBEAT = 0
export const BOX = 1
const CARRYING = 2
const SEED = 3
const BUCKET_MASK = 4
const OPENING_NS = 5
export const SHAPED = 6

/**
 * What the packet thread tells the programs by stores alone. By the file descriptor of the map (`door.maps.shared`): memory mapped
 * by one thread cannot be sent to another, but a number can.
 */
export class SharedState {
  readonly #words: Uint32Array

  constructor(maps: Pick<TableMaps, 'shared'>) {
    this.#words = new Uint32Array(mapMemory(maps.shared, STATE_BYTES), 0, STATE_BYTES / 4)
  }

  /**
   * To be called at every batch, and at least four times a second when idle. More than a second old: the door closes (LAN to box stays
   * open, and what is carried stays so). 0 means that no packet thread has run yet.
   */
  beat(tick: number): void {
    this.#words[HEARTBEAT] = tick
  }

  /** The last beat. */
  get tick(): number {
    return this.#words[HEARTBEAT]!
  }

  /** Of the table that the programs look into; 0 before there is one. */
  get hashSeed(): number {
    return this.#words[SEED]!
  }

  /** How connections are found in the table: before anything is carried. */
  setTable(hashSeed: number, buckets: number): void {
    this.#words[SEED] = hashSeed
    this.#words[BUCKET_MASK] = buckets - 1
  }

  /** Whether the kernel looks for connections that it may carry; off, every packet goes up. */
  setCarrying(on: boolean): void {
    this.#words[CARRYING] = on ? 1 : 0
  }

  /** @param perSecond how many connections a source may open in the long run; 0: as many as it likes */
  setOpenings(perSecond: number): void {
    this.#words[OPENING_NS] = perSecond === 0 ? 0 : Math.round(1e9 / perSecond)
  }
}
