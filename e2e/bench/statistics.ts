/** The figures' arithmetic. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export interface Spread {
  median: number
  least: number
  most: number
}

export const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
})

/** @param share 0 to 1; nearest rank */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}

/** One try at a rate. */
export interface Trial {
  /** Packets a second that were really sent. */
  offered: number
  /** Packets a second that came through. */
  delivered: number
  /** Share of the packets that did not, 0 to 1. */
  lost: number
}

/** Largest share of packets that may be lost for a rate to count (the partial drop rate that router benches use). */
export const LOSS_ALLOWED = 0.005

const MOST_DOUBLINGS = 12

const passes = ({ lost }: Trial): boolean => lost <= LOSS_ALLOWED

/**
 * The highest rate that loses no more than allowed: doubled until it loses, then halved in between. A generator that can
 * offer no more ends the search.
 * @param search.first rate to begin with
 * @param search.halvings between the best good rate and the worst bad one: 6 % apart after four
 * @returns the delivered rate of the best try
 */
export async function highestRate(
  { first, halvings: wanted }: { first: number; halvings: number },
  attempt: (rate: number) => Promise<Trial>,
): Promise<number> {
  let best: Trial | null = null
  let low = 0
  let high = first
  for (let i = 0; ; i++) {
    const trial = await attempt(high)
    if (!passes(trial)) break
    best = better(best, trial)
    low = high
    // the generator itself is at its end
    if (trial.offered < high * 0.9 || i === MOST_DOUBLINGS) return best.delivered
    high *= 2
  }
  // only what lies between a good rate and a bad one is cut in halves that count
  for (let halvings = 0; halvings < wanted; ) {
    const rate = (low + high) / 2
    const trial = await attempt(rate)
    if (passes(trial)) {
      best = better(best, trial)
      low = rate
    } else high = rate
    if (best) halvings++
    if (high < 1) throw new Error('at no rate did enough packets come through')
  }
  return best!.delivered
}

const better = (best: Trial | null, trial: Trial): Trial =>
  best && best.delivered > trial.delivered ? best : trial
