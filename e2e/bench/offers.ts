/** Offers packets to the router at rates that are searched through, and counts what arrives. */
import type { Lab } from '../lab/lab.ts'
import { SERVERS, SERVICES } from '../lab/plan.ts'
import { stopProcesses } from '../lab/processes.ts'
import { sleep } from '../lab/shell.ts'
import { checkCarried } from './carried.ts'
import { IngressCounter } from './counter.ts'
import { SHORTEST, UDP_FLOWS } from './datagram-frames.ts'
import type { Effort } from './effort.ts'
import type { Sent } from './generator.ts'
import { Generator, LiveGenerator, type LiveOffer, type Offer } from './generator-process.ts'
import { serveAnswers } from './inquiry.ts'
import { highestRate, type Trial } from './statistics.ts'

const SERVER = SERVERS['www.example.org']
const DISCARD = 9999
/** A dozen of each flow, slowly enough to be answered one by one. */
const FIRST_PACKETS = { rate: 4000, count: 12 * UDP_FLOWS }
/** Addresses that all answer: a connection of the bench goes to each of them once. */
const CROWD = { first: '100.80.0.0', network: '100.80.0.0/12' }
/** What is still on its way when the generator has ended. */
const SETTLE_MS = 150

interface Sending<Asked, Done> {
  send(order: Asked): Promise<Done>
}

/** Sends, and waits until nothing is on its way any more. */
async function offer<Asked, Done>(
  generator: Sending<Asked, Done>,
  order: Asked,
  counters: readonly IngressCounter[],
): Promise<{ sent: Done; arrived: number[] }> {
  const before = counters.map((counter) => counter.read())
  const sent = await generator.send(order)
  await sleep(SETTLE_MS)
  return { sent, arrived: counters.map((counter, i) => counter.read() - before[i]!) }
}

/**
 * Datagrams from lan1 to a server, which are counted where they reach the provider. Before that every flow has had answers: connection
 * tracking knows it as established then, and where the kernel carries, it is carried. Those first packets lan1 really sends.
 */
export class Datagrams {
  readonly #generator: Generator
  readonly #live: LiveGenerator
  readonly #lengths: readonly number[]
  readonly #counter: IngressCounter

  private constructor(lab: Lab, generator: Generator, lengths: readonly number[]) {
    this.#generator = generator
    this.#live = new LiveGenerator(lab)
    this.#lengths = lengths
    this.#counter = new IngressCounter(lab, 'isp', 'line0', `udp dport ${DISCARD}`)
  }

  /** @param lengths in bytes without the Ethernet header */
  static async begin(lab: Lab, lengths: readonly number[] = [SHORTEST]): Promise<Datagrams> {
    const server = await serveAnswers(lab, 'udp', { host: 'isp', address: SERVER, port: DISCARD })
    const generator = new Generator(lab)
    const { rate, count } = FIRST_PACKETS
    await generator.send({ ...datagrams(rate, count, [SHORTEST]), kind: 'udp' })
    await sleep(SETTLE_MS)
    await stopProcesses([server])
    await checkCarried(lab, DISCARD)
    return new Datagrams(lab, generator, lengths)
  }

  /** Sent by lan1, which sleeps when it can: for what all of it costs at a rate. @param rate packets a second */
  async send(rate: number, seconds: number): Promise<Trial & Sent> {
    const order = {
      ...datagrams(rate, Math.ceil(rate * seconds), this.#lengths),
      kind: 'udp',
      sleeps: true,
    } as const
    const { sent, arrived } = await offer(this.#generator, order, [this.#counter])
    return { ...sent, ...trial(sent, arrived[0]!, sent.packets) }
  }

  /** By live frames. @returns the highest rate with no more loss than allowed, in packets a second */
  highest(
    { udpSeconds, halvings }: Pick<Effort, 'udpSeconds' | 'halvings'>,
    first = 50_000,
  ): Promise<number> {
    return highestRate({ first, halvings }, async (rate) => {
      const order = datagrams(rate, Math.ceil(rate * udpSeconds), this.#lengths)
      const { sent, arrived } = await offer(this.#live, order, [this.#counter])
      return trial(sent, arrived[0]!, sent.packets)
    })
  }

  end(): void {
    this.#counter.remove()
    this.#generator.end()
    this.#live.end()
  }
}

const datagrams = (rate: number, packets: number, lengths: readonly number[]): LiveOffer => ({
  server: SERVER,
  port: DISCARD,
  rate,
  packets,
  lengths,
})

/**
 * Connections from lan1, each to another server. One counts when its SYN went out and the server's SYN+ACK came back to lan1; with
 * `reset`, when the RST that ended it has reached the provider, too. Servers are stateless (SYN cookies), so that the router is
 * what is measured.
 */
export class Handshakes {
  readonly #lab: Lab
  readonly #generator: Generator
  readonly #kind: 'syn' | 'reset'
  #used = 0

  constructor(lab: Lab, kind: 'syn' | 'reset') {
    this.#lab = lab
    this.#generator = new Generator(lab)
    this.#kind = kind
    lab.run('isp', ['ip', 'route', 'replace', 'local', CROWD.network, 'dev', 'lo'])
    lab.run('isp', ['sh', '-c', 'echo 2 > /proc/sys/net/ipv4/tcp_syncookies'])
  }

  /** @returns the highest rate with no more loss than allowed, in connections a second */
  highest(
    { connectionsPerTry, halvings }: Pick<Effort, 'connectionsPerTry' | 'halvings'>,
    first = 20_000,
  ): Promise<number> {
    return this.#counting((counters) =>
      highestRate({ first, halvings }, (rate) => this.#send(rate, connectionsPerTry, counters)),
    )
  }

  /** @param rate connections a second */
  make(rate: number, count: number): Promise<Trial> {
    return this.#counting((counters) => this.#send(rate, count, counters))
  }

  async #send(rate: number, count: number, counters: readonly IngressCounter[]): Promise<Trial> {
    const each = this.#kind === 'reset' ? 2 : 1
    const order: Offer = {
      kind: this.#kind,
      server: CROWD.first,
      port: SERVICES.iperf3,
      rate: rate * each,
      packets: count * each,
      skip: this.#used,
    }
    this.#used += count
    const { sent, arrived } = await offer(this.#generator, order, counters)
    return trial({ ...sent, packets: sent.packets / each }, Math.min(...arrived), count)
  }

  /** What is counted is dropped: nobody but the bench can open a connection meanwhile. */
  async #counting<T>(use: (counters: readonly IngressCounter[]) => Promise<T>): Promise<T> {
    const counters = [new IngressCounter(this.#lab, 'lan1', 'eth0', 'tcp flags & (syn | ack) == syn | ack')]
    if (this.#kind === 'reset')
      counters.push(new IngressCounter(this.#lab, 'isp', 'line0', 'tcp flags & rst == rst'))
    try {
      return await use(counters)
    } finally {
      for (const counter of counters) counter.remove()
    }
  }
}

const trial = (
  { packets, seconds, answered }: Omit<Sent, 'processorSeconds'>,
  arrived: number,
  expected: number,
): Trial => ({
  offered: packets / seconds,
  delivered: arrived / answered,
  lost: 1 - arrived / expected,
})
