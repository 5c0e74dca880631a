/** Lines of a conversation as text, for helpers of protocols that people can read. One byte is one character. */

const LF = 10
const latin1 = new TextDecoder('latin1')

/** @returns the offset behind the line that begins at `from`, or -1 where its end has not come yet */
export function lineEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) if (bytes[at] === LF) return at + 1
  return -1
}

export const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  latin1.decode(bytes.subarray(from, to))

/** @returns the number that four decimals with `separator` between them make, or -1 */
export function addressOf(text: string, separator: string): number {
  const parts = text.split(separator)
  if (parts.length !== 4) return -1
  let address = 0
  for (const part of parts) {
    const value = Number(part)
    if (!/^\d{1,3}$/.test(part) || value > 255) return -1
    address = address * 256 + value
  }
  return address
}

export const addressText = (address: number, separator: string): string =>
  [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join(separator)
