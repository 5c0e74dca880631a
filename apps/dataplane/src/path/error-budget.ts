/**
 * How many ICMP errors the box may send: 1000 a second with a burst of 50, as Linux limits itself
 * (icmp_msgs_per_sec, icmp_msgs_burst), so that nobody can use the box to flood somebody else (RFC 1812 4.3.2.8).
 */
const PER_TICK = 10
const BURST = 50

export class ErrorBudget {
  #tokens = BURST
  #filledAt = 0

  /** @returns whether one more error may be sent at tick `now` */
  take(now: number): boolean {
    if (now !== this.#filledAt) {
      this.#tokens = Math.min(BURST, this.#tokens + (now - this.#filledAt) * PER_TICK)
      this.#filledAt = now
    }
    if (this.#tokens <= 0) return false
    this.#tokens--
    return true
  }
}
