/**
 * What a rule or a forward wants done to a new connection's first packet, beside or instead of masquerading.
 * There is one per packet thread, filled in anew for every packet that opens a connection: nothing is allocated.
 */

/** Where the new source comes from. */
export const SOURCE = {
  /** The packet keeps its own (routed, or translated in its destination only). */
  keep: 0,
  /** The WAN address and a port of its pool: MASQ. */
  masquerade: 1,
  /** `source`, and its own port where no other connection is in the way: SNAT. */
  address: 2,
  /** `source` and exactly `fromPort`: the way out of a forward's target, NETMAP. */
  exact: 3,
} as const
export type SourceKind = (typeof SOURCE)[keyof typeof SOURCE]

export class Translation {
  kind: SourceKind = SOURCE.keep
  /** Unsigned. */
  source = 0
  /** The ports it may take; 0 and 0: as the kind has it. */
  fromPort = 0
  toPort = 0
  /** New destination, unsigned; 0: as it is. */
  destination = 0
  /** New destination port; 0: as it is. */
  destinationPort = 0
  /** FLAG bits that the connection gets. */
  flags = 0

  clear(): void {
    this.kind = SOURCE.keep
    this.source = 0
    this.fromPort = 0
    this.toPort = 0
    this.destination = 0
    this.destinationPort = 0
    this.flags = 0
  }
}
