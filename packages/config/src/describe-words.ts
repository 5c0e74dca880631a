/** What the describers of single nouns share: comparing lists and naming what is in them. */

export const listWords = (list: readonly string[], empty = 'those of the provider') =>
  list.length > 0 ? list.join(', ') : empty

export interface ListWords<T> {
  added: (entry: T) => string
  removed: (entry: T) => string
  changed: (before: T, after: T) => string[]
  order: string
}

export function compareLists<T>(
  old: readonly T[],
  next: readonly T[],
  keyOf: (entry: T) => string,
  words: ListWords<T>,
): string[] {
  const before = new Map(old.map((entry) => [keyOf(entry), entry]))
  const after = new Map(next.map((entry) => [keyOf(entry), entry]))
  const found: string[] = []
  for (const [key, entry] of before) if (!after.has(key)) found.push(words.removed(entry))
  for (const [key, entry] of after) {
    const was = before.get(key)
    if (was === undefined) found.push(words.added(entry))
    else if (!same(was, entry)) found.push(...words.changed(was, entry))
  }
  const common = (from: Map<string, T>, other: Map<string, T>) =>
    [...from.keys()].filter((key) => other.has(key))
  if (!same(common(before, after), common(after, before))) found.push(words.order)
  return found
}

/** Both values come from the same schema, so their keys are in the same order. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
