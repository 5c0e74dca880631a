/** The last five minutes as figures: what a chart needs to know before it draws. */

export interface Sample {
  readonly at: number
  readonly down: number
  readonly up: number
}

export interface Summary {
  peak: number
  mean: number
}

export function summaryOf(samples: readonly Sample[], pick: (sample: Sample) => number): Summary {
  let peak = 0
  let sum = 0
  for (const sample of samples) {
    const value = pick(sample)
    if (value > peak) peak = value
    sum += value
  }
  return { peak, mean: samples.length > 0 ? sum / samples.length : 0 }
}

const STEPS = [1, 2, 4, 6, 8, 10] as const
/** A quiet line is not blown up to look like a busy one. */
const SMALLEST_TOP = 10_000

/** The top of a scale: the next round figure above the peak, so that it changes seldom and reads well; its half is round too. */
export function scaleTop(peak: number): number {
  const wanted = Math.max(peak, SMALLEST_TOP)
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = STEPS.find((entry) => entry * power >= wanted) ?? 10
  return step * power
}
