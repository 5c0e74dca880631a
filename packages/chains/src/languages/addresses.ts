/** Addresses as the three languages write them: `host`, `host/bits`, `host/m.m.m.m`; host bits outside the mask are cut off, and told. */
import { formatAddress, formatNetwork, maskOfBits } from '@bauta/config'
import { type Lookup, numberIn } from './lookup.ts'
import { wrong } from './problem.ts'

export interface HostNetworks {
  /** One for every address of the host, each as the settings write it; `0.0.0.0/0` for everything. */
  networks: string[]
  /** What is worth saying about it, or null. */
  note: string | null
}

interface Wording {
  mask(text: string): string
  host(text: string): string
}

/** @returns four bytes as the tools of 1999 read them: decimal, leading zeros and all */
export function dottedAddress(text: string): number | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let value = 0
  for (const part of parts) {
    const byte = numberIn(part, 0, 255)
    if (byte === null) return null
    value = value * 256 + byte
  }
  return value
}

/** @throws LanguageProblem */
export function hostNetworks(text: string, lookup: Lookup, say: Wording): HostNetworks {
  const slash = text.lastIndexOf('/')
  const mask = slash < 0 ? 0xffffffff : maskOf(text.slice(slash + 1), say)
  // With a mask of nothing the name does not matter: any/0.
  if (mask === 0) return { networks: ['0.0.0.0/0'], note: null }
  const name = slash < 0 ? text : text.slice(0, slash)
  const addresses = addressesOf(name, lookup, say)
  const cut = addresses.map((address) => ({ address: (address & mask) >>> 0, mask }))
  const widened = addresses.length === 1 && cut[0]!.address !== addresses[0]
  return {
    networks: [...new Set(cut.map(formatNetwork))],
    note: widened
      ? `${text} has bits set outside its mask; it is read as ${formatNetwork(cut[0]!)}, which may be wider than was meant`
      : null,
  }
}

function addressesOf(name: string, lookup: Lookup, say: Wording): number[] {
  const dotted = dottedAddress(name)
  if (dotted !== null) return [dotted]
  const found =
    lookup
      .host(name)
      ?.map(dottedAddress)
      .filter((address) => address !== null) ?? []
  if (found.length === 0) throw wrong(say.host(name))
  return found
}

function maskOf(text: string, say: Wording): number {
  const dotted = dottedAddress(text)
  if (dotted !== null) return dotted
  const bits = numberIn(text, 0, 32)
  if (bits === null) throw wrong(say.mask(text))
  return maskOfBits(bits)
}

/** @returns the dotted form, whatever the way it was written; null where it is no address */
export const plainAddress = (text: string): string | null => {
  const address = dottedAddress(text)
  return address === null ? null : formatAddress(address)
}
