/** @returns the list begun at another place */
export const inTurn = <T>(list: readonly T[], first: number): T[] =>
  list.map((_, i) => list[(i + first) % list.length]!)
