/** Bytes and rate of the connection in use, since it came up. */
import { NO_TRAFFIC, type Traffic } from '../../throughput.ts'

type Both = { down: number; up: number }
const NOTHING: Both = { down: 0, up: 0 }

export class LineTraffic {
  #since: number | null = null
  #base = NO_TRAFFIC
  #last = NO_TRAFFIC
  bytes: Both = NOTHING
  /** Bits per second. */
  rate: Both = NOTHING

  reset(): void {
    this.#since = null
    this.bytes = NOTHING
    this.rate = NOTHING
  }

  /** @param upSince when the connection came up; null while it is not */
  sample(
    device: string | null,
    traffic: ReadonlyMap<string, Traffic>,
    seconds: number,
    upSince: number | null,
  ): void {
    const now = device === null ? undefined : traffic.get(device)
    if (!now || upSince === null) {
      this.reset()
      return
    }
    if (this.#since !== upSince) {
      this.#since = upSince
      this.#base = now
      this.#last = now
    }
    const per = (after: number, before: number) => (Math.max(0, after - before) * 8) / seconds
    this.rate = { down: per(now.rxBytes, this.#last.rxBytes), up: per(now.txBytes, this.#last.txBytes) }
    this.bytes = {
      down: Math.max(0, now.rxBytes - this.#base.rxBytes),
      up: Math.max(0, now.txBytes - this.#base.txBytes),
    }
    this.#last = now
  }
}
