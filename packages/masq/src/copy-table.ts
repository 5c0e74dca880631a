/**
 * A table of one's own, with the connections of another: for whoever wants to know what would happen without its happening.
 *
 * The copy is made while the writer goes on: a connection that was being replaced meanwhile is left out, as one that
 * was not there. What stands beside the slots and is built anew from them (index, lists) is not copied; a Masquerader over
 * the copy adopts it as it adopts a table after a restart.
 */
import { HEADER_WORD, INDEX_AT, REST_AT, SLOT_BYTES, SLOT_WORDS, tableBytes, WORD } from './layout.ts'
import { ConnectionTable } from './table.ts'

/** @returns a table in memory of its own; nothing that is done to it shows in `table` */
export function copyTable(table: ConnectionTable): ConnectionTable {
  const { capacity, limit } = table
  const from = table.memory
  const options = {
    capacity,
    hashSeed: from.words[HEADER_WORD.hashSeed]!,
    bootId: from.words[HEADER_WORD.bootId]!,
  }
  const memory = new ArrayBuffer(tableBytes(capacity))
  const { memory: to } = new ConnectionTable(memory, options)
  // The ports with their owners and rests, and the adjustments.
  to.bytes.set(from.bytes.subarray(REST_AT, INDEX_AT), REST_AT)
  const generations = new Int32Array(limit)
  for (let slot = 0; slot < limit; slot++) generations[slot] = table.generation(slot)
  to.bytes.set(from.bytes.subarray(from.slotsAt, from.slotsAt + limit * SLOT_BYTES), to.slotsAt)
  for (let slot = 0; slot < limit; slot++)
    if (table.generation(slot) >>> 0 !== generations[slot]! >>> 0) to.words[wordAt(to.slotsAt, slot)]! |= 1
  to.words[HEADER_WORD.touched] = limit
  return new ConnectionTable(memory, options)
}

const wordAt = (slotsAt: number, slot: number): number => slotsAt / 4 + slot * SLOT_WORDS + WORD.generation
