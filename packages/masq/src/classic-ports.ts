/**
 * Masq ports as Linux 2.2 took them (ip_masq.c), for whoever chooses to count that way.
 *
 * One cursor for UDP, TCP and ICMP goes through the range, one step for every attempt, and begins anew behind its end; so ports look
 * sequential across protocols. A candidate will do unless another connection talks through it to the same server, address and
 * port: TCP ports are used again toward other servers, and nothing promises a LAN socket one port for all of them. A loose UDP port
 * (loose-udp.ts) answers to everybody, so it is one socket's alone. A port that was let go does not rest.
 *
 * Two ways to fail: the counter of the protocol (ten times the range, less one per connection) is at zero, or a whole turn of the
 * cursor has found nothing. Either way the packet is dropped and its sender not told; 2.2 logged no more than four failures in a row.
 */
import { type PacketView, PROTOCOL } from '@bauta/packet'
import { IN } from './key-index.ts'
import { protocolIndex } from './layout.ts'
import type { LooseUdp } from './loose-udp.ts'
import { SILENT } from './no-slot.ts'
import type { PortPool } from './ports.ts'
import type { Views } from './views.ts'

/** 2.2 counted to five before it fell silent, the fifth being silent already. */
const LOGGED_IN_A_ROW = 4

/** Why there was none, as 2.2 told it. */
export const FAILURE = { none: 0, noFreePorts: 1, noEntry: 2 } as const

export class ClassicPorts {
  readonly #views: Views
  readonly #pools: readonly PortPool[]
  readonly #loose: LooseUdp
  #cursor = 0
  #failures = 0
  /** What the last call failed for, while 2.2 would still have logged it; FAILURE. */
  failure = 0

  constructor(views: Views, pools: readonly PortPool[], loose: LooseUdp) {
    this.#views = views
    this.#pools = pools
    this.#loose = loose
  }

  /** @returns a masq port for a new connection of a LAN socket, counted; or SILENT */
  acquire(
    protocol: number,
    near: number,
    nearPort: number,
    wan: number,
    server: number,
    serverPort: number,
  ): number {
    const pool = this.#pools[protocolIndex(protocol)]!
    if (pool.free === 0) return this.#fail(FAILURE.noFreePorts)
    const loose = protocol === PROTOCOL.udp && this.#loose.on
    if (loose) {
      const own = pool.portOf(near, nearPort)
      if (own >= 0 && !this.#loose.has(own)) return this.#done(pool.share(own, near, nearPort, true))
    }
    for (let tries = pool.to - pool.from + 1; tries >= 0; tries--) {
      const port = this.#step(pool)
      if (!pool.mayShare(port)) continue
      const taken = loose
        ? pool.uses(port) !== 0
        : (protocol === PROTOCOL.udp && this.#loose.has(port)) ||
          this.#views.taken(IN, protocol, wan, port, server, serverPort)
      if (!taken) return this.#done(pool.share(port, near, nearPort, loose))
    }
    return this.#fail(FAILURE.noEntry)
  }

  #step({ from, to }: PortPool): number {
    const port = this.#cursor >= from && this.#cursor <= to ? this.#cursor : from
    this.#cursor = port + 1
    return port
  }

  #done(port: number): number {
    this.#failures = 0
    return port
  }

  #fail(why: number): number {
    this.#failures++
    this.failure = this.#failures <= LOGGED_IN_A_ROW ? why : FAILURE.none
    return SILENT
  }
}

/** What 2.2 wrote into the kernel's log. @param free of the protocol */
export function failureText(view: Pick<PacketView, 'protocol'>, why: number, free: number): string {
  const name = { [PROTOCOL.udp]: 'UDP', [PROTOCOL.tcp]: 'TCP', [PROTOCOL.icmp]: 'ICMP' }[view.protocol] ?? '?'
  return why === FAILURE.noFreePorts
    ? `IP_MASQ: ${name}: no free ports`
    : `IP_MASQ: ${name}: could not get free masq entry (free=${free})`
}
