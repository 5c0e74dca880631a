/**
 * The bytes of the connection table: the one description that every process and language reading it must share.
 *
 *   header   4096 bytes   identity, counts, free ports
 *   ports    per protocol and port: until when it rests, and which LAN socket has (or last had) it
 *   adjust   for helpers: positions and shifts of the streams that they read, 32 bytes each; and what they wait for, 64 bytes each
 *   index    capacity / 4 buckets of 64 bytes (key-index.ts)
 *   slots    capacity × 128 bytes, one connection each
 *
 * Every offset below is in units of the array it is used with: WORD in 32-bit words, DOUBLE in 64-bit floats, BYTE in
 * bytes, HALF in 16-bit halves. Byte order is the machine's own: the memory never leaves the machine.
 * Whoever moves a field raises LAYOUT_VERSION; a memory of another version is not adopted but formatted afresh.
 *
 * Times are ticks, 1/100 s of CLOCK_MONOTONIC. They and the counters are floats because those are exact to 2^53 and are
 * stored in one piece on every 64-bit machine: another thread never sees half of one.
 */

/** 2.2 on i386 ran at HZ = 100; every time in the packet path counts these. */
export const TICKS_PER_SECOND = 100

export const MAGIC = 0x42617574
/** Stands in the place of the magic number while a memory is being formatted. */
export const UNFINISHED = 0x6e6f7421
export const LAYOUT_VERSION = 2

export const HEADER_BYTES = 4096
export const PORTS_PER_PROTOCOL = 65536
/** UDP, TCP, ICMP: those with ports (or identifiers), in the order in which 2.2 numbers and prints them. */
export const PROTOCOLS = 3
/** Those and, as one, all others (GRE, ESP …): what is counted. */
export const KINDS = 4

export const REST_BYTES = PROTOCOLS * PORTS_PER_PROTOCOL * 8
export const OWNER_BYTES = PROTOCOLS * PORTS_PER_PROTOCOL * 4
export const OWNER_PORT_BYTES = PROTOCOLS * PORTS_PER_PROTOCOL * 2
export const REST_AT = HEADER_BYTES
export const OWNER_AT = REST_AT + REST_BYTES
export const OWNER_PORT_AT = OWNER_AT + OWNER_BYTES
export const ADJUST_AT = OWNER_PORT_AT + OWNER_PORT_BYTES

/** Room for helpers. Connections whose TCP stream one reads: FTP control connections mostly, so a few suffice. */
export const ADJUSTMENTS = 4096
export const ADJUSTMENT_BYTES = 32
/** A quarter of the room is for expectations, two to an adjustment's place. */
export const ADJUSTMENT_RECORDS = 3072
export const EXPECTATION_BYTES = 64
export const EXPECTATIONS = ((ADJUSTMENTS - ADJUSTMENT_RECORDS) * ADJUSTMENT_BYTES) / EXPECTATION_BYTES
export const EXPECTATIONS_AT = ADJUST_AT + ADJUSTMENT_RECORDS * ADJUSTMENT_BYTES
export const INDEX_AT = ADJUST_AT + ADJUSTMENTS * ADJUSTMENT_BYTES

/**
 * Words and signed halves of an adjustment. Number 0 is used by nobody: it is what a slot without one says. 2.2 counts deltas in 16 bits,
 * which a long session outgrows: `high` has the rest.
 */
export const ADJUSTMENT = { initSeqOut: 0, initSeqIn: 1, known: 5, readToOut: 6, readToIn: 7 } as const
export const ADJUSTMENT_HALF = {
  deltaOut: 4,
  previousDeltaOut: 5,
  deltaIn: 6,
  previousDeltaIn: 7,
  highOut: 8,
  highIn: 9,
} as const

/** Bytes, words and floats of an expectation; without a protocol there is none. */
export const EXPECTATION = {
  protocol: 0,
  flags: 1,
  childHelper: 2,
  childStage: 3,
  near: 1,
  /** near port << 16 | masq port */
  nearPorts: 2,
  far: 3,
  farPort: 4,
  wan: 5,
  controller: 6,
  controllerGeneration: 7,
  expiresAt: 4,
  helper: 40,
  target: 11,
  targetPort: 12,
} as const

/** A bucket fills one cache line: 15 entries and one word that counts those that found no room. */
export const BUCKET_WORDS = 16
export const BUCKET_WAYS = 15
export const SLOTS_PER_BUCKET = 4

export const SLOT_BYTES = 128
export const SLOT_WORDS = SLOT_BYTES / 4
export const SLOT_DOUBLES = SLOT_BYTES / 8
export const SLOT_HALVES = SLOT_BYTES / 2

/** Fewer make no sense; more do not fit the 24 bits that an index entry has for the slot. */
export const MIN_CAPACITY = 16
export const MAX_CAPACITY = 2 ** 23

/** What is enough of a header to know what the memory holds. */
export const HEADER_WORDS = 16

/** Words of the header. */
export const HEADER_WORD = {
  magic: 0,
  version: 1,
  capacity: 2,
  bootId: 3,
  hashSeed: 4,
  /** Slots below this number have been used at least once; nothing above was ever touched. */
  touched: 5,
  count: 6,
  highWater: 7,
  /** Three words: UDP, TCP, ICMP. */
  freePorts: 8,
  /** What the three would be with no connection at all. */
  portCapacity: 11,
  /** Four words: UDP, TCP, ICMP, others. */
  counts: 12,
} as const

/** Floats of the header. */
export const HEADER_DOUBLE = {
  /** Four floats each: UDP, TCP, ICMP, others. */
  opened: 16,
  expired: 20,
  ended: 24,
  /** The last tick up to which the wheel has turned. */
  wheelTick: 28,
} as const

/**
 * Words of a slot. The first 32 bytes are all that a lookup reads.
 *
 * A connection has two views, one for each side of the box, and any of the four fields may differ between them:
 *
 *            near end             far end
 *   out view client, client port  asked, asked port     what the client side sends, and is answered by
 *   in view  wan, masq port       server, server port   what the other side receives, and answers to
 */
export const WORD = {
  /** Even: stable; odd: being changed. Two changes make one life. */
  generation: 0,
  client: 1,
  server: 2,
  wan: 3,
  /** client port << 16 | asked port */
  outPorts: 4,
  /** masq port << 16 | server port */
  inPorts: 5,
  /** Whom the client addresses; the server itself where the destination is not translated. */
  asked: 7,
  ruleId: 22,
  revision: 23,
  /** in ticks, as last applied */
  timeout: 24,
  /** slot + 1 of the connection that this one belongs to (FTP data to its control connection); 0: none */
  controller: 26,
  /** Neighbours in the expiry wheel; `next` also links free slots. */
  next: 30,
  previous: 31,
} as const

/** Bytes of a slot. */
export const BYTE = {
  protocol: 24,
  state: 25,
  /** Which helper reads along; 0: none. */
  helper: 100,
  /** The helper's own, and `note` as well. */
  stage: 101,
  /**
   * Which directions the kernel carries, and why not (carry.ts), and the numbers of the hops that its packets are carried to. A connection
   * that a helper reads is never carried, so these share their places with `stage` and `note`: `helper` says whose they are.
   */
  carry: 101,
  hopOut: 110,
  hopIn: 111,
} as const

/** 16-bit halves of a slot. */
export const HALF = {
  flags: 13,
  /** Number of its adjustment; 0: none. */
  adjustment: 51,
  /** How many connections name this one as their controller. */
  controls: 54,
  note: 55,
} as const

/** Floats of a slot. */
export const DOUBLE = {
  lastSeen: 4,
  expiresAt: 5,
  packetsOut: 6,
  bytesOut: 7,
  packetsIn: 8,
  bytesIn: 9,
  createdAt: 10,
  /** When the expiry wheel will look at the slot next. */
  wheelAt: 14,
} as const

/** @returns 0 UDP, 1 TCP, 2 ICMP, -1 for any other IP protocol number: those have no ports */
export function protocolIndex(protocol: number): number {
  switch (protocol) {
    case 17:
      return 0
    case 6:
      return 1
    case 1:
      return 2
    default:
      return -1
  }
}

/** @returns where a protocol is counted: 0 UDP, 1 TCP, 2 ICMP, 3 any other */
export function kindIndex(protocol: number): number {
  const index = protocolIndex(protocol)
  return index < 0 ? PROTOCOLS : index
}

/** @throws RangeError where the capacity is no power of two within bounds */
export function checkCapacity(capacity: number): void {
  const powerOfTwo = Number.isInteger(capacity) && (capacity & (capacity - 1)) === 0
  if (!powerOfTwo || capacity < MIN_CAPACITY || capacity > MAX_CAPACITY)
    throw new RangeError(
      `a connection table holds a power of two from ${MIN_CAPACITY} to ${MAX_CAPACITY} connections, not ${capacity}`,
    )
}

export function indexBytes(capacity: number): number {
  return (capacity / SLOTS_PER_BUCKET) * BUCKET_WORDS * 4
}

/** @returns the bytes of memory that a table of this capacity needs */
export function tableBytes(capacity: number): number {
  checkCapacity(capacity)
  return INDEX_AT + indexBytes(capacity) + capacity * SLOT_BYTES
}
