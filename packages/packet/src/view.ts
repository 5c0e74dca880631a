/**
 * The fields of one IPv4 packet, as numbers beside the bytes they were read from.
 *
 * A thread keeps one view per purpose (one for the packet at hand, one for the packet quoted inside an ICMP error) and fills
 * it again for every packet, so nothing is allocated while packets flow. Offsets point into `buffer`, which stays the
 * caller's. Whoever changes bytes through rewrite.ts finds the fields changed as well.
 *
 * For speed: hand in plain `Uint8Array`s only (a Node `Buffer` has another hidden class, and a second class at the same
 * place makes every byte access slower), and keep views to what the constructor makes (no properties added later).
 */

export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17 } as const

export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 } as const

const NO_BYTES = new Uint8Array(0)

export class PacketView {
  /** The caller's bytes; everything called an offset below counts from its start. */
  buffer: Uint8Array = NO_BYTES
  /** Offset of the IPv4 header. */
  ip = 0
  /** Bytes of the IPv4 header, options included. */
  headerLength = 0
  /** Bytes of the whole packet as its header says; up to 65535 for a super-packet. */
  totalLength = 0
  tos = 0
  id = 0
  dontFragment = false
  moreFragments = false
  /** Where this fragment's payload belongs in the whole one, in bytes; 0 for whole packets and first fragments. */
  fragmentOffset = 0
  ttl = 0
  protocol = 0
  // The two addresses start above 2^31 so that the engine keeps them as doubles in place from the first packet on,
  // instead of making a new number object for each address that does not fit its small integers.
  source = 0xffffffff
  destination = 0xffffffff
  /** Offset of the transport header. */
  l4 = 0
  /** Bytes behind the IP header; for an embedded packet only those that were quoted. */
  l4Length = 0
  /** TCP and UDP; 0 otherwise and in later fragments. */
  sourcePort = 0
  destinationPort = 0
  icmpType = 0
  icmpCode = 0
  /** The identifier of an ICMP query or its reply; 0 for other types. */
  icmpId = 0
  /** See TCP_FLAG; only the six classic ones. */
  tcpFlags = 0
  /** Bytes of the TCP header, options included. */
  tcpHeaderLength = 0

  /** The transport checksum field holds the sum of the pseudo-header, not inverted; hardware or kernel adds the rest. */
  checksumPartial = false
  /** Somebody before us has verified the transport checksum. */
  checksumKnownGood = false
  /** Where an offloaded checksum begins, as the virtio header says (an offset into `buffer`), or -1: at the transport header. */
  checksumStart = -1
  /** Where behind `checksumStart` an offloaded checksum stands; counts only with it. */
  checksumOffset = 0
  /** 0: not a super-packet; else the payload bytes of each segment that it will be cut into. */
  gsoSize = 0

  /** Offset of the checksum of the ICMP error that quotes this packet, or 0: not embedded. Rewriting keeps it right. */
  outerChecksum = 0

  constructor() {
    this.source = 0
    this.destination = 0
  }

  /** A piece of a packet, the first one included. */
  get isFragment(): boolean {
    return this.moreFragments || this.fragmentOffset !== 0
  }

  /** A piece behind the first: it carries no transport header. */
  get isLaterFragment(): boolean {
    return this.fragmentOffset !== 0
  }
}
