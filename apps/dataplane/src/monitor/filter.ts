/**
 * Which packets the monitor wants: numbers only, so that it can be posted to the packet thread and asked there without allocating.
 */
import { VNET_HEADER } from '@bauta/packet'

/** 0 (or -1 for the interface): any. All that is given must hold. */
export interface WatchFilter {
  protocol: number
  /** Address of either end. */
  host: number
  /** Port of either end, or the identifier of an ICMP query. */
  port: number
  /** Interface index by which it comes in or goes out. */
  interface: number
  /** A connection as both of its sides see it: the two ends of the one, then the two of the other. */
  connection: readonly End[] | null
}
export interface End {
  address: number
  port: number
}

/** The fields that a filter looks at; one is used again for every packet. */
export class Fields {
  protocol = 0
  source = 0
  destination = 0
  sourcePort = 0
  destinationPort = 0
}

/** Reads what is there; whatever it is, nothing beyond `length` is looked at. */
export function readFields(fields: Fields, frame: Uint8Array, length: number): void {
  const at = VNET_HEADER
  const whole = length >= at + 20
  fields.protocol = whole ? frame[at + 9]! : 0
  fields.source = whole ? word(frame, at + 12) : 0
  fields.destination = whole ? word(frame, at + 16) : 0
  const l4 = at + ((frame[at]! & 15) << 2)
  const later = whole && (((frame[at + 6]! & 0x1f) << 8) | frame[at + 7]!) !== 0
  const ports = whole && !later && length >= l4 + 8
  const icmp = fields.protocol === 1
  const has = ports && (icmp || fields.protocol === 6 || fields.protocol === 17)
  fields.sourcePort = has ? half(frame, icmp ? l4 + 4 : l4) : 0
  fields.destinationPort = has ? half(frame, icmp ? l4 + 4 : l4 + 2) : 0
}

const half = (frame: Uint8Array, at: number): number => (frame[at]! << 8) | frame[at + 1]!
const word = (frame: Uint8Array, at: number): number =>
  ((frame[at]! << 24) | (frame[at + 1]! << 16) | (frame[at + 2]! << 8) | frame[at + 3]!) >>> 0

/** @param inIf, outIf interface indices, -1 for none */
export function wants(filter: WatchFilter, fields: Fields, inIf: number, outIf: number): boolean {
  if (filter.protocol !== 0 && fields.protocol !== filter.protocol) return false
  if (filter.host !== 0 && fields.source !== filter.host && fields.destination !== filter.host) return false
  if (filter.port !== 0 && fields.sourcePort !== filter.port && fields.destinationPort !== filter.port)
    return false
  if (filter.interface >= 0 && inIf !== filter.interface && outIf !== filter.interface) return false
  const ends = filter.connection
  return ends === null || between(fields, ends[0]!, ends[1]!) || between(fields, ends[2]!, ends[3]!)
}

function between(fields: Fields, a: End, b: End): boolean {
  return (isFrom(fields, a) && isTo(fields, b)) || (isFrom(fields, b) && isTo(fields, a))
}

/** The identifier of an ICMP query stands at the near end only. */
const isFrom = ({ source, sourcePort, protocol }: Fields, end: End): boolean =>
  source === end.address && (sourcePort === end.port || protocol === 1)
const isTo = ({ destination, destinationPort, protocol }: Fields, end: End): boolean =>
  destination === end.address && (destinationPort === end.port || protocol === 1)
