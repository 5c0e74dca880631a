/**
 * Names of hardware from the database that udev brings along (hwdb.bin: PCI, USB and the IEEE's list of makers), so nothing is
 * downloaded and nothing is shipped twice. A machine without udev has none; everything then goes without these names.
 *
 * Asked one at a time and remembered, also that there was no answer: the answer is for the next time somebody looks.
 */
import { execFile } from 'node:child_process'

/** @returns the properties for a key, or null where there is no database; tests put something simpler in its place */
export type AskDatabase = (key: string) => Promise<string | null>

const ask: AskDatabase = (key) =>
  new Promise((resolve) => {
    execFile('systemd-hwdb', ['query', key], { timeout: 5000 }, (error, stdout) => {
      if (!error) return resolve(stdout)
      execFile('udevadm', ['hwdb', `--test=${key}`], { timeout: 5000 }, (failure, text) =>
        resolve(failure ? null : text),
      )
    })
  })

/** What the phones and laptops of a large house come to. */
const REMEMBERED = 1000
/** Each question is a process: somebody who invents machines by the thousand makes no more than these wait. */
const WAITING = 50

export class HardwareDatabase {
  readonly #ask: AskDatabase
  readonly #known = new Map<string, string | null>()
  waiting = 0
  #queue: Promise<unknown> = Promise.resolve()

  constructor(question: AskDatabase = ask) {
    this.#ask = question
  }

  /** @returns who made the network card; null while unknown, and for invented addresses, which tell of nobody */
  maker(mac: string): string | null {
    if (isInvented(mac)) return null
    const digits = mac.replaceAll(':', '').toUpperCase()
    return this.#look(`OUI:${digits}`, digits.slice(0, 6), 'ID_OUI_FROM_DATABASE')
  }

  /** @param modalias as in sysfs: `pci:v00008086d000015F3…` */
  model(modalias: string): string | null {
    const parts = ['ID_VENDOR_FROM_DATABASE', 'ID_MODEL_FROM_DATABASE'].map((property) =>
      this.#look(modalias, modalias, property),
    )
    return parts[1] === null ? null : parts.filter(Boolean).join(' ')
  }

  #look(key: string, remembered: string, property: string): string | null {
    const text = this.#known.get(remembered)
    if (text !== undefined) return propertyIn(text, property)
    if (this.waiting >= WAITING) return null
    this.waiting++
    if (this.#known.size >= REMEMBERED) this.#known.clear()
    this.#known.set(remembered, null)
    this.#queue = this.#queue.then(async () => {
      this.#known.set(remembered, await this.#ask(key))
      this.waiting--
    })
    return null
  }
}

/** IEEE 802, U/L bit: not given by a maker, but made up by the machine itself, as phones do for every network. */
export const isInvented = (mac: string): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0

const propertyIn = (text: string | null, property: string): string | null =>
  text === null ? null : (new RegExp(`^${property}=(.+)$`, 'm').exec(text)?.[1] ?? null)
