/** What judges of live connections ask about: a plain packet, as the next one of a connection will most likely be. */
import type { MatchInput } from '@bauta/chains'
import { PROTOCOL } from '@bauta/packet'

/** No interface: the box itself, or what is not known at that hook. */
export const NOWHERE = -1
/** Judging counts nothing. */
export const NOTHING_COUNTED = new Float64Array(0)

/** An acknowledgement, a datagram, a query. */
export class LikelyPacket implements MatchInput {
  source = 0
  destination = 0
  protocol = 0
  sourcePort = 0
  destinationPort = 0
  icmpType = 0
  icmpCode = 0
  tcpFlags = 0
  fragmentOffset = 0
  totalLength = 40
  tos = 0

  goes(source: number, sourcePort: number, destination: number, destinationPort: number): void {
    this.source = source
    this.destination = destination
    if (this.protocol === PROTOCOL.icmp) return
    this.sourcePort = sourcePort
    this.destinationPort = destinationPort
  }
}
