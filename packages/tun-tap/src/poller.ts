/**
 * Waits for several file descriptors at once with poll(2): one system call per round however many devices there are, which for the
 * handful that a router has is cheaper than an event loop, and blocks the thread without burning a core. The kernel reads and
 * writes the set in place; nothing is allocated per round.
 */
import { pollFds } from './libc.ts'

const POLLIN = 1

export class Poller {
  /** struct pollfd is { int fd; short events; short revents }: two 32-bit words, the second one holds both shorts. */
  readonly #set: Int32Array
  readonly #count: number

  /** @param fds those below 0 are never ready (poll passes over them), so fakes may stand in the list */
  constructor(fds: readonly number[]) {
    this.#count = fds.length
    this.#set = new Int32Array(fds.length * 2)
    fds.forEach((fd, i) => {
      this.#set[2 * i] = fd
      this.#set[2 * i + 1] = POLLIN
    })
  }

  /**
   * @param timeoutMs 0 returns at once, -1 waits for ever
   * @returns how many are ready; 0 after the timeout, and also when a signal ended the wait
   */
  wait(timeoutMs: number): number {
    const ready = pollFds(this.#set, this.#count, timeoutMs)
    if (ready >= 0) return ready
    for (let i = 0; i < this.#count; i++) this.#set[2 * i + 1] = POLLIN
    return 0
  }

  /** @returns whether the descriptor at place `i` has something to read, or an error to report, since the last wait() */
  ready(i: number): boolean {
    return this.#set[2 * i + 1]! >>> 16 !== 0
  }
}
