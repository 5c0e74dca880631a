/**
 * One page out of very many rows without sorting them all: two partial partitions (quickselect) put the rows of the
 * page where they belong, and only those are sorted. 100,000 rows take a few milliseconds whatever the page.
 */

/**
 * Reorders `slots` (and `keys` with it) so that positions `offset` to `offset + limit` hold what a full ascending sort
 * by key, then slot, would put there.
 * @returns the slots of the page
 */
export function selectPage(
  keys: Float64Array,
  slots: Uint32Array,
  length: number,
  offset: number,
  limit: number,
): Uint32Array {
  const from = Math.min(offset, length)
  const to = Math.min(offset + limit, length)
  if (from > 0 && from < length) partition(keys, slots, 0, length - 1, from)
  if (to < length && to > from) partition(keys, slots, from, length - 1, to)
  const page = Array.from({ length: to - from }, (_, i) => from + i)
  page.sort((a, b) => keys[a]! - keys[b]! || slots[a]! - slots[b]!)
  return Uint32Array.from(page, (i) => slots[i]!)
}

const before = (keys: Float64Array, slots: Uint32Array, i: number, key: number, slot: number): boolean =>
  keys[i]! < key || (keys[i] === key && slots[i]! < slot)
const after = (keys: Float64Array, slots: Uint32Array, i: number, key: number, slot: number): boolean =>
  keys[i]! > key || (keys[i] === key && slots[i]! > slot)

/** Hoare's quickselect: afterwards everything left of `k` sorts before it, everything right of it after. */
function partition(keys: Float64Array, slots: Uint32Array, low: number, high: number, k: number): void {
  let left = low
  let right = high
  while (left < right) {
    const middle = (left + right) >>> 1
    const key = keys[middle]!
    const slot = slots[middle]!
    let i = left
    let j = right
    while (i <= j) {
      while (before(keys, slots, i, key, slot)) i++
      while (after(keys, slots, j, key, slot)) j--
      if (i <= j) swap(keys, slots, i++, j--)
    }
    if (k <= j) right = j
    else if (k >= i) left = i
    else return
  }
}

function swap(keys: Float64Array, slots: Uint32Array, i: number, j: number): void {
  const key = keys[i]!
  const slot = slots[i]!
  keys[i] = keys[j]!
  slots[i] = slots[j]!
  keys[j] = key
  slots[j] = slot
}
