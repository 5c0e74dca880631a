/**
 * A helper lets a connection go. What it had noted goes first: the kernel takes over those places (BYTE.carry) as soon as no helper is named.
 * A call of GRE keeps its number, by which it is translated; GRE is never carried.
 */
import { PROTOCOL } from '@bauta/packet'
import { BYTE, HALF, SLOT_BYTES, SLOT_HALVES } from '../layout.ts'
import type { TableMemory } from '../table-memory.ts'

export function unbind({ bytes, halves, slotsAt }: TableMemory, slot: number): void {
  const at = slotsAt + slot * SLOT_BYTES
  const protocol = bytes[at + BYTE.protocol]
  bytes[at + BYTE.stage] = 0
  if (protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp)
    halves[slotsAt / 2 + slot * SLOT_HALVES + HALF.note] = 0
  Atomics.store(bytes, at + BYTE.helper, 0)
}
