/**
 * Pages of connections straight from the mapped table. Only the rows of the page become objects; the rest is numbers.
 * The table is written by another thread meanwhile: a row whose generation moved while it was read is left out.
 */
import { formatAddress } from '@bauta/config'
import type { Connection, ConnectionPage, ConnectionQuery } from '@bauta/control/schemas'
import { CARRY_STATES, type ConnectionTable, FLAG, STATE_NAMES } from '@bauta/masq'
import { TICKS_PER_SECOND } from '@bauta/tun-tap'
import type { ConnectionRates } from '../rates.ts'
import { connectionFilter, type Lookup, protocolName } from './connection-filter.ts'
import { selectPage } from './select-page.ts'

export interface ConnectionsSource extends Lookup {
  rates: ConnectionRates
  ruleText: (ruleId: number) => string
  forwardText: (id: number) => string
  /** Ticks. */
  now: () => number
}

/** Names sort by alphabet, not by number. */
const STATE_RANK = [...STATE_NAMES].sort()
const rankOfState = STATE_NAMES.map((name) => STATE_RANK.indexOf(name))

export class Connections {
  readonly #source: ConnectionsSource
  readonly #keys: Float64Array
  readonly #slots: Uint32Array

  constructor(source: ConnectionsSource) {
    this.#source = source
    this.#keys = new Float64Array(source.table.capacity)
    this.#slots = new Uint32Array(source.table.capacity)
  }

  page(query: ConnectionQuery): ConnectionPage {
    const { table, now } = this.#source
    const passes = connectionFilter(query.q, this.#source)
    const keyOf = this.#keyOf(query.sort)
    const sign = query.direction === 'asc' ? 1 : -1
    let total = 0
    let matched = 0
    for (let slot = 0; slot < table.limit; slot++) {
      if (!table.used(slot)) continue
      total++
      if (passes && !passes(slot)) continue
      this.#keys[matched] = sign * keyOf(slot)
      this.#slots[matched++] = slot
    }
    const page = selectPage(this.#keys, this.#slots, matched, query.offset, query.limit)
    const rows: Connection[] = []
    for (const slot of page) {
      const row = this.#row(slot, now())
      if (row) rows.push(row)
    }
    return { at: Date.now(), total, matched, offset: query.offset, rows }
  }

  #keyOf(sort: ConnectionQuery['sort']): (slot: number) => number {
    const { table, rates } = this.#source
    switch (sort) {
      case 'expires':
        return (slot) => table.expiresAt(slot)
      case 'rate':
        return (slot) => rates.of(table, slot)
      case 'bytes':
        return (slot) => table.bytesOut(slot) + table.bytesIn(slot)
      case 'age':
        return (slot) => -table.createdAt(slot)
      case 'client':
        return (slot) => table.client(slot) * 65_536 + table.clientPort(slot)
      case 'server':
        return (slot) => table.server(slot) * 65_536 + table.serverPort(slot)
      case 'protocol':
        return (slot) => table.protocol(slot)
      case 'state':
        return (slot) => rankOfState[table.state(slot)]!
    }
  }

  #row(slot: number, now: number): Connection | null {
    const { table, rates, ruleText, forwardText, deviceName, serverName } = this.#source
    const generation = table.generation(slot)
    const protocol = protocolName(table.protocol(slot))
    const seconds = (ticks: number) => ticks / TICKS_PER_SECOND
    const flags = table.flags(slot)
    const row: Connection = {
      id: `${slot}.${generation}`,
      protocol,
      kind: flags & FLAG.local ? 'box' : flags & (FLAG.fromOutside | FLAG.forwarded) ? 'forward' : 'masq',
      client: formatAddress(table.client(slot)),
      clientPort: table.clientPort(slot),
      device: deviceName(table.client(slot)),
      wan: formatAddress(table.wan(slot)),
      masqPort: table.masqPort(slot),
      server: formatAddress(table.server(slot)),
      serverPort: table.serverPort(slot),
      asked: askedOf(table, slot),
      serverName: serverName(table.server(slot)),
      state: table.stateName(slot),
      // Who was reached from outside has answered once something goes out.
      replied: flags & FLAG.fromOutside ? table.packetsOut(slot) > 0 : (flags & FLAG.replied) !== 0,
      expiresIn: Math.max(0, seconds(table.expiresAt(slot) - now)),
      timeout: seconds(table.timeout(slot)),
      age: seconds(now - table.createdAt(slot)),
      idle: Math.max(0, seconds(now - table.lastSeen(slot))),
      packetsOut: table.packetsOut(slot),
      packetsIn: table.packetsIn(slot),
      bytesOut: table.bytesOut(slot),
      bytesIn: table.bytesIn(slot),
      rate: rates.of(table, slot),
      ruleId: table.ruleId(slot),
      ruleText: flags & FLAG.forwarded ? forwardText(table.ruleId(slot)) : ruleText(table.ruleId(slot)),
      revision: table.revision(slot),
      carried: carriedBy(table, slot),
    }
    return table.generation(slot) === generation && generation % 2 === 0 ? row : null
  }
}

function carriedBy(table: ConnectionTable, slot: number): Connection['carried'] {
  const state = CARRY_STATES[table.carry(slot)]
  return { by: table.carriedBits(slot) === 0 ? 'thread' : 'kernel', why: state?.text ?? '' }
}

function askedOf(table: ConnectionTable, slot: number): Connection['asked'] {
  const [address, port] = [table.asked(slot), table.askedPort(slot)]
  if (address === table.server(slot) && port === table.serverPort(slot)) return null
  return { address: formatAddress(address), port }
}

/** @param id `slot.generation` @returns null where it is none */
export function parseConnectionId(id: string, table: ConnectionTable): Float64Array | null {
  const found = /^(\d{1,8})\.(\d{1,10})$/.exec(id)
  if (!found) return null
  const [slot, generation] = [Number(found[1]), Number(found[2])]
  if (slot >= table.limit || !table.used(slot) || table.generation(slot) !== generation) return null
  return Float64Array.of(slot, generation)
}
