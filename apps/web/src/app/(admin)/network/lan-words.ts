/** The home network in figures and words. */
import { formatAddress, formatNetwork, type Lan, maskOfBits, parseAddress } from '@bauta/config'

/** @returns the network and how many machines fit beside the box; null while the address is being typed */
export function sizeOf({
  address,
  bits,
}: Pick<Lan, 'address' | 'bits'>): { network: string; room: number } | null {
  const parsed = parseAddress(address)
  if (parsed === null || !Number.isInteger(bits) || bits < 16 || bits > 29) return null
  const mask = maskOfBits(bits)
  const network = formatNetwork({ address: (parsed & mask) >>> 0, mask })
  return { network, room: 2 ** (32 - bits) - 3 }
}

/** Sizes that a household wants; any other in the settings stays as it is. */
export const SIZES = [
  { bits: 24, label: '/24: 253 machines' },
  { bits: 23, label: '/23: 509 machines' },
  { bits: 22, label: '/22: 1 021 machines' },
  { bits: 16, label: '/16: 65 533 machines' },
  { bits: 25, label: '/25: 125 machines' },
  { bits: 26, label: '/26: 61 machines' },
] as const

/** `a.b.c.d/bits` → both parts; null where it is none */
export function splitProposal(text: string): Pick<Lan, 'address' | 'bits'> | null {
  const [address = '', bits = ''] = text.split('/')
  return parseAddress(address) === null || !/^\d+$/.test(bits) ? null : { address, bits: Number(bits) }
}

/** How many addresses lie between two, both included; 0 where that makes no sense. */
export function rangeSize(from: string, to: string): number {
  const [a, b] = [parseAddress(from), parseAddress(to)]
  return a === null || b === null || b < a ? 0 : b - a + 1
}

/** The order of addresses, as people count. */
export const byAddress = (a: { address: string }, b: { address: string }): number =>
  (parseAddress(a.address) ?? 0) - (parseAddress(b.address) ?? 0)

/** The first address of the range that neither a reservation nor a lease has. */
export function freeAddress(from: string, to: string, taken: ReadonlySet<string>): string | null {
  const [first, last] = [parseAddress(from), parseAddress(to)]
  if (first === null || last === null) return null
  for (let address = first; address <= last; address++) {
    const text = formatAddress(address)
    if (!taken.has(text)) return text
  }
  return null
}
