/**
 * What the packet thread began with, kept beside the table, so that the next process can begin with it before it has read anything else:
 * new connections wait only until then (go-on.ts).
 *
 * The file tells what is in force, or is not there. It is removed before the packet thread is told anything else, and written when all of
 * that is done and stored; so a process killed at any moment leaves the truth, or nothing and a slower start. A mark in it names everything
 * that must be the same for it to hold: this very program, this boot, the size of the table, and the settings on the disk, which somebody
 * may have changed while nobody ran. What lives outside of all that (addresses, devices) is compared by who goes on (settings-hold.ts).
 *
 * Written by V8's serializer, because compiled rules are more than JSON knows.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { bootId } from './boot-id.ts'
import { buildId } from './here.ts'
import type { Options } from './options.ts'
import type { ThreadStart } from './thread-protocol.ts'

export type Start = Pick<ThreadStart, 'config' | 'reserved' | 'neighbours' | 'offload'>

const FILE = 'start'

export class KeptStart {
  readonly #file: string
  readonly #applied: string
  readonly #program: string | null
  readonly #capacity: number

  /** @param program by which a program knows itself again; null: nothing is kept */
  constructor(
    { runDir, stateDir, capacity }: Pick<Options, 'runDir' | 'stateDir' | 'capacity'>,
    program: string | null = buildId(),
  ) {
    this.#file = join(runDir, FILE)
    this.#applied = join(stateDir, 'applied.json')
    this.#program = program
    this.#capacity = capacity
  }

  /** Something else is about to be in force. */
  forget(): void {
    rmSync(this.#file, { force: true })
  }

  /** This is in force, and what is on the disk says the same. A start that cannot be kept is a slower one, no failure. */
  keep(start: Start): void {
    if (this.#program === null) return
    try {
      writeFileSync(`${this.#file}.new`, serialize({ mark: this.#mark(), start }), { mode: 0o600 })
      renameSync(`${this.#file}.new`, this.#file)
    } catch {
      this.forget()
    }
  }

  /** @returns null where there is none, or one of another program, boot or settings */
  read(): Start | null {
    if (this.#program === null) return null
    try {
      const { mark, start } = deserialize(readFileSync(this.#file)) as { mark: string; start: Start }
      return mark === this.#mark() ? start : null
    } catch {
      return null
    }
  }

  /** A file that was written anew has another number or another time. */
  #mark(): string {
    const applied = statSync(this.#applied, { bigint: true, throwIfNoEntry: false })
    const settings = applied ? `${applied.ino}/${applied.size}/${applied.mtimeNs}` : 'none'
    return [this.#program, bootId(), this.#capacity, settings].join(' ')
  }
}
