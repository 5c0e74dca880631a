/** `ip monitor`, kept alive: it says that something changed, and whoever listens looks how things are now. */
import { type ChildProcess, spawn } from 'node:child_process'

const RESPAWN_MS = 500

export interface IpMonitorOptions {
  /** The words after `ip`. */
  words: string[]
  /** Something changed, or may have while nobody watched. */
  onEvent: () => void
  onProblem?: (text: string) => void
}

export class IpMonitor {
  readonly #options: IpMonitorOptions
  #child: ChildProcess | null = null
  #respawn: NodeJS.Timeout | null = null
  #stopped = false

  constructor(options: IpMonitorOptions) {
    this.#options = options
  }

  start(): void {
    const { words, onEvent, onProblem } = this.#options
    const child = spawn('ip', words, { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#child = child
    child.stdout.on('data', onEvent)
    child.once('error', (error) => onProblem?.(`ip ${words.join(' ')}: ${error.message}`))
    child.once('close', () => {
      if (this.#stopped) return
      this.#respawn = setTimeout(() => {
        this.start()
        onEvent()
      }, RESPAWN_MS)
    })
  }

  stop(): void {
    this.#stopped = true
    if (this.#respawn) clearTimeout(this.#respawn)
    this.#child?.kill()
  }
}
