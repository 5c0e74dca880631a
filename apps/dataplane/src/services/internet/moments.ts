/**
 * Moments that survive a change of the clock. A board without a battery begins in the year of its image, goes online, and only then
 * learns what time it is: whatever was noted in between as “ms since 1970” would be years ago. So moments are kept as the monotonic clock
 * counts them and told as the box's clock stands when somebody asks.
 */

/** Less is drift, and telling it would make every time flicker. */
const STEP_MS = 1000

let offset = Date.now() - performance.now()

/** From monotonic to ms since 1970, as the clock stands. */
function standing(): number {
  const now = Date.now() - performance.now()
  if (Math.abs(now - offset) > STEP_MS) offset = now
  return offset
}

export const momentNow = (): number => performance.now()

/** @param time ms since 1970, of the clock as it stands: the time of a file that was written just now */
export const momentOf = (time: number): number => time - standing()

/** @returns ms since 1970 */
export const timeOf = (moment: number): number => Math.round(moment + standing())
