/**
 * Keeping the views of connections apart: is one taken, and which port makes a new one that is not?
 *
 * For addresses that have no pool of ports (ports.ts): those that SNAT or a NETMAP puts in. There a port is kept where no
 * other connection to the same far end is in the way, as netfilter does it, and else the search begins at a random one. So
 * a port may be shared by two LAN sockets that talk to different servers; only the WAN address promises more.
 */
import { PROTOCOL } from '@bauta/packet'
import { type Direction, IN, type KeyIndex, OUT } from './key-index.ts'
import { CLASH, NO_PORT } from './no-slot.ts'
import { SOURCE, type Translation } from './translation.ts'
import { hasPorts, isPortless } from './view-keys.ts'

/** How many ports are looked at before the search gives up: the packet thread may not search for long. */
const MOST_TRIES = 4096

/** The wanted port, then once round from a random one. */
const triesFor = (from: number, to: number): number => Math.min(to - from + 2, MOST_TRIES)

export class Views {
  readonly #index: KeyIndex
  readonly #random: () => number

  constructor(index: KeyIndex, random: () => number) {
    this.#index = index
    this.#random = random
  }

  /** Whether a connection has this view already. All addresses, here and below, as signed 32-bit numbers. */
  taken(
    direction: Direction,
    protocol: number,
    near: number,
    nearPort: number,
    far: number,
    farPort: number,
  ): boolean {
    return this.#index.find(direction, protocol, near, (nearPort << 16) | farPort, far) >= 0
  }

  /** @returns the near port of an in view that is not taken; or NO_PORT, CLASH */
  nearPort(
    protocol: number,
    near: number,
    wanted: number,
    far: number,
    farPort: number,
    wish: Translation,
  ): number {
    if (wish.kind === SOURCE.exact || isPortless(protocol)) {
      const port = wish.fromPort === 0 || !hasPorts(protocol) ? wanted : wish.fromPort
      return this.taken(IN, protocol, near, port, far, farPort) ? CLASH : port
    }
    const from = wish.fromPort === 0 ? classFrom(protocol, wanted) : wish.fromPort
    const to = wish.fromPort === 0 ? classTo(protocol, wanted) : wish.toPort
    let port = wanted >= from && wanted <= to ? wanted : this.#within(from, to)
    const tries = triesFor(from, to)
    for (let i = 0; i < tries; i++) {
      if (!this.taken(IN, protocol, near, port, far, farPort)) return port
      port = i === 0 ? this.#within(from, to) : port === to ? from : port + 1
    }
    return NO_PORT
  }

  /** @returns the far port of an out view that is not taken; or NO_PORT, CLASH. An ICMP query has none to be changed. */
  farPort(
    protocol: number,
    near: number,
    nearPort: number,
    far: number,
    wanted: number,
    wish: Translation,
  ): number {
    const ports = hasPorts(protocol)
    if (wish.kind === SOURCE.exact || !ports) {
      const port = wish.fromPort === 0 || !ports ? wanted : wish.fromPort
      return this.taken(OUT, protocol, near, nearPort, far, port) ? CLASH : port
    }
    const from = wish.fromPort === 0 ? classFrom(protocol, wanted) : wish.fromPort
    const to = wish.fromPort === 0 ? classTo(protocol, wanted) : wish.toPort
    let port = wanted >= from && wanted <= to ? wanted : this.#within(from, to)
    const tries = triesFor(from, to)
    for (let i = 0; i < tries; i++) {
      if (!this.taken(OUT, protocol, near, nearPort, far, port)) return port
      port = i === 0 ? this.#within(from, to) : port === to ? from : port + 1
    }
    return NO_PORT
  }

  #within(from: number, to: number): number {
    return from + Math.floor(((this.#random() >>> 0) / 2 ** 32) * (to - from + 1))
  }
}

/** SNAT keeps a port among its equals, as netfilter does: below 512, below 1024, the rest; ICMP ids are all alike. */
function classFrom(protocol: number, port: number): number {
  if (protocol === PROTOCOL.icmp) return 0
  return port < 512 ? 1 : port < 1024 ? 512 : 1024
}

function classTo(protocol: number, port: number): number {
  if (protocol === PROTOCOL.icmp) return 65535
  return port < 512 ? 511 : port < 1024 ? 1023 : 65535
}
