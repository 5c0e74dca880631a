/**
 * Who floods: once a second, what the door refused to whom (packages/door/bpf/flood.h) becomes counted drops, a line in the log, a
 * condition that needs attention, and a figure on the page Devices.
 *
 * A few packets refused are nothing to tell: a fast download over a slow box fills its queue, and TCP finds its rate by that. A source floods
 * when it is refused OPENINGS a second that would have begun something, or CROWDED others. A line is written once a minute for each
 * at most, and the worst of the last hour stay to be seen.
 */
import { formatAddress } from '@bauta/config'
import type { RefusedSource } from '@bauta/door'
import type { DoorCounters } from './api/counters.ts'
import type { Condition } from './attention.ts'
import { DROP } from './drop-reasons.ts'

export interface FloodWatchOptions {
  door: {
    counters(): DoorCounters
    refusedSources(): readonly (RefusedSource & { device: string })[]
  }
  /** Of Counters: `flood` and `crowded` are written here and by nobody else. */
  drops: Float64Array
  wan: () => string | null
  /** The address that a hardware address has, and the name of the machine at an address; null where nobody knows. */
  home: { addressOf(mac: string): string | null }
  nameOf: (address: string) => string | null
  log: (line: string) => void
}

/** Packets a second. */
const OPENINGS = 100
const CROWDED = 1000
const LINE_MS = 60_000
const SHOWN_MS = 3600 * 1000
const MOST_NAMED = 3
const DOOR_DROPS = [
  ['in-flood', DROP.flood],
  ['in-crowded', DROP.crowded],
] as const

interface Flooder {
  who: string
  /** Packets refused in the worst second. */
  worst: number
  at: number
  toldAt: number
}

export class FloodWatch {
  readonly #options: FloodWatchOptions
  readonly #dropped = new Map<string, number>()
  /** By the key of the source: openings and others refused until the last look. */
  #before = new Map<string, readonly [openings: number, crowded: number]>()
  readonly #flooders = new Map<string, Flooder>()

  constructor(options: FloodWatchOptions) {
    this.#options = options
  }

  /** @returns packets a second that were refused since the last call, by hardware address, or by address where that is not seen */
  sample(seconds: number, now = Date.now()): Map<string, number> {
    this.#count()
    const refused = new Map<string, number>()
    const sources = this.#options.door.refusedSources()
    const counted = new Map<string, readonly [number, number]>()
    for (const source of sources) {
      const { key, mac, kind, address, openings, crowded } = source
      const before = this.#before.get(key) ?? [0, 0]
      counted.set(key, [openings, crowded])
      const [opened, others] = [growth(before[0], openings) / seconds, growth(before[1], crowded) / seconds]
      if (opened + others === 0) continue
      const id = mac ?? formatAddress(address)
      if (kind !== 'strangers') refused.set(id, (refused.get(id) ?? 0) + opened + others)
      if (opened >= OPENINGS || others >= CROWDED) this.#note(source, Math.round(opened + others), now)
    }
    this.#before = counted
    return refused
  }

  condition(now = Date.now()): Condition & { holds: boolean } {
    for (const [who, { at }] of this.#flooders) if (now - at > SHOWN_MS) this.#flooders.delete(who)
    const worst = [...this.#flooders.values()].sort((a, b) => b.worst - a.worst).slice(0, MOST_NAMED)
    const said = worst.map(({ who, worst: packets }) => `${who} (${figure(packets)} packets a second)`)
    return {
      kind: 'flood',
      level: 'warn',
      text: `Floods within the last hour, refused before they took anything from the others: ${said.join('; ')}. A machine of the house that floods may be infected, or have a fault.`,
      holds: worst.length > 0,
    }
  }

  /** The counters go on over restarts of this process, those of the door begin anew with it. */
  #count(): void {
    const counters = this.#options.door.counters()
    for (const [name, reason] of DOOR_DROPS) {
      const packets = counters.find((counter) => counter.name === name)?.packets ?? 0
      this.#options.drops[reason]! += packets - (this.#dropped.get(name) ?? 0)
      this.#dropped.set(name, packets)
    }
  }

  /** What it sends of known flows and of others are two sources to the door, and one to people. */
  #note(source: RefusedSource & { device: string }, packets: number, now: number): void {
    const who = this.#who(source)
    const known = this.#flooders.get(who)
    const told = known !== undefined && now - known.toldAt < LINE_MS
    this.#flooders.set(who, {
      who,
      worst: Math.max(packets, known?.worst ?? 0),
      at: now,
      toldAt: told ? known.toldAt : now,
    })
    if (!told) this.#options.log(`${who} floods: ${figure(packets)} packets a second refused`)
  }

  #who({ kind, mac, address, device }: RefusedSource & { device: string }): string {
    const { wan, home, nameOf } = this.#options
    const outside = device === wan()
    if (kind === 'strangers')
      return outside
        ? 'somebody on the Internet, from many addresses,'
        : `somebody on ${device}, as many machines,`
    if (outside) return `${formatAddress(address)} on the Internet`
    const at = mac === null ? formatAddress(address) : home.addressOf(mac)
    if (at === null) return `the machine with the hardware address ${mac}`
    const name = nameOf(at)
    return name === null ? at : `${name} (${at})`
  }
}

/** A row of the door that another source had meanwhile began anew. */
const growth = (before: number, now: number): number => (now >= before ? now - before : now)

const figure = (packets: number): string => packets.toLocaleString('en')
