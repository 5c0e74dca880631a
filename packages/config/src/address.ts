/**
 * IPv4 addresses and networks as the settings write them, and as numbers.
 * A number is the address in reading order: 192.168.0.1 is 0xc0a80001, always unsigned.
 */

const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/

/** An IPv4 network: `address` and `mask` as unsigned 32-bit numbers; the host bits of `address` are clear. */
export interface Network {
  address: number
  mask: number
}

/** @returns the address as an unsigned 32-bit number, or null where the text is no dotted quad. */
export function parseAddress(text: string): number | null {
  const found = DOTTED.exec(text)
  if (!found) return null
  let value = 0
  for (let i = 1; i <= 4; i++) {
    const part = found[i]!
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return null
    value = value * 256 + Number(part)
  }
  return value
}

/** @param address unsigned 32-bit number @returns the dotted quad */
export function formatAddress(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

/** @param bits 0 to 32 @returns the netmask as an unsigned number */
export function maskOfBits(bits: number): number {
  return bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0
}

/** @returns the prefix length of a contiguous mask, or null for a mask with holes (ipchains allows those). */
export function bitsOfMask(mask: number): number | null {
  const bits = Math.clz32(~mask)
  return maskOfBits(bits) === mask ? bits : null
}

/**
 * Reads `a.b.c.d`, `a.b.c.d/bits` or `a.b.c.d/m.m.m.m`. A bare address is a network of one, as in ipchains.
 * @returns the network, or a sentence that says what is wrong and what would be right
 */
export function parseNetwork(text: string): Network | string {
  const [left = '', right, ...rest] = text.trim().split('/')
  const address = parseAddress(left)
  if (address === null || rest.length > 0)
    return `“${text}” is not an IPv4 address or network; write 192.168.1.0/24 or 192.168.1.7`
  let mask: number | null = 0xffffffff
  if (right !== undefined) {
    mask = /^\d{1,2}$/.test(right) && Number(right) <= 32 ? maskOfBits(Number(right)) : parseAddress(right)
    if (mask === null)
      return `“/${right}” is not a mask; write /0 to /32 or a dotted mask such as /255.255.255.0`
  }
  const network = (address & mask) >>> 0
  if (network !== address) {
    const clean = formatNetwork({ address: network, mask })
    return `“${text}” has bits set outside its mask; did you mean ${clean}?`
  }
  return { address: network, mask }
}

/** @returns `a.b.c.d` for one address, `a.b.c.d/24` for a contiguous mask, `a.b.c.d/m.m.m.m` otherwise */
export function formatNetwork({ address, mask }: Network): string {
  if (mask === 0xffffffff) return formatAddress(address)
  return `${formatAddress(address)}/${bitsOfMask(mask) ?? formatAddress(mask)}`
}
