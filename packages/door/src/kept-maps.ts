/**
 * The maps that hold the connection table, and the words that the packet thread shares with the programs, outlive the process: a filter that stays at its device keeps its program, and the program its
 * maps. So a new process finds them by the programs of the one before, and goes on with the same memory; nothing is pinned,
 * there is no file system to mount and nothing to take away after a crash, and where no program hangs any more there is no table either.
 */
import { readFileSync } from 'node:fs'
import { indexBytes, SLOT_BYTES } from '@bauta/masq'
import koffi from 'koffi'
import { FLOOD_LAYOUT, QUEUE_BYTES } from './flood.ts'
import { HOP_BYTES, HOPS } from './hops.ts'
import { libbpf } from './libbpf.ts'
import { findLink } from './link.ts'
import { SharedState, STATE_BYTES } from './shared-state.ts'
import { closeFd } from './system.ts'
import { TALLY_BYTES } from './tallies.ts'
import { attachedProgram, INGRESS } from './tc.ts'

export const KEPT_MAPS = ['index_map', 'slot_map', 'tally_map', 'hop_map', 'queue_map', 'shared'] as const
type KeptName = (typeof KEPT_MAPS)[number]
/** File descriptors. */
export type KeptMaps = Record<KeptName, number>

const BUCKET_BYTES = 64
const VALUE_BYTES: KeptMaps = {
  index_map: BUCKET_BYTES,
  slot_map: SLOT_BYTES,
  tally_map: TALLY_BYTES,
  hop_map: HOP_BYTES,
  queue_map: QUEUE_BYTES,
  shared: STATE_BYTES,
}

/** @returns how many values a map has for a table of this capacity */
export function entriesOf(name: KeptName, capacity: number): number {
  if (name === 'hop_map') return HOPS
  if (name === 'queue_map') return FLOOD_LAYOUT.QUEUES
  if (name === 'shared') return 1
  return name === 'index_map' ? indexBytes(capacity) / BUCKET_BYTES : capacity
}

/**
 * @param hashSeed of the table that the maps are to belong to: a process that was killed while it attached programs of its own, with a table of its
 * own, has left two kinds
 * @returns the maps of the door that hangs at some device of this network namespace; null where there are none that fit
 */
export function findKeptMaps(capacity: number, hashSeed: number): KeptMaps | null {
  for (const device of deviceNames()) {
    const link = findLink(device)
    const program = link ? attachedProgram(link.index, INGRESS) : 0
    const found = program ? mapsOf(program, capacity) : null
    if (found && new SharedState(found).hashSeed === hashSeed >>> 0) return found
    if (found) closeAll(found)
  }
  return null
}

const closeAll = (maps: Partial<KeptMaps>): void => {
  for (const fd of Object.values(maps)) closeFd(fd)
}

const deviceNames = (): string[] =>
  readFileSync('/proc/self/net/dev', 'utf8')
    .split('\n')
    .flatMap((line) => (line.includes(':') ? [line.slice(0, line.indexOf(':')).trim()] : []))

function mapsOf(programId: number, capacity: number): KeptMaps | null {
  const program = libbpf().programFdById(programId)
  if (program < 0) return null
  const found: Partial<KeptMaps> = {}
  for (const id of mapIdsOf(program)) keep(found, id, capacity)
  closeFd(program)
  if (KEPT_MAPS.every((name) => found[name] !== undefined)) return found as KeptMaps
  closeAll(found)
  return null
}

/** Another version of Bauta may have had maps of another form: those are left behind with their programs. */
function keep(found: Partial<KeptMaps>, id: number, capacity: number): void {
  const fd = libbpf().mapFdById(id)
  if (fd < 0) return
  const info = mapInfo(fd)
  const name = KEPT_MAPS.find((one) => one === info?.name)
  const fits =
    name && info && info.valueBytes === VALUE_BYTES[name] && info.entries === entriesOf(name, capacity)
  if (fits && found[name] === undefined) found[name] = fd
  else closeFd(fd)
}

/** struct bpf_prog_info: nr_map_ids at 52, map_ids (a pointer that is filled) at 56 */
function mapIdsOf(program: number): number[] {
  const most = 64
  const ids = new Uint32Array(most)
  const info = new DataView(new ArrayBuffer(256))
  info.setUint32(52, most, true)
  info.setBigUint64(56, koffi.address(ids), true)
  if (infoOf(program, info) < 0) return []
  return [...ids.subarray(0, Math.min(most, info.getUint32(52, true)))]
}

/** struct bpf_map_info: type, id, key_size, value_size, max_entries, map_flags, name[16] */
function mapInfo(fd: number): { valueBytes: number; entries: number; name: string } | null {
  const info = new DataView(new ArrayBuffer(128))
  if (infoOf(fd, info) < 0) return null
  const name = new TextDecoder().decode(new Uint8Array(info.buffer, 24, 16))
  return {
    valueBytes: info.getUint32(12, true),
    entries: info.getUint32(16, true),
    name: name.slice(0, name.indexOf('\0')),
  }
}

function infoOf(fd: number, info: DataView<ArrayBuffer>): number {
  const length = new Uint8Array(new Uint32Array([info.byteLength]).buffer)
  return libbpf().infoOf(fd, new Uint8Array(info.buffer), length)
}
