/**
 * What the dataplane starts from: STATE/applied.json, the last snapshot that was applied, in the form of an apply
 * request. Forwarding so needs neither the web nor the database.
 *
 * A file that cannot be read is set aside under another name, never overwritten and never fatal: the box starts with
 * the safe default (out from the LAN, nothing in) and says so. What the box needs to be reached and to go online is then taken
 * from the snapshot before, which is kept beside, or from the command line (initial-snapshot.ts).
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Snapshot } from '@bauta/config'
import { type AppliedFile, type ApplyRequest, appliedFileSchema } from '@bauta/control/schemas'
import { NO_NOTE, type Note } from './apply/confirmer.ts'

const FILE = 'applied.json'
const PREVIOUS = 'applied.json.previous'

export interface Boot extends ApplyRequest {
  /** What waited to be confirmed when the process before ended. */
  note: Note
  /** The settings were read, not invented. */
  settingsLoaded: boolean
  /** Why they could not be read, in words; null also where there was none to read. */
  problem: string | null
}

/** @param initial makes what to start with while there is no snapshot; given the one before the unreadable, where there is one */
export function readApplied(
  stateDir: string,
  initial: (previous: Snapshot | null) => Snapshot,
  now = new Date(),
): Boot {
  const file = join(stateDir, FILE)
  if (!existsSync(file))
    return { revision: 0, snapshot: initial(null), note: NO_NOTE, settingsLoaded: false, problem: null }
  const read = tryRead(file)
  if (typeof read !== 'string') {
    const { revision, snapshot, ...note } = read
    return { revision, snapshot, note, settingsLoaded: true, problem: null }
  }
  const fate = setAside(file, `${file}.corrupt-${now.toISOString().replaceAll(':', '')}`)
  const previous = tryRead(join(stateDir, PREVIOUS))
  return {
    revision: 0,
    note: NO_NOTE,
    snapshot: initial(typeof previous === 'string' ? null : previous.snapshot),
    settingsLoaded: false,
    problem: `The settings could not be read (${read}); they ${fate}. The box runs on the safe default: the household may go out, nothing comes in.`,
  }
}

/** A disk that cannot be written is no reason not to forward. @returns what became of the file, in words */
function setAside(file: string, aside: string): string {
  try {
    renameSync(file, aside)
    return `were set aside as ${aside}`
  } catch (error) {
    return `could not be set aside either (${(error as Error).message})`
  }
}

/** @returns the request, or why the file is none */
function tryRead(file: string): AppliedFile | string {
  try {
    const parsed = appliedFileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    return `${issue!.path.join('.')}: ${issue!.message}`
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * Makes a request the one to start from. When this returns it survives a power cut; when it throws, or the power goes
 * meanwhile, the one before does.
 */
export function writeApplied(stateDir: string, { revision, snapshot }: ApplyRequest, note = NO_NOTE): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const file = join(stateDir, FILE)
  const fresh = `${file}.new`
  try {
    writeDurably(fresh, `${JSON.stringify({ revision, snapshot, ...said(note) }, null, 1)}\n`)
  } catch (error) {
    // What was written of it is room that a full disk needs.
    rmSync(fresh, { force: true })
    throw new Error(`the settings could not be written to ${stateDir} (${(error as Error).message})`)
  }
  if (existsSync(file)) {
    const previous = join(stateDir, PREVIOUS)
    rmSync(previous, { force: true })
    linkSync(file, previous)
  }
  renameSync(fresh, file)
  syncFolder(stateDir)
}

/** What there is to say: a box where nothing waits has a file of settings. */
const said = ({ waiting, wentBack }: Note): Partial<Note> => ({
  ...(waiting ? { waiting } : {}),
  ...(wentBack ? { wentBack } : {}),
})

function writeDurably(file: string, text: string): void {
  const fd = openSync(file, 'w', 0o600)
  try {
    // Not writeSync: a disk that is nearly full takes a part, says how much, and reports no error.
    writeFileSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** A rename is durable only when the folder is. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
