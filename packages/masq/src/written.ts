/**
 * The stretches of a memory in which something is written. A table that is taken over is mostly empty, new connections wait until it has been
 * gone through, and by a program that has just started and that nothing has made fast yet: so what is blank is found by comparing bytes.
 */
const BLOCK_BYTES = 4096
const BLANK = new Uint8Array(BLOCK_BYTES)

/** @returns ranges of elements, the end not included, that together hold every element that is not 0; in order */
export function writtenIn(array: Int32Array | Float64Array): [from: number, to: number][] {
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength)
  const size = array.BYTES_PER_ELEMENT
  const ranges: [number, number][] = []
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const end = Math.min(at + BLOCK_BYTES, bytes.length)
    if (bytes.compare(BLANK, 0, end - at, at, end) !== 0) ranges.push([at / size, end / size])
  }
  return ranges
}
