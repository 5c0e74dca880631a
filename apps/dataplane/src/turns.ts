/**
 * Whose turn it is among the machines of a forward, in memory that the packet thread writes and everybody reads.
 * Three doubles for each forward in force, in order: its number (0: none), which machine, how many connections it still gets.
 */
const MOST_FORWARDS = 256
const WORDS = 3
export const TURN_WORDS = WORDS * MOST_FORWARDS

export function writeTurn(turns: Float64Array, at: number, id: number, next: number, left: number): void {
  turns[at * WORDS] = id
  turns[at * WORDS + 1] = next
  turns[at * WORDS + 2] = left
}

/** @returns null where the forward is not in force */
export function readTurn(turns: Float64Array, id: number): { next: number; left: number } | null {
  for (let at = 0; at < TURN_WORDS; at += WORDS)
    if (turns[at] === id) return { next: turns[at + 1]!, left: turns[at + 2]! }
  return null
}

export function clearTurns(turns: Float64Array): void {
  turns.fill(0)
}
