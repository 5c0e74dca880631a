/** A home network that does not overlap with any network on the provider's side: routes would contradict each other. */
import { formatNetwork, LAN_PROPOSALS, type Lan, maskOfBits, parseAddress } from '@bauta/config'

/** `a.b.c.d/bits` of an interface, as an address and the mask of its network. */
function read(cidr: string): { address: number; mask: number } | null {
  const [text = '', bits = '32'] = cidr.split('/')
  const address = parseAddress(text)
  return address === null ? null : { address, mask: maskOfBits(Number(bits)) }
}

export function overlaps(one: string, other: string): boolean {
  const [a, b] = [read(one), read(other)]
  if (!a || !b) return false
  const wider = (a.mask & b.mask) >>> 0
  return (a.address & wider) >>> 0 === (b.address & wider) >>> 0
}

export const networkOf = (cidr: string): string => {
  const found = read(cidr)
  if (!found) return cidr
  return formatNetwork({ address: (found.address & found.mask) >>> 0, mask: found.mask })
}

export interface Proposal {
  address: string
  bits: number
  /** The network of the provider's side that the present home network would clash with. */
  clash: string | null
}

/** @param outside addresses of the WAN side with their prefixes @returns the present network where it is free, else the first free one */
export function proposeNetwork({ address, bits }: Lan, outside: readonly string[]): Proposal {
  const clash = outside.find((cidr) => overlaps(`${address}/${bits}`, cidr))
  if (!clash) return { address, bits, clash: null }
  const free = LAN_PROPOSALS.find((own) => !outside.some((cidr) => overlaps(own, cidr)))
  const [text = address, length = String(bits)] = (free ?? '').split('/')
  return free
    ? { address: text, bits: Number(length), clash: networkOf(clash) }
    : { address, bits, clash: networkOf(clash) }
}
