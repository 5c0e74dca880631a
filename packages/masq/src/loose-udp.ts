/**
 * Loose UDP of 2.2 (ip_masq_udp_dloose): one entry per LAN socket for all servers, and whoever sends to its masq port gets through.
 *
 * The entry is an ordinary connection, entered in the index with the server it has heard of or been sent to last. A packet that the
 * index does not know is looked up by its LAN socket, or its masq port, alone, and the entry's far end becomes the packet's: "its
 * recorded destination is overwritten by each packet, in both directions". A masq port has one loose entry at most.
 *
 * Games of the nineties need it (several servers at once, answers from strangers). It opens the port to everybody, which is why 2.2.16
 * switched it off, and why it is off in the preset `standard`.
 */
import type { PacketView } from '@bauta/packet'
import { type Direction, IN, OUT } from './key-index.ts'
import { PORTS_PER_PROTOCOL } from './layout.ts'
import type { PortPool } from './ports.ts'
import type { ConnectionTable } from './table.ts'
import type { TableWriter } from './table-writer.ts'

export class LooseUdp {
  /** Whether new entries are loose; those that are stay so. */
  on = false
  /** Entries there are: nothing is looked for while it is 0. */
  count = 0
  readonly #table: ConnectionTable
  readonly #writer: TableWriter
  readonly #pool: PortPool
  /** slot + 1 by masq port */
  readonly #slots = new Int32Array(PORTS_PER_PROTOCOL)

  constructor(table: ConnectionTable, writer: TableWriter, pool: PortPool) {
    this.#table = table
    this.#writer = writer
    this.#pool = pool
  }

  has(port: number): boolean {
    return this.#slots[port] !== 0
  }

  add(slot: number): void {
    this.#slots[this.#table.masqPort(slot)] = slot + 1
    this.count++
  }

  remove(slot: number): void {
    const port = this.#table.masqPort(slot)
    if (this.#slots[port] !== slot + 1) return
    this.#slots[port] = 0
    this.count--
  }

  /** @returns the entry of the LAN socket that the packet comes from, or -1 */
  findOut(view: PacketView): number {
    const port = this.#pool.portOf(view.source | 0, view.sourcePort)
    const slot = port < 0 ? -1 : this.#slots[port]! - 1
    return slot < 0 ? -1 : this.#aim(slot, view.destination | 0, view.destinationPort, IN)
  }

  /** @returns the entry of the masq port that the packet goes to, or -1 */
  findIn(view: PacketView): number {
    const slot = this.#slots[view.destinationPort]! - 1
    if (slot < 0 || this.#table.wanBits(slot) !== (view.destination | 0)) return -1
    return this.#aim(slot, view.source | 0, view.sourcePort, OUT)
  }

  /** @param other the view that the packet does not show: another connection may have it already */
  #aim(slot: number, far: number, farPort: number, other: Direction): number {
    const table = this.#table
    const near = other === IN ? table.wanBits(slot) : table.clientBits(slot)
    const nearPort = other === IN ? table.masqPort(slot) : table.clientPort(slot)
    if (table.index.find(other, table.protocol(slot), near, (nearPort << 16) | farPort, far) >= 0) return -1
    this.#writer.setFarEnd(slot, far, farPort)
    return slot
  }
}
