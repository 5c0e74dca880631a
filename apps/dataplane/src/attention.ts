/** What needs somebody's attention now: a set of conditions, each with the time since when it holds. */
import type { Attention } from '@bauta/control/schemas'

export type Condition = Omit<Attention, 'since'>

export class AttentionList {
  readonly #entries = new Map<string, Attention>()

  /** The condition holds; its time goes on from when it first did. */
  raise(condition: Condition, now = Date.now()): void {
    const since = this.#entries.get(condition.kind)?.since ?? now
    this.#entries.set(condition.kind, { ...condition, since })
  }

  clear(kind: string): void {
    this.#entries.delete(kind)
  }

  /** Raises or clears. */
  set(holds: boolean, condition: Condition): void {
    if (holds) this.raise(condition)
    else this.clear(condition.kind)
  }

  /** Worst first, then the latest. */
  list(): Attention[] {
    const order = ['error', 'warn', 'info']
    return [...this.#entries.values()].sort(
      (a, b) => order.indexOf(a.level) - order.indexOf(b.level) || b.since - a.since,
    )
  }
}
