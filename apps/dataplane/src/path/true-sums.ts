/**
 * Whether the checksums of a frame are right, computed over the whole packet and by nothing that the packet path uses: the
 * path adjusts checksums by what it changed, so a test that computed them the same way would repeat its mistakes.
 */
const HEADER = 10

/** @returns what is wrong, or null */
export function wrongSum(frame: Uint8Array): string | null {
  const packet = frame.subarray(HEADER)
  const length = (packet[2]! << 8) | packet[3]!
  const header = (packet[0]! & 15) * 4
  if (packet.length !== length) return `total length ${length}, but ${packet.length} bytes`
  if (onesSum(packet, 0, header) !== 0xffff) return 'IP header checksum'
  const fragment = (((packet[6]! << 8) | packet[7]!) & 0x3fff) !== 0
  return fragment ? null : wrongTransport(packet, header, (frame[0]! & 1) !== 0)
}

function wrongTransport(packet: Uint8Array, l4: number, partial: boolean): string | null {
  const protocol = packet[9]!
  if (protocol === 1) return onesSum(packet, l4, packet.length) === 0xffff ? null : 'ICMP checksum'
  if (protocol !== 6 && protocol !== 17) return null
  const field = l4 + (protocol === 6 ? 16 : 6)
  const stored = (packet[field]! << 8) | packet[field + 1]!
  const length = packet.length - l4
  const pseudo = fold(onesSum(packet, 12, 20) + protocol + length)
  if (partial) return stored === pseudo ? null : 'partial checksum'
  if (protocol === 17 && stored === 0) return null
  return fold(pseudo + onesSum(packet, l4, packet.length)) === 0xffff ? null : 'TCP or UDP checksum'
}

function onesSum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += (i - from) % 2 === 0 ? bytes[i]! * 256 : bytes[i]!
  return fold(sum)
}

function fold(sum: number): number {
  let rest = sum
  while (rest > 0xffff) rest = (rest % 0x10000) + Math.floor(rest / 0x10000)
  return rest
}
