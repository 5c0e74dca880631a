/**
 * What the door counts, with a meaning for people. The order is that of `enum counter` in bpf/counters.h (COUNT_IN_UP is in-up), which the
 * kernel's rows follow; a test holds the two equal. Every packet that a program of the door sees is counted once, under one name.
 */

export interface CounterMeaning {
  readonly name: string
  readonly meaning: string
}

export const COUNTERS = [
  {
    name: 'in-carried',
    meaning: 'of a connection that is decided: translated and sent on without the packet thread',
  },
  {
    name: 'in-carry-lost',
    meaning: 'dropped: no memory for the link header of a packet that was to be carried',
  },
  { name: 'in-up', meaning: 'arrived on a managed interface and was sent up to the packet thread' },
  { name: 'in-returned', meaning: 'let through by the packet thread and handed to the box itself' },
  {
    name: 'in-not-ipv4',
    meaning: 'passed: not IPv4 (ARP; on the LAN also IPv6 for the box, which is not forwarded)',
  },
  { name: 'in-tagged', meaning: 'passed: belongs to a VLAN, whose own interface has a door of its own' },
  {
    name: 'in-other-host',
    meaning: 'passed: addressed to the link address of another machine; the kernel drops it',
  },
  { name: 'in-broadcast', meaning: 'passed: broadcast or multicast from the LAN, or IGMP' },
  {
    name: 'in-dhcp',
    meaning: 'passed: DHCP from a LAN machine to the server here, or from the provider to the client here',
  },
  { name: 'in-stale-passed', meaning: 'passed: from the LAN to the box while the packet thread was away' },
  { name: 'in-stale-dropped', meaning: 'dropped: arrived while the packet thread was away' },
  { name: 'in-ipv6-dropped', meaning: 'dropped: IPv6 from the WAN, closed until Bauta filters it' },
  { name: 'in-broadcast-dropped', meaning: 'dropped: broadcast or multicast from the WAN' },
  {
    name: 'in-malformed',
    meaning: 'dropped: too short for an IPv4 header, or a VLAN tag inside a priority tag',
  },
  { name: 'in-flood', meaning: 'dropped: one source opened more in a short time than a machine may' },
  {
    name: 'in-crowded',
    meaning: 'dropped: the packet thread was behind, and the source had its share of the queue',
  },
  { name: 'out-judged', meaning: 'sent: judged by the packet thread' },
  { name: 'out-up', meaning: "the box's own packet, sent up to the packet thread" },
  { name: 'out-not-ipv4', meaning: 'sent: not IPv4 (ARP, IPv6 of the box)' },
  { name: 'out-tagged', meaning: 'sent: belongs to a VLAN' },
  { name: 'out-broadcast', meaning: 'sent: broadcast or multicast of the box' },
  { name: 'out-dhcp', meaning: 'sent: DHCP of the server or the client here' },
  {
    name: 'out-stale-passed',
    meaning: "sent: the box's own packet to the LAN while the packet thread was away",
  },
  {
    name: 'out-stale-dropped',
    meaning: "dropped: the box's own packet to the WAN while the packet thread was away",
  },
  { name: 'out-malformed', meaning: 'dropped: shorter than an IPv4 header, on its way out' },
  { name: 'down-forward', meaning: 'came from the packet thread and went to the router of the kernel' },
  {
    name: 'down-box',
    meaning: 'came from the packet thread for the box, and went back to the interface it had arrived on',
  },
  {
    name: 'down-box-whole',
    meaning:
      'came from the packet thread for the box, but was too long for a link header: delivered from the TUN',
  },
  { name: 'down-own', meaning: "the box's own packet came from the packet thread and was sent" },
  {
    name: 'down-own-routed',
    meaning:
      "the box's own packet came from the packet thread and needed the router: too big for the way, or no way",
  },
  { name: 'down-refused', meaning: 'dropped: the packet thread wrote something that is no IPv4 packet' },
  { name: 'unplugged', meaning: 'dropped: seen at an interface that the door is no longer attached to' },
] as const satisfies readonly CounterMeaning[]

/** Counted by the kernel's TUN driver, not by the door's programs. */
export const QUEUE_FULL: CounterMeaning = {
  name: 'queue-full',
  meaning: 'dropped: the packet thread was too slow and the queue of a TUN was full',
}
