/** A download that is watched while it runs: how much has come, and when the last byte did. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Lab } from '../lab/lab.ts'
import type { Host } from '../lab/plan.ts'
import { sleep } from '../lab/shell.ts'

export class Transfer {
  bytes = 0
  /** By the clock of `performance.now()`. */
  lastByteAt = 0
  /** Longest silence between two pieces, in ms; a silence that still lasts is not in it. */
  longestGap = 0
  readonly #curl: ChildProcess

  constructor(lab: Lab, host: Host, url: string) {
    this.#curl = lab.spawn(host, ['curl', '-sSN', url], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#curl.stdout!.on('data', (chunk: Buffer) => {
      const now = performance.now()
      if (this.bytes > 0) this.longestGap = Math.max(this.longestGap, now - this.lastByteAt)
      this.lastByteAt = now
      this.bytes += chunk.length
    })
  }

  /** @returns bytes that came during the next so many milliseconds */
  async during(ms: number): Promise<number> {
    const before = this.bytes
    await sleep(ms)
    return this.bytes - before
  }

  async stop(): Promise<void> {
    if (this.#curl.exitCode !== null || this.#curl.signalCode !== null) return
    this.#curl.kill()
    await once(this.#curl, 'exit')
  }
}
