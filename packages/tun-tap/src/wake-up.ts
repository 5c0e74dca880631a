/**
 * Ends another thread's poll: an eventfd. The waiting thread puts `fd` into its Poller; any other thread of the process makes its
 * own WakeUp over the same number and calls signal(). Signals that nobody has drained yet count as one.
 */
import { closeFd, errno, errnoName, eventfd, readFd, writeFd } from './libc.ts'

const EFD_NONBLOCK = 0o4000
const EFD_CLOEXEC = 0o2000000

export class WakeUp {
  readonly fd: number
  readonly #one = new Uint8Array(8)
  readonly #count = new Uint8Array(8)

  /** @param fd of a WakeUp made by another thread; a new eventfd is made without it */
  constructor(fd?: number) {
    this.fd = fd ?? eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)
    if (this.fd < 0) throw new Error(`no eventfd to be had: ${errnoName(errno())}`)
    new DataView(this.#one.buffer).setUint32(0, 1, true)
  }

  signal(): void {
    writeFd(this.fd, this.#one, 8)
  }

  /** Takes the signals off, so that the next wait() blocks again. */
  drain(): void {
    readFd(this.fd, this.#count, 8)
  }

  /** Only the thread that made the eventfd may end it, and only when no other uses it any more. */
  close(): void {
    closeFd(this.fd)
  }
}
