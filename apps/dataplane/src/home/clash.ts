/**
 * The provider gives the box an address in the very network that the household uses. Then nothing in the overlap can be told
 * apart, and one of the two must move; the household's can.
 */
import {
  formatNetwork,
  LAN_PROPOSALS,
  maskOfBits,
  parseAddress,
  pathInterfaces,
  type Snapshot,
} from '@bauta/config'
import type { LanStatus } from '@bauta/control/schemas'
import type { Links } from '../links.ts'

export type Clash = NonNullable<LanStatus['clash']>

interface Net {
  address: number
  mask: number
}

/** @returns null while all is well, and where the box does not make the home network */
export function findClash(snapshot: Snapshot, { devices }: Links): Clash | null {
  const { lan } = snapshot
  if (lan.addressing === 'system') return null
  const home: Net = { address: parseAddress(lan.address)!, mask: maskOfBits(lan.bits) }
  const outside = pathInterfaces(snapshot)
    .filter(({ role }) => role === 'wan')
    .flatMap(({ name }) => devices.get(name)?.addresses ?? [])
  const met = outside.find((net) => overlap(net, home))
  if (!met) return null
  const taken = [...outside, home]
  const proposal = LAN_PROPOSALS.find((text) => !taken.some((net) => overlap(net, netOf(text))))
  // four networks of three kinds: no single provider's can overlap with all
  if (!proposal) return null
  const wan = networkText(met)
  return {
    wan,
    proposal,
    text: `The provider’s network ${wan} overlaps with the home network ${networkText(home)}: answers cannot find their way. Move the home network to ${proposal}.`,
  }
}

/** The settings with the home network moved to a proposal (`10.77.0.1/24`). */
export function movedTo(lan: Snapshot['lan'], proposal: string): Snapshot['lan'] {
  const [address = '', bits] = proposal.split('/')
  return { ...lan, address, bits: Number(bits) }
}

function overlap(a: Net, b: Net): boolean {
  // the shorter of two prefixes has the smaller mask
  const mask = Math.min(a.mask, b.mask)
  return (a.address & mask) >>> 0 === (b.address & mask) >>> 0
}

function netOf(text: string): Net {
  const [address = '', bits] = text.split('/')
  return { address: parseAddress(address)!, mask: maskOfBits(Number(bits)) }
}

const networkText = ({ address, mask }: Net): string =>
  formatNetwork({ address: (address & mask) >>> 0, mask })
