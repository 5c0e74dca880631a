/** What the nouns owe each other: consequences of one for another, and faults that only two of them together have. */
import { formatAddress, formatNetwork, maskOfBits, parseAddress } from './address.ts'
import type { Dhcp } from './dhcp.ts'
import { movedDialin } from './dialin.ts'
import { movedForwards } from './forwards.ts'
import type { Lan } from './lan.ts'
import { followedLines } from './shaping.ts'
import type { Fault, Noun, Snapshot } from './snapshot.ts'
import { dialectFaults } from './together-dialect.ts'
import { dialinFaults } from './together-dialin.ts'
import { constantDnsFaults } from './together-dns.ts'
import { forwardFaults } from './together-forwards.ts'

/**
 * Puts one noun's new value into the settings, with what follows from it elsewhere: the addresses that the DHCP server gives
 * away move with the home network, and so do the machines that ports are forwarded to and the addresses of callers; the speeds of a
 * line follow its connection.
 */
export function withNoun<N extends Noun>(old: Snapshot, noun: N, value: Snapshot[N]): Snapshot {
  const next = { ...old, [noun]: value }
  if (noun === 'internet')
    return { ...next, shaping: followedLines(old.shaping, old.internet, next.internet) }
  if (noun !== 'lan') return next
  const dhcp = moved(old.dhcp, old.lan, next.lan)
  const place = moving(old.lan, next.lan)
  const dialin = movedDialin(old.dialin, (address) => {
    const there = place(address)
    return there === null ? null : formatAddress(there)
  })
  return { ...next, dhcp, dialin, forwards: movedForwards(old.forwards, place) }
}

/** Same place in the new network; what does not fit into a smaller one gets room at its end. */
function moved(dhcp: Dhcp, from: Lan, to: Lan): Dhcp {
  const [before, after] = [networkOf(from), networkOf(to)]
  if (before.network === after.network && before.mask === after.mask) return dhcp
  const size = ~after.mask >>> 0
  const place = (text: string): number => (parseAddress(text)! & ~before.mask) >>> 0
  const at = (host: number): string => formatAddress((after.network + host) >>> 0)
  const fits = place(dhcp.from) > 0 && place(dhcp.to) < size && place(dhcp.from) < size
  const range = fits
    ? { from: at(place(dhcp.from)), to: at(place(dhcp.to)) }
    : { from: at(Math.max(2, size >>> 2)), to: at(size - 1) }
  const reservations = dhcp.reservations.map((entry) => {
    if (entry.address === null || place(entry.address) >= size) return { ...entry, address: null }
    return { ...entry, address: at(place(entry.address)) }
  })
  return { ...dhcp, ...range, reservations }
}

/** @returns what becomes of an address of the home network; null where it was not in it, or has no room */
function moving(from: Lan, to: Lan): (address: number) => number | null {
  const [before, after] = [networkOf(from), networkOf(to)]
  return (address) => {
    if ((address & before.mask) >>> 0 !== before.network) return null
    const host = (address & ~before.mask) >>> 0
    return host < ~after.mask >>> 0 ? (after.network + host) >>> 0 : null
  }
}

function networkOf({ address, bits }: Lan): { network: number; mask: number } {
  const mask = maskOfBits(bits)
  return { network: (parseAddress(address)! & mask) >>> 0, mask }
}

/** @returns faults whose paths begin with the noun at which they are best mended */
export function faultsTogether(snapshot: Snapshot): Fault[] {
  const { lan, dhcp, internet, interfaces, shaping } = snapshot
  const faults: Fault[] = [
    ...dialectFaults(snapshot),
    ...forwardFaults(snapshot),
    ...dialinFaults(snapshot),
    ...constantDnsFaults(snapshot),
  ]
  if (dhcp.enabled && lan.addressing === 'box') faults.push(...dhcpFaults(dhcp, lan))
  if (dhcp.enabled && lan.addressing === 'system')
    faults.push({
      path: ['dhcp', 'enabled'],
      message:
        'the box gives out addresses only where it makes the home network itself; switch that on first',
    })
  const needsPort = internet.connections.find(
    ({ name, method }) => name === internet.use && method.kind !== 'system' && method.kind !== 'serial',
  )
  if (needsPort && interfaces.list.length > 0 && !interfaces.list.some(({ role }) => role === 'wan'))
    faults.push({
      path: ['internet', 'use'],
      message: `“${needsPort.name}” needs a port to the Internet; give one of the ports the role WAN first`,
    })
  shaping.lines.forEach(({ connection }, i) => {
    if (!internet.connections.some(({ name }) => name === connection))
      faults.push({
        path: ['shaping', 'lines', i, 'connection'],
        message: `there is no connection “${connection}”`,
      })
  })
  return faults
}

function dhcpFaults(dhcp: Dhcp, lan: Lan): Fault[] {
  const { network, mask } = networkOf(lan)
  const last = (network | ~mask) >>> 0
  const name = formatNetwork({ address: network, mask })
  const wrong = (text: string): string | null => {
    const address = parseAddress(text)!
    if ((address & mask) >>> 0 !== network) return `${text} is not in the home network ${name}`
    if (address === network || address === last) return `${text} cannot be given to a machine`
    return null
  }
  const faults: Fault[] = []
  const note = (path: (string | number)[], message: string | null) => {
    if (message) faults.push({ path: ['dhcp', ...path], message })
  }
  note(['from'], wrong(dhcp.from))
  note(['to'], wrong(dhcp.to))
  dhcp.reservations.forEach(({ address }, i) => {
    if (address === null) return
    const own = address === lan.address ? `${address} is the box itself` : null
    note(['reservations', i, 'address'], own ?? wrong(address))
  })
  return faults
}
