/**
 * The seam between the nat table and the connection table: a verdict and its particulars become a wish for the connection that
 * the packet opens. Which address and port come of it is decided when it is opened (packages/masq).
 */
import { type CompiledTarget, VERDICT } from '@bauta/chains'
import { SOURCE } from '@bauta/masq'
import { DROP } from '../drop-reasons.ts'
import { noDnsServer } from './constant-dns.ts'
import { BOX, type Crossing, GO_ON } from './crossing.ts'

/** PREROUTING and OUTPUT: DNAT, REDIRECT, NETMAP of the destination. */
export function chooseDestination(c: Crossing, verdict: number, denied: number): number {
  if (verdict === VERDICT.ACCEPT) return GO_ON
  if (verdict === VERDICT.DENY) return denied
  if (verdict === VERDICT.QUEUE) return DROP.queue
  const target = c.evaluator.targets[c.evaluator.target]!
  const { wish, view } = c
  if (target.absent) return noDnsServer(c)
  if (verdict === VERDICT.NETMAP) {
    wish.destination = mapped(view.destination, target)
    return GO_ON
  }
  if (verdict === VERDICT.REDIRECT) {
    // What the box says to itself passes no door: answers to a packet of its own that is turned back could not be put right.
    if (c.inIf === BOX) return DROP['not-masqueradable']
    wish.destination = c.interfaces[c.inIf]!.address
    if (wish.destination === 0) return DROP['no-route']
  } else if (target.ranges.length > 0) wish.destination = fromRanges(c, target)
  if (target.portFrom !== 0) wish.destinationPort = portOf(c, target)
  return GO_ON
}

/** POSTROUTING: MASQUERADE, SNAT, NETMAP of the source. */
export function chooseSource(c: Crossing, verdict: number, denied: number): number {
  if (verdict === VERDICT.ACCEPT) return GO_ON
  if (verdict === VERDICT.DENY) return denied
  if (verdict === VERDICT.QUEUE) return DROP.queue
  const target = c.evaluator.targets[c.evaluator.target]!
  const { wish, view } = c
  wish.fromPort = target.portFrom
  wish.toPort = target.portTo
  if (verdict === VERDICT.MASQ) return masquerade(c)
  wish.kind = SOURCE.address
  wish.source = verdict === VERDICT.NETMAP ? mapped(view.source, target) : fromRanges(c, target)
  return GO_ON
}

/** The address of the interface that it leaves by; without one the packet does not leave. */
function masquerade(c: Crossing): number {
  const { wish } = c
  const { address } = c.interfaces[c.outIf]!
  if (c.outIf === c.wan && c.inIf !== c.wan) {
    wish.kind = SOURCE.masquerade
    return c.wanAddress === 0 ? DROP['no-wan'] : GO_ON
  }
  wish.kind = SOURCE.address
  wish.source = address
  return address === 0 ? DROP['no-wan'] : GO_ON
}

const mapped = (address: number, { network, mask }: CompiledTarget): number =>
  ((address & ~mask) | network) >>> 0

/** The same client always gets the same address of a pool, as netfilter does it by a hash. */
function fromRanges(c: Crossing, { ranges, persistent }: CompiledTarget): number {
  let size = 0
  for (let i = 0; i < ranges.length; i += 2) size += ranges[i + 1]! - ranges[i]! + 1
  const { source, destination } = c.view
  let place = (spread(persistent ? source : source ^ destination) >>> 0) % size
  for (let i = 0; i < ranges.length; i += 2) {
    const length = ranges[i + 1]! - ranges[i]! + 1
    if (place < length) return ranges[i]! + place
    place -= length
  }
  return ranges[0]!
}

function portOf({ view }: Crossing, { portFrom, portTo }: CompiledTarget): number {
  const { destinationPort } = view
  if (destinationPort >= portFrom && destinationPort <= portTo) return destinationPort
  return portFrom + ((spread(view.source ^ view.sourcePort) >>> 0) % (portTo - portFrom + 1))
}

/** The finalizer of MurmurHash3. */
function spread(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
