/**
 * Whether the connections that a former process has left can be gone on with, decided before anything is mapped. They lie in two places: a
 * file, whose header says what they are, and maps of the kernel that programs at the devices hold. Either both are taken over or neither is:
 * then the file is removed and the kernel is given new maps, so that nothing of the old table is left that somebody could take for
 * a part of the new one.
 */
import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type FoundTable, foundTable, HEADER_WORD, HEADER_WORDS, LAYOUT_VERSION } from '@bauta/masq'
import { bootId } from './boot-id.ts'

export const tableFile = (runDir: string): string => join(runDir, 'table')

/** What is known of a table by its file. */
export interface TableThere {
  found: FoundTable
  header: Int32Array
}

/** What is needed of a door. */
interface Kept {
  readonly kept: boolean
}

/**
 * @param open makes the door, over the maps of the table with this hash seed where they are there; null: over new ones
 * @returns the door, and what a person should know when connections were lost; null when none were
 */
export function openOverTable<Door extends Kept>(
  runDir: string,
  capacity: number,
  open: (hashSeed: number | null) => Door,
): { door: Door; lost: string | null } {
  const file = tableFile(runDir)
  const { found, header } = tableThere(file, capacity)
  const door = open(found === 'fits' ? header[HEADER_WORD.hashSeed]! : null)
  if (door.kept) return { door, lost: null }
  rmSync(file, { force: true })
  return { door, lost: whyLost(found, header, capacity) }
}

function tableThere(file: string, capacity: number): TableThere {
  const header = new Int32Array(HEADER_WORDS)
  try {
    const fd = openSync(file, 'r')
    try {
      readSync(fd, header, 0, header.byteLength, 0)
    } finally {
      closeSync(fd)
    }
  } catch {
    // there is none, or none that can be read
  }
  return { found: foundTable(header, { capacity, bootId: bootId() }), header }
}

function whyLost(found: FoundTable, header: Int32Array, capacity: number): string | null {
  const reason = {
    nothing: null,
    'other-boot': null,
    'other-version': `it is laid out by version ${header[HEADER_WORD.version]}, and this Bauta knows version ${LAYOUT_VERSION}`,
    'other-capacity': `it was made for ${header[HEADER_WORD.capacity]} connections, and is to have room for ${capacity}`,
    damaged: 'it is damaged',
    fits: header[HEADER_WORD.count] === 0 ? null : 'the kernel no longer has its part of it',
  }[found]
  if (reason === null) return null
  return `The table of connections could not be taken over: ${reason}. The box began with an empty one; what was open has to be opened again.`
}
