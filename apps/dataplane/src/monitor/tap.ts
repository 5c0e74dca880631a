/**
 * The packet thread's side of the monitor. While somebody watches, devices stand behind taps that note what is read and written, in
 * pairs: everything written before the next read is because of the packet read last. While nobody does there is no tap: the
 * path has the devices themselves, and pays nothing.
 */
import { VNET_HEADER } from '@bauta/packet'
import type { Device } from '@bauta/tun-tap'
import type { Crossing } from '../path/crossing.ts'
import { Fields, readFields, type WatchFilter, wants } from './filter.ts'
import { Ring } from './ring.ts'

export class Tap {
  readonly #ring: Ring
  readonly #filter: WatchFilter
  readonly #crossing: Crossing
  readonly #fields = new Fields()
  /** The packet read last: noted when it, or what becomes of it, is wanted. */
  readonly #waiting = new Uint8Array(VNET_HEADER + 65_535)
  #waitingLength = 0
  #noted = false
  #turn = 0
  #from = -1

  /** @param crossing tells by which interface a packet leaves */
  constructor(memory: SharedArrayBuffer, filter: WatchFilter, crossing: Crossing) {
    this.#ring = new Ring(memory)
    this.#filter = filter
    this.#crossing = crossing
  }

  /** @param index of the interface, -1 for the box */
  over(device: Device, index: number): Device {
    return {
      name: device.name,
      fd: device.fd,
      read: (buffer) => {
        const length = device.read(buffer)
        if (length > 0) this.#came(index, buffer, length)
        return length
      },
      write: (buffer, length) => {
        this.#leaves(buffer, length)
        return device.write(buffer, length)
      },
      close: () => device.close(),
    }
  }

  #came(from: number, buffer: Uint8Array, length: number): void {
    this.#turn = (this.#turn + 1) | 0
    this.#from = from
    readFields(this.#fields, buffer, length)
    this.#noted = wants(this.#filter, this.#fields, from, -1)
    if (this.#noted) {
      this.#note(false, -1, buffer, length)
      return
    }
    for (let i = 0; i < length; i++) this.#waiting[i] = buffer[i]!
    this.#waitingLength = length
  }

  #leaves(buffer: Uint8Array, length: number): void {
    const { outIf } = this.#crossing
    readFields(this.#fields, buffer, length)
    if (!this.#noted) {
      if (!wants(this.#filter, this.#fields, this.#from, outIf)) return
      this.#noted = true
      this.#note(false, -1, this.#waiting, this.#waitingLength)
    }
    this.#note(true, outIf, buffer, length)
  }

  #note(outward: boolean, outIf: number, buffer: Uint8Array, length: number): void {
    const { now } = this.#crossing
    this.#ring.put(this.#turn, outward, this.#from, outIf, now, buffer, VNET_HEADER, length)
  }
}
