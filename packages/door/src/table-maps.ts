/**
 * The memory that packet thread and kernel share. The table is one stretch of memory to those who use it; its index and its slots are
 * BPF arrays, which the kernel can read, and what stands before them (ports, adjustments) is a file. So three mappings are laid
 * side by side into one reserved stretch. A mapping stays until the process ends.
 */
import { closeSync, constants, openSync } from 'node:fs'
import { INDEX_AT, indexBytes, SLOT_BYTES, tableBytes } from '@bauta/masq'
import koffi from 'koffi'
import { HOP_BYTES, HOPS } from './hops.ts'
import { errno, errnoName, MAP_FAILED, mapMemory, mmap, posixFallocate } from './system.ts'
import { TALLY_BYTES } from './tallies.ts'

const PROT_NONE = 0
const PROT_READ_WRITE = 3
const MAP_SHARED = 0x01
const MAP_PRIVATE = 0x02
const MAP_FIXED = 0x10
const MAP_ANONYMOUS = 0x20
const MAP_NORESERVE = 0x4000

/** File descriptors of the maps that hold the table, and of those beside it. They can be handed to another thread, unlike memory. */
export interface TableMaps {
  index: number
  slots: number
  tallies: number
  hops: number
  queues: number
  passed: number
  shared: number
}

/** @returns the whole table, tableBytes(capacity) long @throws Error that says what could not be mapped */
export function mapTable(path: string, maps: TableMaps, capacity: number): ArrayBuffer {
  const bytes = tableBytes(capacity)
  const base = map(
    null,
    bytes,
    PROT_NONE,
    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
    -1,
    'the address space',
  )
  const lay = (at: number, length: number, fd: number, what: string) =>
    map(base + BigInt(at), length, PROT_READ_WRITE, MAP_SHARED | MAP_FIXED, fd, what)
  const file = openFile(path, INDEX_AT)
  try {
    lay(0, INDEX_AT, file, path)
  } finally {
    closeSync(file)
  }
  lay(INDEX_AT, indexBytes(capacity), maps.index, 'the index of connections')
  lay(INDEX_AT + indexBytes(capacity), capacity * SLOT_BYTES, maps.slots, 'the slots of connections')
  return koffi.view(base, bytes)
}

export const mapTallies = (maps: TableMaps, capacity: number): ArrayBuffer =>
  mapMemory(maps.tallies, capacity * TALLY_BYTES)

export const mapHops = (maps: TableMaps): ArrayBuffer => mapMemory(maps.hops, HOPS * HOP_BYTES)

/** Space is claimed before it is mapped: a page that a full disk has no room for would end the process. */
function openFile(path: string, bytes: number): number {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  const code = posixFallocate(fd, 0, bytes)
  if (code === 0) return fd
  closeSync(fd)
  throw new Error(`${path} cannot grow to ${bytes} bytes: ${errnoName(code)}`)
}

function map(
  at: bigint | null,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  what: string,
): bigint {
  const address = mmap(at, length, protection, flags, fd, 0)
  if (address === MAP_FAILED) throw new Error(`${what} cannot be mapped: ${errnoName(errno())}`)
  return address
}
