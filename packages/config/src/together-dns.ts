/** Constant DNS addresses stand for somebody else: no network of the box may have them, or machines would look for them on their own wire. */
import { formatNetwork, maskOfBits, type Network, parseAddress } from './address.ts'
import { connectionInUse } from './internet.ts'
import type { Fault, Snapshot } from './snapshot.ts'

interface Place {
  what: string
  network: Network
}

/** @returns networks that the settings themselves name; others are known only while the box runs (clashingConstant) */
function placesOf({ lan, internet }: Snapshot): Place[] {
  const places: Place[] = []
  const add = (what: string, address: string, bits: number) => {
    const mask = maskOfBits(bits)
    places.push({ what, network: { address: (parseAddress(address)! & mask) >>> 0, mask } })
  }
  if (lan.addressing === 'box') add('the home network', lan.address, lan.bits)
  const method = connectionInUse(internet)?.method
  if (method?.kind === 'static') add('the provider’s network', method.address, method.bits)
  return places
}

/** @returns why an address cannot be a constant one, or null */
export function clashingConstant(text: string, places: readonly Place[]): string | null {
  const address = parseAddress(text)!
  const found = places.find(({ network }) => (address & network.mask) >>> 0 === network.address)
  return found
    ? `${text} is in ${found.what} (${formatNetwork(found.network)}); take one that is in none of the box’s networks, such as 10.2.0.1`
    : null
}

export function constantDnsFaults(snapshot: Snapshot): Fault[] {
  const places = placesOf(snapshot)
  return snapshot.dns.constant.flatMap((text, i) => {
    const message = clashingConstant(text, places)
    return message ? [{ path: ['dns', 'constant', i], message }] : []
  })
}
