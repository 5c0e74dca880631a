/**
 * The door from outside: loads the programs of bpf/door.bpf.c (whose head explains what they do), tells them which device belongs to
 * which TUN, and hangs them into the traffic. Programs are always fresh: a new process attaches its own over those that a former one
 * left, device by device, and the kernel frees the old ones with their last filter. Of the maps, those with the connection table are
 * taken over where the caller can read it (kept-maps.ts), so connections go on, and are carried on, while nobody is there. Otherwise
 * there are new ones: programs that still hang there go on with theirs until they are replaced, and nobody writes what another reads in
 * another way. Nothing is pinned, nothing has to be cleaned up after a crash.
 */
import { createRequire } from 'node:module'
import { COUNTERS, type CounterMeaning, QUEUE_FULL } from './counters.ts'
import { FLOOD_LAYOUT, mapSources, type RefusedSource, refusedSources } from './flood.ts'
import { findKeptMaps } from './kept-maps.ts'
import { libbpf } from './libbpf.ts'
import { type Link, requireLink } from './link.ts'
import { loadPrograms, type Programs, sumRows } from './programs.ts'
import { queueDrops } from './queue-drops.ts'
import { BOX, SHAPED, STATE_BYTES } from './shared-state.ts'
import { errnoName, mapMemory } from './system.ts'
import type { TableMaps } from './table-maps.ts'
import { attachProgram, type Direction, detachProgram, EGRESS, INGRESS } from './tc.ts'

/** By its name, because the dataplane's bundle lies elsewhere than this file. */
const OBJECT = createRequire(import.meta.url).resolve('@bauta/door/door.bpf.o')

/** One managed interface: the device and the TUN that leads up from it. Both exist and are up. */
export interface DoorPort {
  device: string
  tun: string
  role: 'lan' | 'wan'
}

export interface DoorCounter extends CounterMeaning {
  packets: number
}

interface Attached {
  tun: string
  deviceIndex: number
  tunIndex: number
}

export class Door {
  /** For whoever maps the table, or writes what the programs read. */
  readonly maps: TableMaps
  /** Whether they are those of a former process. */
  readonly kept: boolean
  readonly #programs: Programs
  readonly #state: Uint32Array
  readonly #sources: ArrayBuffer
  readonly #attached = new Map<string, Attached>()
  #box: { tun: string; index: number } | null = null
  #own = new Set<number>()

  /**
   * @param capacity of the connection table
   * @param keep hash seed of the table that a former process has left and that is to be gone on with; null: a fresh one
   * @throws Error that says what the machine lacks: file, library, permission, kernel feature
   */
  static open(capacity: number, keep: number | null = null, objectPath: string | URL = OBJECT): Door {
    const kept = keep === null ? null : findKeptMaps(capacity, keep)
    return new Door(loadPrograms(objectPath, capacity, kept), kept !== null)
  }

  private constructor(programs: Programs, kept: boolean) {
    this.#programs = programs
    this.kept = kept
    this.#state = new Uint32Array(mapMemory(programs.map.shared, STATE_BYTES), 0, STATE_BYTES / 4)
    const { index_map, slot_map, tally_map, hop_map, queue_map, passed_map, shared } = programs.map
    this.maps = {
      index: index_map,
      slots: slot_map,
      tallies: tally_map,
      hops: hop_map,
      queues: queue_map,
      passed: passed_map,
      shared,
    }
    this.#sources = mapSources(programs.map.source_map)
  }

  /** Attaches, or attaches again after the device or the TUN was made anew. What is new is known to the programs before they see a packet. */
  attach({ device, tun, role }: DoorPort): void {
    const link = requireLink(device)
    const up = requireLink(tun)
    const before = this.#attached.get(device)
    this.#attached.set(device, { tun, deviceIndex: link.index, tunIndex: up.index })
    this.#setPort(link.index, up.index, link, role)
    this.#setPort(up.index, link.index, link, role)
    if (before !== undefined && before.deviceIndex !== link.index) this.#forgetPort(before.deviceIndex)
    if (before !== undefined && before.tunIndex !== up.index) this.#forgetPort(before.tunIndex)
    this.#hang(tun, up.index, INGRESS, 'tun_in')
    this.#hang(device, link.index, EGRESS, 'device_out')
    this.#hang(device, link.index, INGRESS, 'device_in')
  }

  /** Where the box's own packets go up, and come back judged. Until this is called they are treated as while nobody reads. */
  attachBox(tun: string): void {
    const { index } = requireLink(tun)
    this.#hang(tun, index, INGRESS, 'box_in')
    this.#box = { tun, index }
    this.#state[BOX] = index
  }

  /** Takes the door off a device, which then has the kernel's ordinary traffic. Does nothing where none is attached. */
  detach(device: string): void {
    const attached = this.#attached.get(device)
    if (attached === undefined) return
    detachProgram(attached.deviceIndex, INGRESS)
    detachProgram(attached.deviceIndex, EGRESS)
    detachProgram(attached.tunIndex, INGRESS)
    this.#forgetPort(attached.deviceIndex)
    this.#forgetPort(attached.tunIndex)
    this.#attached.delete(device)
  }

  /** The router's own addresses, all of them; unsigned numbers in reading order. */
  setOwn(addresses: readonly number[]): void {
    const wanted = new Set(addresses)
    for (const address of wanted)
      if (!this.#own.has(address))
        demand(
          libbpf().updateElement(this.#programs.map.own, wireOrder(address), new Uint8Array([1]), 0),
          'telling the door an own address',
        )
    for (const address of this.#own)
      if (!wanted.has(address)) libbpf().deleteElement(this.#programs.map.own, wireOrder(address))
    this.#own = wanted
  }

  /** Whether the queues of the line are told whose a packet is (bpf/shape.h). */
  setShaped(on: boolean): void {
    this.#state[SHAPED] = on ? 1 : 0
  }

  /** Packets since open() by reason; the full queues since the TUNs were made. */
  counters(): DoorCounter[] {
    const sums = sumRows(this.#programs.rows)
    const tuns = [...this.#attached.values()].map(({ tun }) => tun)
    if (this.#box !== null) tuns.push(this.#box.tun)
    return [
      ...COUNTERS.map((counter, place) => ({ ...counter, packets: sums[place]! })),
      { ...QUEUE_FULL, packets: queueDrops(tuns) },
    ]
  }

  /** Who was refused something because it sent too much, and how much, since open() or since it was last silent for long. */
  refusedSources(): (RefusedSource & { device: string })[] {
    const devices = new Map(
      [...this.#attached].map(([device, { tunIndex }]) => [tunIndex % FLOOD_LAYOUT.QUEUES, device]),
    )
    return refusedSources(this.#sources).flatMap((source) => {
      const device = devices.get(source.queue)
      return device === undefined ? [] : [{ ...source, device }]
    })
  }

  /** @param leave the programs stay at their devices: closed, but for LAN to box, until another process attaches its own */
  close({ leave }: { leave: boolean }): void {
    if (!leave) {
      for (const device of [...this.#attached.keys()]) this.detach(device)
      if (this.#box !== null) detachProgram(this.#box.index, INGRESS)
    }
    this.#programs.close()
  }

  #hang(name: string, index: number, direction: Direction, program: keyof Programs['program']): void {
    try {
      attachProgram(index, direction, this.#programs.program[program])
    } catch (error) {
      throw new Error(`the door cannot be attached to ${name}: ${(error as Error).message}`)
    }
  }

  /** struct port { other, address[6], wan, link_header, redirect_header, reserved[3] } */
  #setPort(index: number, other: number, link: Link, role: 'lan' | 'wan'): void {
    const value = new Uint8Array(16)
    new DataView(value.buffer).setUint32(0, other, true)
    value.set(link.address, 4)
    value[10] = role === 'wan' ? 1 : 0
    value[11] = link.linkHeader
    value[12] = link.redirectHeader
    demand(
      libbpf().updateElement(this.#programs.map.ports, hostOrder(index), value, 0),
      'telling the door a port',
    )
  }

  #forgetPort(index: number): void {
    libbpf().deleteElement(this.#programs.map.ports, hostOrder(index))
  }
}

function hostOrder(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

function wireOrder(address: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, address)
  return bytes
}

function demand(result: number, what: string): void {
  if (result < 0) throw new Error(`${what} failed: ${errnoName(result)}`)
}
