/** Offers packets to the router at rates that are searched through, and counts what arrives. */
import path from 'node:path'
import type { Lab } from '../lab/lab.ts'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep } from '../lab/shell.ts'
import { macOf } from '../net/harness/mac.ts'
import { IngressCounter } from './counter.ts'
import type { Effort } from './effort.ts'
import { type Order, type Sent, SHORTEST } from './generator.ts'
import { highestRate, type Trial } from './statistics.ts'

const GENERATOR = path.join(import.meta.dirname, 'generator.ts')
const DISCARD = 9999
/** Addresses that all answer: a connection of the bench goes to each of them once. */
const CROWD = { first: '100.80.0.0', network: '100.80.0.0/12' }
/** What is still on its way when the generator has ended. */
const SETTLE_MS = 150
/** Beyond what sending takes at the rate that was asked for, however slow the machine is. */
const GRACE_SECONDS = 30

export type Offer = Omit<Order, 'device' | 'router' | 'client'>

export function generate(lab: Lab, offer: Offer): Sent {
  const order: Order = { ...offer, device: 'eth0', router: macOf(lab, 'router', 'lan0'), client: LAN.lan1 }
  const bound = ['timeout', String(Math.ceil(offer.packets / offer.rate + GRACE_SECONDS))]
  return JSON.parse(lab.run('lan1', [...bound, process.execPath, GENERATOR, JSON.stringify(order)]))
}

/** Sends, and waits until nothing is on its way any more. */
async function offer(lab: Lab, order: Offer, counters: readonly IngressCounter[]) {
  const before = counters.map((counter) => counter.read())
  const sent = generate(lab, order)
  await sleep(SETTLE_MS)
  return { sent, arrived: counters.map((counter, i) => counter.read() - before[i]!) }
}

/** Datagrams from lan1 to a server, which are counted where they reach the provider. */
export class Datagrams {
  readonly #lab: Lab
  readonly #lengths: readonly number[]
  readonly #counter: IngressCounter

  /** @param lengths in bytes without the Ethernet header */
  constructor(lab: Lab, lengths: readonly number[] = [SHORTEST]) {
    this.#lab = lab
    this.#lengths = lengths
    this.#counter = new IngressCounter(lab, 'isp', 'line0', `udp dport ${DISCARD}`)
  }

  /** @param sleeps see the generator's Order */
  async send(rate: number, seconds: number, sleeps = false): Promise<Trial & Sent> {
    const order: Offer = {
      kind: 'udp',
      server: SERVERS['www.example.org'],
      port: DISCARD,
      rate,
      packets: Math.ceil(rate * seconds),
      lengths: this.#lengths,
      sleeps,
    }
    const { sent, arrived } = await offer(this.#lab, order, [this.#counter])
    return { ...sent, ...trial(sent, arrived[0]!, sent.packets) }
  }

  /** @returns the highest rate with no more loss than allowed, in packets a second */
  highest({ udpSeconds, halvings }: Effort, first = 50_000): Promise<number> {
    return highestRate({ first, halvings }, (rate) => this.send(rate, udpSeconds))
  }

  end(): void {
    this.#counter.remove()
  }
}

/**
 * Connections from lan1, each to another server. One counts when its SYN went out and the server's SYN+ACK came back to lan1; with
 * `reset`, when the RST that ended it has reached the provider, too. Servers are stateless (SYN cookies), so that the router is
 * what is measured.
 */
export class Handshakes {
  readonly #lab: Lab
  readonly #kind: 'syn' | 'reset'
  readonly #counters: IngressCounter[]
  #skip = 0

  constructor(lab: Lab, kind: 'syn' | 'reset') {
    this.#lab = lab
    this.#kind = kind
    lab.run('isp', ['ip', 'route', 'add', 'local', CROWD.network, 'dev', 'lo'])
    lab.run('isp', ['sh', '-c', 'echo 2 > /proc/sys/net/ipv4/tcp_syncookies'])
    this.#counters = [new IngressCounter(lab, 'lan1', 'eth0', 'tcp flags & (syn | ack) == syn | ack')]
    if (kind === 'reset')
      this.#counters.push(new IngressCounter(lab, 'isp', 'line0', 'tcp flags & rst == rst'))
  }

  /** @param rate connections a second */
  async send(rate: number, count: number): Promise<Trial> {
    const each = this.#kind === 'reset' ? 2 : 1
    const order: Offer = {
      kind: this.#kind,
      server: CROWD.first,
      port: SERVICES.iperf3,
      rate: rate * each,
      packets: count * each,
      skip: this.#skip,
    }
    this.#skip += count
    const { sent, arrived } = await offer(this.#lab, order, this.#counters)
    return trial({ ...sent, packets: sent.packets / each }, Math.min(...arrived), count)
  }

  /** @returns the highest rate with no more loss than allowed, in connections a second */
  highest({ connectionsPerTry, halvings }: Effort, first = 20_000): Promise<number> {
    return highestRate({ first, halvings }, (rate) => this.send(rate, connectionsPerTry))
  }

  end(): void {
    for (const counter of this.#counters) counter.remove()
    this.#lab.run('isp', ['ip', 'route', 'del', 'local', CROWD.network, 'dev', 'lo'])
  }
}

const trial = ({ packets, seconds, answered }: Sent, arrived: number, expected: number): Trial => ({
  offered: packets / seconds,
  delivered: arrived / answered,
  lost: 1 - arrived / expected,
})
