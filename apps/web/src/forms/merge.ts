/** My changes on top of somebody else's: what I did not touch is theirs. */

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** For settings that are a handful of fields: field by field. */
export function mergeFields<T extends object>(origin: T, mine: T, theirs: T): T {
  const merged = { ...theirs }
  for (const key of Object.keys(mine) as (keyof T)[])
    if (!same(origin[key], mine[key])) merged[key] = mine[key]
  return merged
}

/** For lists whose entries have a name: entry by entry; mine come in my order, what they added stays at the end. */
export function mergeList<T>(
  origin: readonly T[],
  mine: readonly T[],
  theirs: readonly T[],
  nameOf: (entry: T) => string,
): T[] {
  const find = (list: readonly T[], name: string) => list.find((entry) => nameOf(entry) === name)
  const kept = mine.flatMap((entry) => {
    const before = find(origin, nameOf(entry))
    if (!before || !same(before, entry)) return [entry]
    return find(theirs, nameOf(entry)) ?? []
  })
  const added = theirs.filter((entry) => !find(origin, nameOf(entry)) && !find(mine, nameOf(entry)))
  return [...kept, ...added]
}
