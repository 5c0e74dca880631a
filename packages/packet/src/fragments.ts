/**
 * Putting fragments together again, within bounds.
 *
 * Theory of operation
 *
 * Masquerading needs the ports, and only the first fragment has them, so every fragmented datagram is made whole before it
 * is judged (RFC 4787 REQ-14: in any order; 2.2's "always defragment"). A reassembler is also the classic place to attack a
 * router: with pieces that overlap (teardrop, or a header a filter saw replaced by one it did not), with datagrams that are
 * never completed, with very many very small pieces. Hence:
 *
 *  - All memory is taken once: `bytes` of payload (4 MiB, as Linux has) in pages of 4 KiB, and as many records as pages. A
 *    datagram takes a page for each 4 KiB of itself of which something has arrived; payload goes straight to its place.
 *  - A page keeps one mark for each 8 bytes: empty, filled, or filled and first of its fragment. Adding a fragment costs
 *    its own length and nothing more, whatever came before; there is no list of fragments to walk.
 *  - An exact duplicate (same borders, same bytes) is ignored: networks do duplicate. Anything else that touches filled
 *    bytes is an overlap, and the whole datagram is thrown away (RFC 5722 §4, written for IPv6, sound for IPv4). Its record
 *    stays until its time is over, so that pieces still on their way are thrown away too and do not begin a new datagram.
 *  - Pieces that disagree about where the datagram ends, or would make it longer than 65535 bytes, are treated the same way.
 *  - A datagram has `lifetime` (30 s, as Linux) from its first piece; later pieces do not prolong it.
 *  - One source may have `perSource` (64) datagrams in the making; for one more its own oldest is given up. When pages or
 *    records run out, the source that asks gives up its own oldest; only one that has no other gives up the oldest of all.
 *    So a flood from one host costs that host, and a flood from invented sources meets a good datagram only if it turns over
 *    all the memory while that datagram's few pieces arrive.
 *  - ECN as RFC 3168 §5.3: a congestion mark on any piece marks the whole; beside a piece that cannot carry marks: dropped.
 *
 * States of a record: free → open (first piece) → free (complete, expired or given up), or open → dead (overlap, bounds, ecn) →
 * free (expired or given up). Every fragment taken in ends in a whole datagram or, by reason, in `dropped`.
 *
 * The result is a fresh packet: the first fragment's header, no fragment bits, DF clear whatever the pieces said (the next
 * link may need to cut it again), an empty virtio header in front. Read it like any packet that just arrived; only
 * then is its transport checksum verified.
 */

import { checksumOf, write16 } from './checksum.ts'
import { FragmentPages, PAGE, PAGES_PER_DATAGRAM, RANGE } from './fragment-pages.ts'
import type { PacketView } from './view.ts'
import { VNET_HEADER } from './virtio.ts'

export const REASSEMBLY = {
  /** Kept (or an exact duplicate): more is to come. */
  pending: 0,
  /** Complete: see `whole`. */
  done: 1,
  overlap: 2,
  bounds: 3,
  ecn: 4,
  /** Never an answer, only in `dropped`: given up to make room. */
  full: 5,
  /** Never an answer, only in `dropped`: not complete in time. */
  expired: 6,
} as const

export interface ReassemblerOptions {
  /** Payload memory, 128 KiB to 128 MiB; 4 MiB when absent. */
  bytes?: number
  /** Datagrams one source may have in the making; 64 when absent. */
  perSource?: number
  /** Ticks; 3000 when absent. */
  lifetime?: number
  /** A random number, so that strangers cannot choose sources which share a chain. */
  seed?: number
}

const BYTES = 4 * 1024 * 1024
const PER_SOURCE = 64
const LIFETIME = 3000

const LONGEST_HEADER = 60
const LONGEST_DATAGRAM = 65535

const NONE = -1
const UNKNOWN = -1

/** ECN code points as bits: not capable (00) and congestion experienced (11). */
const ECN_NOT_CAPABLE = 1 << 0
const ECN_MARKED = 1 << 3

export class Reassembler {
  /** After `done`: an empty virtio header, then the datagram. Overwritten by the next one. */
  readonly whole = new Uint8Array(VNET_HEADER + LONGEST_DATAGRAM)
  /** Where the datagram starts in `whole`. */
  readonly wholeStart = VNET_HEADER
  /** Bytes of the datagram, without the virtio header. */
  wholeLength = 0
  /** Fragments thrown away so far, by REASSEMBLY code, those that had been kept for a while included. */
  readonly dropped = new Float64Array(7)
  /** Datagrams that have a record, dead ones included. */
  datagrams = 0

  private readonly perSource: number
  private readonly lifetime: number
  private readonly seed: number
  private readonly pages: FragmentPages

  // Records: one place in each array for each datagram.
  private readonly source: Uint32Array
  private readonly destination: Uint32Array
  private readonly idAndProtocol: Uint32Array
  private readonly bornAt: Float64Array
  /** REASSEMBLY.pending while open, else what the datagram died of. */
  private readonly verdict: Uint8Array
  /** Payload bytes that have arrived, the furthest of them, and where it ends (UNKNOWN before the last fragment). */
  private readonly received: Int32Array
  private readonly furthest: Int32Array
  private readonly end: Int32Array
  /** Fragments taken in and not yet accounted for. */
  private readonly fragments: Float64Array
  private readonly ecn: Uint8Array
  private readonly header: Uint8Array
  private readonly headerLength: Uint8Array

  // Chains by source, newest first; the same links string the free records together.
  private readonly buckets: Int32Array
  private readonly next: Int32Array
  private freeRecord = 0
  // All records by age.
  private readonly younger: Int32Array
  private readonly older: Int32Array
  private oldest = NONE
  private youngest = NONE

  constructor(options: ReassemblerOptions = {}) {
    const pages = Math.floor((options.bytes ?? BYTES) / PAGE)
    const count = Math.min(32767, Math.max(2 * PAGES_PER_DATAGRAM, pages))
    this.perSource = options.perSource ?? PER_SOURCE
    this.lifetime = options.lifetime ?? LIFETIME
    this.seed = options.seed ?? 0
    this.pages = new FragmentPages(count, count)
    this.source = new Uint32Array(count)
    this.destination = new Uint32Array(count)
    this.idAndProtocol = new Uint32Array(count)
    this.bornAt = new Float64Array(count)
    this.verdict = new Uint8Array(count)
    this.received = new Int32Array(count)
    this.furthest = new Int32Array(count)
    this.end = new Int32Array(count)
    this.fragments = new Float64Array(count)
    this.ecn = new Uint8Array(count)
    this.header = new Uint8Array(count * LONGEST_HEADER)
    this.headerLength = new Uint8Array(count)
    this.buckets = new Int32Array(2 ** Math.ceil(Math.log2(count))).fill(NONE)
    this.next = Int32Array.from({ length: count }, (_, i) => (i + 1 < count ? i + 1 : NONE))
    this.younger = new Int32Array(count)
    this.older = new Int32Array(count)
  }

  /** Payload memory in use, in bytes. */
  get bytesUsed(): number {
    return (this.pages.count - this.pages.free) * PAGE
  }

  /**
   * Takes one fragment that parsed without a fault; its bytes are copied.
   * @param now ticks
   * @returns pending, done, or what the whole datagram is thrown away for: overlap, bounds, ecn
   */
  add(view: PacketView, now: number): number {
    this.expire(now)
    let record = this.find(view)
    if (record === NONE) record = this.open(view, now)
    this.fragments[record]!++
    if (this.verdict[record] !== REASSEMBLY.pending) return this.kill(record, this.verdict[record]!)
    const from = view.fragmentOffset
    const to = from + view.l4Length
    if (!this.agrees(record, view, to)) return this.kill(record, REASSEMBLY.bounds)
    const range = this.pages.compare(record, from, to, view.buffer, view.l4)
    if (range === RANGE.clash) return this.kill(record, REASSEMBLY.overlap)
    this.ecn[record]! |= 1 << (view.tos & 3)
    if (range === RANGE.duplicate) return REASSEMBLY.pending
    this.makePages(record, from, to)
    this.pages.store(record, from, to, view.buffer, view.l4)
    this.received[record]! += view.l4Length
    if (to > this.furthest[record]!) this.furthest[record] = to
    if (!view.moreFragments) this.end[record] = to
    if (from === 0) this.keepHeader(record, view)
    return this.received[record] === this.end[record] ? this.finish(record) : REASSEMBLY.pending
  }

  /** Gives up what was not complete in time. @param now ticks @returns how many datagrams */
  expire(now: number): number {
    let count = 0
    while (this.oldest !== NONE && now - this.bornAt[this.oldest]! >= this.lifetime) {
      this.giveUp(this.oldest, REASSEMBLY.expired)
      count++
    }
    return count
  }

  /** Whether a fragment that ends at `to` fits what is known about the datagram's end. */
  private agrees(record: number, view: PacketView, to: number): boolean {
    const end = this.end[record]!
    if (view.moreFragments) return end === UNKNOWN || to < end
    return end === UNKNOWN ? to >= this.furthest[record]! : to === end
  }

  private keepHeader(record: number, view: PacketView): void {
    const target = record * LONGEST_HEADER
    for (let i = 0; i < view.headerLength; i++) this.header[target + i] = view.buffer[view.ip + i]!
    this.headerLength[record] = view.headerLength
  }

  private finish(record: number): number {
    const headerLength = this.headerLength[record]!
    const payload = this.end[record]!
    if (headerLength + payload > LONGEST_DATAGRAM) return this.kill(record, REASSEMBLY.bounds)
    const ecn = this.ecn[record]!
    if (ecn & ECN_MARKED && ecn & ECN_NOT_CAPABLE) return this.kill(record, REASSEMBLY.ecn)
    const { whole, wholeStart } = this
    const header = record * LONGEST_HEADER
    // The caller may have written a header of its own there when it sent the one before.
    whole.fill(0, 0, wholeStart)
    for (let i = 0; i < headerLength; i++) whole[wholeStart + i] = this.header[header + i]!
    if (ecn & ECN_MARKED) whole[wholeStart + 1]! |= 3
    this.pages.read(record, payload, whole, wholeStart + headerLength)
    this.wholeLength = headerLength + payload
    write16(whole, wholeStart + 2, this.wholeLength)
    write16(whole, wholeStart + 6, 0)
    write16(whole, wholeStart + 10, 0)
    write16(whole, wholeStart + 10, checksumOf(whole, wholeStart, headerLength))
    this.forget(record)
    return REASSEMBLY.done
  }

  /** Throws a datagram away but keeps its record, so that its other pieces meet the same end. */
  private kill(record: number, reason: number): number {
    this.dropped[reason]! += this.fragments[record]!
    this.fragments[record] = 0
    this.verdict[record] = reason
    this.pages.release(record)
    return reason
  }

  private giveUp(record: number, reason: number): void {
    this.dropped[reason]! += this.fragments[record]!
    this.forget(record)
  }

  private find(view: PacketView): number {
    const key = keyOf(view)
    let record = this.buckets[this.bucketOf(view.source)]!
    while (record !== NONE) {
      const same =
        this.idAndProtocol[record] === key &&
        this.source[record] === view.source &&
        this.destination[record] === view.destination
      if (same) return record
      record = this.next[record]!
    }
    return NONE
  }

  private open(view: PacketView, now: number): number {
    if (this.countOf(view.source) >= this.perSource || this.freeRecord === NONE)
      this.makeRoom(view.source, NONE)
    const record = this.freeRecord
    this.freeRecord = this.next[record]!
    this.source[record] = view.source
    this.destination[record] = view.destination
    this.idAndProtocol[record] = keyOf(view)
    this.bornAt[record] = now
    this.verdict[record] = REASSEMBLY.pending
    this.received[record] = 0
    this.furthest[record] = 0
    this.end[record] = UNKNOWN
    this.fragments[record] = 0
    this.ecn[record] = 0
    this.headerLength[record] = 0
    this.link(record)
    return record
  }

  private makePages(record: number, from: number, to: number): void {
    const missing = this.pages.missing(record, from, to)
    while (this.pages.free < missing) this.makeRoom(this.source[record]!, record)
  }

  /** Gives up one datagram for `source`: its own oldest, or where it has none the oldest of all; never `keep`. */
  private makeRoom(source: number, keep: number): void {
    let victim = NONE
    for (let r = this.buckets[this.bucketOf(source)]!; r !== NONE; r = this.next[r]!) {
      if (r !== keep && this.source[r] === source) victim = r
    }
    if (victim === NONE) victim = this.oldest === keep ? this.younger[keep]! : this.oldest
    this.giveUp(victim, REASSEMBLY.full)
  }

  private countOf(source: number): number {
    let count = 0
    for (let r = this.buckets[this.bucketOf(source)]!; r !== NONE; r = this.next[r]!) {
      if (this.source[r] === source) count++
    }
    return count
  }

  private bucketOf(source: number): number {
    let mixed = Math.imul(source ^ this.seed, 0x9e3779b1)
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ this.seed, 0x85ebca6b)
    return (mixed ^ (mixed >>> 13)) & (this.buckets.length - 1)
  }

  private link(record: number): void {
    const bucket = this.bucketOf(this.source[record]!)
    this.next[record] = this.buckets[bucket]!
    this.buckets[bucket] = record
    this.older[record] = this.youngest
    this.younger[record] = NONE
    if (this.youngest === NONE) this.oldest = record
    else this.younger[this.youngest] = record
    this.youngest = record
    this.datagrams++
  }

  /** Takes a record and its pages out of everything. */
  private forget(record: number): void {
    this.pages.release(record)
    this.unchain(record)
    const older = this.older[record]!
    const younger = this.younger[record]!
    if (older === NONE) this.oldest = younger
    else this.younger[older] = younger
    if (younger === NONE) this.youngest = older
    else this.older[younger] = older
    this.next[record] = this.freeRecord
    this.freeRecord = record
    this.datagrams--
  }

  private unchain(record: number): void {
    const bucket = this.bucketOf(this.source[record]!)
    if (this.buckets[bucket] === record) {
      this.buckets[bucket] = this.next[record]!
      return
    }
    let before = this.buckets[bucket]!
    while (this.next[before] !== record) before = this.next[before]!
    this.next[before] = this.next[record]!
  }
}

function keyOf(view: PacketView): number {
  return (view.id << 8) | view.protocol
}
