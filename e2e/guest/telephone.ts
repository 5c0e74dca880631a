/**
 * Two modems and the telephone network between them, in the place of two serial lines: each end obeys Hayes commands until a call stands,
 * and carries bytes from then on. A box that is told ATS0=1 answers. Runs inside a guest, as root.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { until } from '../lab/shell.ts'

const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants

/** A serial line: a pseudo terminal at a path, whose other side is ours. */
class SerialLine {
  readonly #child: ChildProcess
  readonly #held: number
  onBytes: (bytes: Buffer) => void = () => {}

  private constructor(child: ChildProcess, held: number) {
    this.#child = child
    this.#held = held
    child.stdout!.on('data', (bytes: Buffer) => this.onBytes(bytes))
    // What is on its way when a line is cut is lost, as on a real one.
    child.stdin!.on('error', () => {})
  }

  static async lay(path: string): Promise<SerialLine> {
    const child = spawn('socat', [`PTY,link=${path},raw,echo=0`, 'STDIO'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const held = await holdOpen(path)
    return new SerialLine(child, held)
  }

  write(bytes: Buffer | string): void {
    this.#child.stdin!.write(bytes)
  }

  /** As when the carrier is lost: whoever has it open is hung up. */
  async cut(): Promise<void> {
    closeSync(this.#held)
    const over = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGTERM')
    await over
  }
}

/** @param obey what the modem does with a command; returns what it says */
function modem(line: SerialLine, obey: (command: string) => string): void {
  let typed = ''
  line.onBytes = (bytes) => {
    typed += bytes.toString('latin1')
    const commands = typed.split('\r')
    typed = commands.pop()!
    for (const command of commands) line.write(`\r\n${obey(command.trim())}\r\n`)
  }
}

export class Telephone {
  readonly #paths: { box: string; caller: string }
  #box!: SerialLine
  #caller!: SerialLine
  #answers = false
  /** What the box's modem was told since the last call. */
  heard: string[] = []

  private constructor(paths: { box: string; caller: string }) {
    this.#paths = paths
  }

  static async install(paths: { box: string; caller: string }): Promise<Telephone> {
    const telephone = new Telephone(paths)
    await telephone.#plugIn()
    return telephone
  }

  /** Both ends are hung up, whatever was still on its way; the modems have forgotten what they were told. */
  async hangUp(): Promise<void> {
    await Promise.all([this.#box.cut(), this.#caller.cut()])
    await this.#plugIn()
  }

  /** The box's modem is gone. */
  async unplug(): Promise<void> {
    await this.#box.cut()
  }

  async #plugIn(): Promise<void> {
    this.#answers = false
    this.heard = []
    this.#box = await SerialLine.lay(this.#paths.box)
    this.#caller = await SerialLine.lay(this.#paths.caller)
    modem(this.#box, (command) => {
      this.heard.push(command)
      if (/^ATZ/i.test(command)) this.#answers = false
      if (/S0=[1-9]/i.test(command)) this.#answers = true
      return /^AT/i.test(command) ? 'OK' : 'ERROR'
    })
    modem(this.#caller, (command) => (/^ATD/i.test(command) ? this.#dial() : 'OK'))
  }

  #dial(): string {
    if (!this.#answers) return 'NO CARRIER'
    this.#box.write('\r\nRING\r\n\r\nCONNECT 33600\r\n')
    this.#box.onBytes = (bytes) => this.#caller.write(bytes)
    this.#caller.onBytes = (bytes) => this.#box.write(bytes)
    return 'CONNECT 33600'
  }
}

/** A null-modem cable. */
export class Cable {
  readonly #child: ChildProcess
  #held: number[]

  private constructor(child: ChildProcess, held: number[]) {
    this.#child = child
    this.#held = held
  }

  static async lay(one: string, other: string): Promise<Cable> {
    const ends = [one, other].map((link) => `PTY,link=${link},raw,echo=0`)
    const child = spawn('socat', ends, { stdio: 'ignore' })
    return new Cable(child, [await holdOpen(one), await holdOpen(other)])
  }

  /** From when on both ends are in use: who closes one then unplugs it. */
  letGo(): void {
    for (const end of this.#held) closeSync(end)
    this.#held = []
  }

  /** Whoever has an end open is hung up. */
  async cut(): Promise<void> {
    this.letGo()
    const over = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGTERM')
    await over
  }
}

/** A pseudo terminal that nobody has open reads as one that is gone. */
const holdOpen = (path: string): Promise<number> =>
  until(`a line at ${path}`, 10, () => {
    try {
      return openSync(path, O_RDWR | O_NOCTTY | O_NONBLOCK)
    } catch {
      return undefined
    }
  })
