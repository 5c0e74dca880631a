/**
 * Follows what daemons write that outlive the dataplane: files RUN/<folder>/<daemon>.log, which their starter keeps small. A file that
 * became shorter was begun anew. What is read at once is bounded: of a daemon that screams the last words count.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'

const AT_ONCE = 64 * 1024

export class DaemonLogs {
  readonly #folder: string
  readonly #add: (source: string, line: string) => void
  readonly #files = new Map<string, { offset: number; rest: string }>()

  /** @param folder the run folder @param add is told every whole line */
  constructor(folder: string, add: (source: string, line: string) => void) {
    this.#folder = folder
    this.#add = add
  }

  /** Reads what was added since the last look. */
  look(): void {
    for (const file of this.#found()) {
      const known = this.#files.get(file) ?? { offset: 0, rest: '' }
      this.#files.set(file, known)
      const text = readFrom(file, known)
      if (text === '') continue
      const lines = (known.rest + text).split('\n')
      known.rest = lines.pop()!.slice(-AT_ONCE)
      for (const line of lines) this.#add(basename(file, '.log'), line)
    }
  }

  #found(): string[] {
    return namesIn(this.#folder).flatMap((folder) => {
      const inside = join(this.#folder, folder)
      return namesIn(inside)
        .filter((name) => name.endsWith('.log'))
        .map((name) => join(inside, name))
    })
  }
}

/** Moves the offset. */
function readFrom(file: string, known: { offset: number; rest: string }): string {
  let fd: number
  try {
    // The daemon owns its folder: what it puts there must lead nowhere else, nor keep this thread waiting.
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return ''
  }
  try {
    const found = fstatSync(fd)
    if (!found.isFile()) return ''
    const { size } = found
    if (size < known.offset) Object.assign(known, { offset: 0, rest: '' })
    if (size - known.offset > AT_ONCE) Object.assign(known, { offset: size - AT_ONCE, rest: '' })
    const buffer = Buffer.alloc(size - known.offset)
    const read = readSync(fd, buffer, 0, buffer.length, known.offset)
    known.offset += read
    return buffer.toString('utf8', 0, read)
  } finally {
    closeSync(fd)
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
