/**
 * Starting the whole machine again, and forgetting everything: only where the machine is Bauta's alone.
 *
 * A factory reset is a file. The start after next finds it before anything reads the settings, empties the data partition and goes on as a
 * box fresh from its image (docker/image); so a reset that the power cuts short is done again.
 */
import { execFile } from 'node:child_process'
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PowerReply } from '@bauta/control/schemas'

/** The machine is somebody else's. */
export class NotOurs extends Error {}

export interface PowerOptions {
  appliance: boolean
  stateDir: string
  log: (line: string) => void
  /** Starts the machine again; tests do something else. */
  restart?: () => Promise<void>
  now?: () => number
}

/** So that the answer still reaches the browser. */
const DELAY_MS = 1500

export class Power {
  readonly #options: PowerOptions

  constructor(options: PowerOptions) {
    this.#options = options
  }

  /** @throws NotOurs */
  reboot(): PowerReply {
    this.#claim('starts it again')
    this.#options.log('the machine is started again, as asked')
    return this.#soon()
  }

  /** @throws NotOurs, Error where the wish cannot be written down */
  factoryReset(): PowerReply {
    this.#claim('gives it back as it came')
    const fd = openSync(resetFile(this.#options.stateDir), 'w', 0o600)
    fsyncSync(fd)
    closeSync(fd)
    this.#options.log('everything is forgotten at the next start, as asked; the machine is started again')
    return this.#soon()
  }

  #claim(what: string): void {
    if (!this.#options.appliance)
      throw new NotOurs(`Bauta is a guest on this machine: whoever runs the machine ${what}, not Bauta.`)
  }

  #soon(): PowerReply {
    const { restart = systemctlReboot, log, now = Date.now } = this.#options
    setTimeout(() => {
      restart().catch((error: Error) => log(`the machine could not be started again: ${error.message}`))
    }, DELAY_MS)
    return { at: now() + DELAY_MS }
  }
}

/** Beside the state: what is looked for before any state is read. */
export const resetFile = (stateDir: string): string => join(dirname(stateDir), 'factory-reset')

function systemctlReboot(): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('systemctl', ['reboot'], (error) => (error ? reject(error) : resolve()))
  })
}
