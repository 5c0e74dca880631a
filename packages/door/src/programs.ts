/**
 * The compiled programs, loaded: the object is one ELF file (bpf/door.bpf.o) that libbpf relocates and the kernel verifies.
 * Everything lives as long as this object or, for what is attached, as long as the device keeps the filter.
 */
import { readFileSync } from 'node:fs'
import koffi from 'koffi'
import { COUNTERS } from './counters.ts'
import { entriesOf, KEPT_MAPS, type KeptMaps } from './kept-maps.ts'
import { libbpf } from './libbpf.ts'
import { EPERM, errno, errnoName, mapMemory } from './system.ts'

const PROGRAMS = ['device_in', 'device_out', 'tun_in', 'box_in'] as const
const MAPS = [
  'ports',
  'own',
  'shared',
  'counts',
  'index_map',
  'slot_map',
  'tally_map',
  'hop_map',
  'queue_map',
  'source_map',
  'passed_map',
] as const
/** bpf/door.bpf.c: COUNTERS_ROOM, 64-bit each. */
export const COUNTERS_ROOM = 32
const LOG_BYTES = 256 * 1024

export interface Programs {
  /** File descriptors. */
  program: Record<(typeof PROGRAMS)[number], number>
  map: Record<(typeof MAPS)[number], number>
  /** One row of COUNTERS_ROOM per possible CPU. */
  rows: BigUint64Array
  close(): void
}

/**
 * @param capacity of the connection table
 * @param kept maps of a former process, by name, that are used instead of new ones
 * @throws Error that says what is missing: the file, the library, the permission, or the kernel's feature with the verifier's last words
 */
export function loadPrograms(path: string | URL, capacity: number, kept: KeptMaps | null): Programs {
  const library = libbpf()
  const file = readFileSync(path)
  const log = new Uint8Array(LOG_BYTES)
  const object = library.openMem(file, file.length, openOptions(log))
  if (object === null) throw new Error(`${path} is no eBPF object of the door: ${errnoName(errno())}`)
  try {
    const cpus = library.possibleCpus()
    if (cpus <= 0) throw new Error(`the number of CPUs cannot be found: ${errnoName(cpus)}`)
    demand(library.setMaxEntries(library.map(object, 'counts'), cpus), 'sizing the counters')
    for (const name of KEPT_MAPS) {
      const map = library.map(object, name)
      const entries = entriesOf(name, capacity)
      demand(library.setMaxEntries(map, entries), `sizing ${name}`)
      if (kept) demand(library.reuseFd(map, kept[name]), `keeping ${name}`)
    }
    const loaded = library.load(object)
    if (loaded < 0) throw new Error(whyNotLoaded(loaded, log))
    const map = descriptors(MAPS, (name) => library.mapFd(library.map(object, name)))
    return {
      program: descriptors(PROGRAMS, (name) => library.programFd(library.program(object, name))),
      map,
      rows: new BigUint64Array(mapMemory(map.counts, cpus * COUNTERS_ROOM * 8)),
      close: () => library.close(object),
    }
  } catch (error) {
    library.close(object)
    throw error
  }
}

/** Adds up the rows of all CPUs. @returns packets by place in COUNTERS */
export function sumRows(rows: BigUint64Array): number[] {
  return COUNTERS.map((_, place) => {
    let sum = 0
    for (let at = place; at < rows.length; at += COUNTERS_ROOM) sum += Number(rows[at]!)
    return sum
  })
}

function descriptors<Name extends string>(
  names: readonly Name[],
  find: (name: Name) => number,
): Record<Name, number> {
  const found = {} as Record<Name, number>
  for (const name of names) {
    found[name] = find(name)
    demand(found[name], `finding ${name} in the object`)
  }
  return found
}

/** struct bpf_object_open_opts: only the size, the name and the log buffer are filled in. */
function openOptions(log: Uint8Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(80))
  view.setUint32(0, view.byteLength, true)
  view.setBigUint64(8, koffi.address(NAME), true)
  view.setBigUint64(56, koffi.address(log), true)
  view.setUint32(64, log.length, true)
  return new Uint8Array(view.buffer)
}

const NAME = new Uint8Array(new TextEncoder().encode('bauta_door\0').buffer)

function whyNotLoaded(code: number, log: Uint8Array): string {
  if (code === -EPERM)
    return 'no permission to load eBPF programs: the dataplane needs root (CAP_BPF and CAP_NET_ADMIN)'
  const text = new TextDecoder().decode(log.subarray(0, Math.max(0, log.indexOf(0)))).trim()
  const end = text.split('\n').slice(-4).join(' | ')
  return `the kernel refuses the door’s eBPF programs (${errnoName(code)}); Linux 6.1 or later is needed. ${end}`
}

function demand(result: number, what: string): void {
  if (result < 0) throw new Error(`${what} failed: ${errnoName(result)}`)
}
