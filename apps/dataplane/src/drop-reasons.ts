/**
 * Why a packet was dropped: the closed list.
 *
 * A drop without a name here cannot happen: stations of the path return an index into DROP_REASONS, index 0 means
 * "go on". The faults that packages/packet finds come first, with its own codes, so parsing needs no translation.
 * docs/drop-reasons.md is printed from this list (`node apps/dataplane/src/drop-reasons-doc.ts`), a test compares.
 */
import { FAULTS } from '@bauta/packet'

export interface DropReason {
  name: string
  meaning: string
  group: 'malformed' | 'address' | 'fragment' | 'rule' | 'connection' | 'route' | 'flood' | 'device'
}

const PATH_REASONS = [
  {
    name: 'martian',
    group: 'address',
    meaning:
      'An address that cannot travel: 0/8, 127/8, multicast or class E as source or destination (RFC 1812 5.3.7).',
  },
  {
    name: 'land',
    group: 'address',
    meaning: 'Source and destination are the same address, or the source is the box itself (LAND attack).',
  },
  {
    name: 'spoofed',
    group: 'address',
    meaning: 'The source belongs to another interface than the one the packet came in by (RFC 2827).',
  },
  {
    name: 'broadcast',
    group: 'address',
    meaning: 'Addressed to the broadcast address of a network behind another interface (RFC 2644).',
  },
  {
    name: 'stale-source',
    group: 'address',
    meaning: 'It would leave from an address that the box does not have any more (the WAN address changed).',
  },
  {
    name: 'fragment-overlap',
    group: 'fragment',
    meaning: 'Fragments of one datagram overlap; all of it is dropped (RFC 5722).',
  },
  {
    name: 'fragment-bounds',
    group: 'fragment',
    meaning: 'Fragments of one datagram disagree about where it ends.',
  },
  {
    name: 'fragment-ecn',
    group: 'fragment',
    meaning: 'Fragments of one datagram contradict each other about congestion marks (RFC 3168 5.3).',
  },
  {
    name: 'fragment-full',
    group: 'fragment',
    meaning: 'The reassembly memory or the share of one sender is used up.',
  },
  {
    name: 'fragment-timeout',
    group: 'fragment',
    meaning: 'Datagrams whose missing pieces did not come within 30 s (RFC 791).',
  },
  {
    name: 'fragment-translated',
    group: 'fragment',
    meaning: 'A fragment sent by the box itself whose port would have to be translated.',
  },
  { name: 'input-denied', group: 'rule', meaning: 'The input chain said DENY.' },
  { name: 'input-rejected', group: 'rule', meaning: 'The input chain said REJECT; the sender was told.' },
  { name: 'forward-denied', group: 'rule', meaning: 'The forward chain said DENY.' },
  { name: 'forward-rejected', group: 'rule', meaning: 'The forward chain said REJECT; the sender was told.' },
  { name: 'output-denied', group: 'rule', meaning: 'The output chain said DENY.' },
  { name: 'output-rejected', group: 'rule', meaning: 'The output chain said REJECT; the sender was told.' },
  { name: 'prerouting-denied', group: 'rule', meaning: 'A PREROUTING chain of netfilter said DROP.' },
  { name: 'postrouting-denied', group: 'rule', meaning: 'A POSTROUTING chain of netfilter said DROP.' },
  { name: 'queue', group: 'rule', meaning: 'A rule said QUEUE, and nobody takes packets from the queue.' },
  {
    name: 'no-port',
    group: 'connection',
    meaning: 'No free masquerade port was left for a new connection; the client was told (ICMP 3/13).',
  },
  {
    name: 'no-port-silent',
    group: 'connection',
    meaning:
      'No masquerade port was left, and ports are taken as in Linux 2.2: as there, the client was not told.',
  },
  {
    name: 'machine-limit',
    group: 'connection',
    meaning: 'The machine has as many connections as one may have; it was told (ICMP 3/13).',
  },
  {
    name: 'table-full',
    group: 'connection',
    meaning: 'The connection table was full; the client was told (ICMP 3/13).',
  },
  {
    name: 'clash',
    group: 'connection',
    meaning:
      'Translated, a new connection would be the same as one that is there already, on one of its two sides.',
  },
  {
    name: 'not-masqueradable',
    group: 'connection',
    meaning: 'MASQ applied to a protocol or ICMP message that cannot be masqueraded, as in Linux 2.2.',
  },
  {
    name: 'helper-refused',
    group: 'connection',
    meaning: 'A protocol helper found something in the packet that may not pass.',
  },
  {
    name: 'helper-again',
    group: 'connection',
    meaning:
      'A protocol helper reads its connection in order and changes it once per round trip; this packet came too early, and its sender sends it again.',
  },
  {
    name: 'helper-no-room',
    group: 'connection',
    meaning: 'A protocol helper would have made the packet longer than a packet can be.',
  },
  {
    name: 'icmp-redirect',
    group: 'connection',
    meaning: 'ICMP redirects and router advertisements are never honoured and never passed on.',
  },
  {
    name: 'ttl-exceeded',
    group: 'route',
    meaning: 'The time to live ran out at this box; the sender was told (traceroute uses this).',
  },
  {
    name: 'too-big',
    group: 'route',
    meaning:
      'Larger than the way out and not to be fragmented; the sender was told the right size (RFC 1191).',
  },
  {
    name: 'no-wan',
    group: 'route',
    meaning: 'The WAN is down or has no address; the sender was told (ICMP 3/0).',
  },
  {
    name: 'no-dns-server',
    group: 'route',
    meaning:
      'For a constant DNS address or a rule’s @dns1 to @dns3, and the line has no such name server at the moment; the sender was told (ICMP 3/3, or 3/0 while the line is down).',
  },
  { name: 'no-route', group: 'route', meaning: 'No managed interface leads to the destination.' },
  {
    name: 'not-ours',
    group: 'route',
    meaning: 'It came from the WAN for an address that is neither the box nor behind it.',
  },
  {
    name: 'flood',
    group: 'flood',
    meaning:
      'One machine, or one address outside, opened more in a short time than one may (the page Timeouts); the door dropped it.',
  },
  {
    name: 'crowded',
    group: 'flood',
    meaning:
      'The packet thread was behind, and the sender had its share of the queue: what is left of it is for the others.',
  },
  {
    name: 'write-failed',
    group: 'device',
    meaning: 'The kernel did not take the packet (interface down or out of memory).',
  },
] as const satisfies readonly DropReason[]

type PathReason = (typeof PATH_REASONS)[number]['name']

/** Index = code. [0] is "not dropped". */
export const DROP_REASONS: readonly DropReason[] = [
  ...FAULTS.map(({ name, meaning }): DropReason => ({ name, meaning, group: 'malformed' })),
  ...PATH_REASONS,
]

/** The codes of the path's own reasons by name. */
export const DROP = Object.fromEntries(
  PATH_REASONS.map(({ name }, i) => [name, FAULTS.length + i]),
) as Readonly<Record<PathReason, number>>

const GROUPS: Record<DropReason['group'], string> = {
  malformed: 'Malformed packets',
  address: 'Addresses that cannot be right',
  fragment: 'Fragments',
  rule: 'Rules',
  connection: 'Connections and ports',
  route: 'Routing',
  flood: 'Floods',
  device: 'Devices',
}

/** @returns docs/drop-reasons.md */
export function dropReasonsDoc(): string {
  const parts = ['# Why Bauta drops a packet', '']
  parts.push(
    'Every packet that is not carried is counted under exactly one of these names, in the Counters page, in',
    '`GET /v1/counters` and as `bauta_drops_total{reason="…"}` in `/metrics`. This file is generated from',
    '`apps/dataplane/src/drop-reasons.ts`; a test fails when it is out of date.',
  )
  for (const [group, title] of Object.entries(GROUPS)) {
    parts.push('', `## ${title}`, '', '| reason | meaning |', '|---|---|')
    for (const reason of DROP_REASONS.slice(1))
      if (reason.group === group) parts.push(`| \`${reason.name}\` | ${reason.meaning} |`)
  }
  return `${parts.join('\n')}\n`
}
