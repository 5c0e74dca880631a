/**
 * Whether the packet thread asks its devices again at once, or sleeps until one of them calls.
 *
 * Being woken costs the sender of a packet an interrupt to another processor, which in a fast stream is more than the
 * packet itself costs. So while packets come closer together than LONGEST_GAP_MS the thread goes on asking for that
 * long after the last one. The gap is smoothed, so that a lone burst does not change the habit; below some thousand
 * rounds a second, and on an idle line, the thread sleeps and burns nothing.
 */

/** About what a wake-up costs on both sides, several times over; the longest time that is burnt for nothing. */
const LONGEST_GAP_MS = 0.1
/** Share of the newest gap in the smoothed one. */
const NEWEST = 1 / 8
/** A long silence counts for no more than this, so that a stream that begins is recognised within some ten rounds. */
const CAP_MS = 1

export class Patience {
  /** Time without work between two rounds that had work, smoothed. */
  #gap = CAP_MS
  #lastWork = 0

  /**
   * After every round.
   * @param carried packets of the round
   * @param began when the round began, in ms of any steady clock
   * @param ended when it ended
   */
  asksAgain(carried: number, began: number, ended: number): boolean {
    if (carried > 0) {
      const gap = Math.min(began - this.#lastWork, CAP_MS)
      this.#gap += (gap - this.#gap) * NEWEST
      this.#lastWork = ended
    }
    return this.#gap < LONGEST_GAP_MS && ended - this.#lastWork < LONGEST_GAP_MS
  }
}
