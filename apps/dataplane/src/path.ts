/**
 * THE packet path: the order in which things are decided, and the only place where it is written down.
 *
 * A packet comes in by a LAN interface, by the WAN, or from the box itself. It passes stations (src/path/*.ts); each
 * either says GO_ON or gives the reason why the packet ends here, and the first reason wins (`||`). Every reason is
 * a name of drop-reasons.ts and is counted. The order is that of Linux 2.2 (the classic dialect): every forwarded
 * packet meets `input`, `forward` and `output`; an answer to a masqueraded connection meets `input` while it is still
 * addressed to the box, skips `forward`, and meets `output` with its client as the destination. Rules of netfilter have an order
 * of their own, below.
 *
 * Nothing here is allocated per packet, nothing throws for a bad packet, and nobody else writes the table.
 */
import type { ConnectionTable, Masquerader } from '@bauta/masq'
import type { Device } from '@bauta/tun-tap'
import type { Counters } from './counters.ts'
import { PacketLog } from './packet-log.ts'
import { admit, LETS, marked, openAdmitted, TURN, turn } from './path/admit.ts'
import { saneFromBox, saneFromLan, saneFromWan, wellFormed, whole } from './path/arrive.ts'
import type { Carrier } from './path/carrier.ts'
import { begin, routed } from './path/changes.ts'
import {
  findInward,
  findOutward,
  isLocal,
  noRedirects,
  openFromBox,
  openMasqueraded,
  openToBox,
  translateIn,
  translateOut,
} from './path/connection.ts'
import { leadToDnsServer } from './path/constant-dns.ts'
import { BOX, Crossing, GO_ON, type Passed } from './path/crossing.ts'
import { judgeForward, judgeInput, judgeOutputInward, judgeOutputOutward, judgeTurned } from './path/judge.ts'
import { deliver, release, send } from './path/leave.ts'
import {
  filterForward,
  filterInput,
  filterOutput,
  mangleForward,
  mangleInput,
  mangleOutput,
  manglePostrouting,
  manglePrerouting,
  natOutput,
  natPostrouting,
  natPrerouting,
} from './path/netfilter.ts'
import { leadsInside } from './path/netfilter-forwards.ts'
import { lookBetween, openOwn, openThrough, openToOwn, track } from './path/netfilter-track.ts'
import { findRedirected, openRedirected } from './path/redirect.ts'
import {
  fits,
  rerouted,
  routeBetween,
  routeOut,
  routeToClient,
  routeToServer,
  timeToLive,
} from './path/route.ts'
import type { PathConfig } from './path-config.ts'

function fromLan(c: Crossing): number {
  return (
    wellFormed(c) ||
    saneFromLan(c) ||
    whole(c) ||
    findOutward(c) ||
    findRedirected(c) ||
    turn(c) ||
    judgeInput(c) ||
    marked(c) ||
    (c.redirect
      ? redirected(c)
      : c.turn === TURN.none
        ? c.isOwn(c.view.destination)
          ? deliver(c)
          : onward(c)
        : turned(c))
  )
}

/** For a service of the box, by a rule. */
function redirected(c: Crossing): number {
  return openRedirected(c) || toBox(c)
}

/** From one machine to another by the WAN address, or the answer. */
function turned(c: Crossing): number {
  return c.turn === TURN.back ? back(c) : openAdmitted(c) || across(c)
}

function across(c: Crossing): number {
  return (
    routeToServer(c) ||
    timeToLive(c) ||
    judgeTurned(c) ||
    fits(c) ||
    judgeOutputOutward(c) ||
    translateOut(c) ||
    send(c)
  )
}

function fromWan(c: Crossing): number {
  return wellFormed(c) || saneFromWan(c) || whole(c) || (c.isOwn(c.view.destination) ? toOwn(c) : passing(c))
}

/** For an address of the box: an answer, for a LAN machine or for the box itself, something forwarded, or uninvited. */
function toOwn(c: Crossing): number {
  return (
    findInward(c) ||
    admit(c) ||
    judgeInput(c) ||
    marked(c) ||
    (c.redirect
      ? redirected(c)
      : c.lets !== LETS.none
        ? openAdmitted(c) || back(c)
        : c.slot < 0
          ? openToBox(c) || toBox(c)
          : isLocal(c)
            ? toBox(c)
            : back(c))
  )
}

function toBox(c: Crossing): number {
  return (c.slot < 0 ? 0 : translateIn(c)) || deliver(c)
}

/** Answers of the Internet to a LAN machine. */
function back(c: Crossing): number {
  return routeToClient(c) || timeToLive(c) || fits(c) || judgeOutputInward(c) || translateIn(c) || send(c)
}

/** Not for the box: routed only where the rules say so. */
function passing(c: Crossing): number {
  return findRedirected(c) || judgeInput(c) || (c.redirect ? redirected(c) : onward(c))
}

/** Through the box, masqueraded or only routed. */
function onward(c: Crossing): number {
  return (
    leadToDnsServer(c) ||
    noRedirects(c) ||
    routeOut(c) ||
    timeToLive(c) ||
    judgeForward(c) ||
    openMasqueraded(c) ||
    fits(c) ||
    judgeOutputOutward(c) ||
    translateOut(c) ||
    send(c)
  )
}

/** The box's own packets: the output chain, and the table so that answers find their way in. */
function fromBox(c: Crossing): number {
  return (
    wellFormed(c) ||
    saneFromBox(c) ||
    findOutward(c) ||
    routeOut(c) ||
    openFromBox(c) ||
    judgeOutputOutward(c) ||
    translateOut(c) ||
    release(c)
  )
}

// --- the netfilter dialect: PREROUTING, routing, then INPUT, or FORWARD and POSTROUTING; the box's own: OUTPUT and POSTROUTING.
// The nat table is asked about packets that begin a connection; every other one goes as its connection goes.

function arriving(c: Crossing): number {
  return (
    wellFormed(c) ||
    (c.inIf === c.wan ? saneFromWan(c) : saneFromLan(c)) ||
    whole(c) ||
    begin(c) ||
    track(c) ||
    manglePrerouting(c) ||
    natPrerouting(c) ||
    lookBetween(c) ||
    (c.leavingIsOwn() ? inTo(c) : through(c))
  )
}

function inTo(c: Crossing): number {
  return mangleInput(c) || filterInput(c) || openToOwn(c) || translate(c) || deliver(c)
}

function through(c: Crossing): number {
  return (
    noRedirects(c) ||
    routeBetween(c) ||
    leadsInside(c) ||
    timeToLive(c) ||
    routed(c) ||
    mangleForward(c) ||
    filterForward(c) ||
    manglePostrouting(c) ||
    natPostrouting(c) ||
    openThrough(c) ||
    fits(c) ||
    translate(c) ||
    send(c)
  )
}

function outOf(c: Crossing): number {
  return (
    wellFormed(c) ||
    saneFromBox(c) ||
    begin(c) ||
    track(c) ||
    lookBetween(c) ||
    routeBetween(c) ||
    mangleOutput(c) ||
    natOutput(c) ||
    rerouted(c) ||
    filterOutput(c) ||
    manglePostrouting(c) ||
    natPostrouting(c) ||
    openOwn(c) ||
    translate(c) ||
    release(c)
  )
}

const translate = (c: Crossing): number => (c.slot < 0 ? GO_ON : c.inward ? translateIn(c) : translateOut(c))

export class Path {
  readonly crossing: Crossing

  /** @param seed random number that strangers cannot guess @param log where packets go that rules want told about */
  constructor(
    table: ConnectionTable,
    masq: Masquerader,
    counters: Counters,
    config: PathConfig,
    seed: number,
    log: PacketLog = new PacketLog(),
  ) {
    this.crossing = new Crossing(table, masq, counters, config, seed, log)
  }

  /** Takes a new configuration into use. Call between two batches; `connect` follows when devices changed. */
  configure(config: PathConfig): void {
    this.crossing.configure(config)
  }

  /** @param carrier who hands connections to the kernel */
  carryBy(carrier: Carrier): void {
    this.crossing.carrier = carrier
  }

  /** @param passed is told of packets that go on without a connection */
  notePassed(passed: Passed): void {
    this.crossing.passed = passed
  }

  /** @param devices by interface index @param box the box's own packets */
  connect(devices: (Device | null)[], box: Device | null): void {
    this.crossing.devices = devices
    this.crossing.box = box
  }

  /** @param macs 48 bits each, of the same places as the addresses (`| 0`) */
  setNeighbours(addresses: Int32Array, macs: Float64Array): void {
    this.crossing.evaluator.neighbours = new Map(Array.from(addresses, (address, i) => [address, macs[i]!]))
  }

  /** What has to happen now and then, whether packets come or not. */
  tick(now: number): void {
    this.crossing.reassembler.expire(now)
    this.crossing.countFragments()
    this.crossing.countRefusals()
  }

  /**
   * One packet.
   * @param from index of the interface it came in by, or BOX
   * @param buffer virtio-net header and packet; may be changed
   * @param now ticks
   */
  receive(from: number, buffer: Uint8Array, length: number, now: number): void {
    const c = this.crossing
    c.begin(from, buffer, length, now)
    const reason = c.netfilter
      ? from === BOX
        ? outOf(c)
        : arriving(c)
      : from === BOX
        ? fromBox(c)
        : from === c.wan
          ? fromWan(c)
          : fromLan(c)
    if (reason > 0) c.counters.drops[reason]! += c.packets
  }
}
