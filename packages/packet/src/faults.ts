/**
 * Everything that can be wrong with a packet's form: a closed list. parsePacket() answers with an index into it, every
 * index is a counter, and the documentation of the counters is generated from these same lines.
 */

export interface Fault {
  readonly name: string
  readonly meaning: string
}

export const FAULTS: readonly Fault[] = [
  { name: 'none', meaning: 'well formed' },
  { name: 'short', meaning: 'fewer than the 20 bytes of an IPv4 header' },
  { name: 'version', meaning: 'not IP version 4' },
  { name: 'header-length', meaning: 'the IP header claims fewer than 20 bytes or more than the packet has' },
  {
    name: 'total-length',
    meaning: 'the IP total length is shorter than the header or longer than what arrived',
  },
  { name: 'header-checksum', meaning: 'the IP header checksum is wrong' },
  { name: 'reserved-bit', meaning: 'the reserved bit beside DF and MF is set (RFC 791: must be zero)' },
  { name: 'ttl-zero', meaning: 'arrived with a time to live of 0' },
  { name: 'ip-options', meaning: 'an IP option runs out of the header' },
  { name: 'source-route', meaning: 'carries a source route option, which lets a stranger choose the path' },
  { name: 'fragment-overrun', meaning: 'a fragment that would end beyond byte 65535 (ping of death)' },
  {
    name: 'fragment-length',
    meaning: 'a fragment before the last that is empty or no multiple of 8 bytes',
  },
  {
    name: 'tiny-fragment',
    meaning: 'a fragment cut so that the transport header is hidden from filters (RFC 1858)',
  },
  { name: 'protocol-short', meaning: 'too short for a TCP or UDP header' },
  { name: 'tcp-offset', meaning: 'the TCP header claims fewer than 20 bytes or more than the segment has' },
  {
    name: 'tcp-flags',
    meaning: 'TCP flags that no honest sender combines: SYN with FIN, SYN with RST, or none at all',
  },
  { name: 'udp-length', meaning: 'the UDP length is below 8 or differs from what the IP header says' },
  { name: 'icmp-short', meaning: 'fewer than the 8 bytes of an ICMP header' },
  { name: 'port-zero', meaning: 'TCP or UDP from or to port 0' },
  { name: 'l4-checksum', meaning: 'the TCP, UDP or ICMP checksum is wrong' },
  {
    name: 'embedded-short',
    meaning: 'an ICMP error that quotes less than an IP header and 8 bytes behind it',
  },
]

/** The same list by name, for code. The test beside holds the two together. */
export const FAULT = {
  none: 0,
  short: 1,
  version: 2,
  headerLength: 3,
  totalLength: 4,
  headerChecksum: 5,
  reservedBit: 6,
  ttlZero: 7,
  ipOptions: 8,
  sourceRoute: 9,
  fragmentOverrun: 10,
  fragmentLength: 11,
  tinyFragment: 12,
  protocolShort: 13,
  tcpOffset: 14,
  tcpFlags: 15,
  udpLength: 16,
  icmpShort: 17,
  portZero: 18,
  l4Checksum: 19,
  embeddedShort: 20,
} as const
