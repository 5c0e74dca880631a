/** Random numbers that nobody can predict, drawn from the kernel by the thousand: one call costs a few nanoseconds. */
import { randomFillSync } from 'node:crypto'

const POOL = 1024

/** @returns a function that gives 32 random bits a call, as a signed number */
export function randomWords(): () => number {
  const pool = new Int32Array(POOL)
  let left = 0
  return () => {
    if (left === 0) {
      randomFillSync(pool)
      left = POOL
    }
    return pool[--left]!
  }
}
