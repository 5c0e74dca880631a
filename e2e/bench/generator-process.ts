/** A packet generator inside the lab, kept for many orders, so that a search does not start a program for every rate that it tries. */
import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Lab } from '../lab/lab.ts'
import { type Host, LAN, WANS } from '../lab/plan.ts'
import { macOf } from '../net/harness/mac.ts'
import type { Order, Sent } from './generator.ts'
import { prompt } from './inquiry.ts'
import type { LiveOrder, LiveSent } from './live/generator.ts'

/** Beyond what sending takes at the rate that was asked for, however slow the machine is. */
const GRACE_SECONDS = 30

/** A program that reads orders as lines of JSON, and answers each with one. */
class OrderTaker<Wanted extends { packets: number; rate: number }, Done> {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>
  #complaint = ''

  /** @param before words to put before the command */
  constructor(lab: Lab, host: Host, program: string, before: readonly string[] = []) {
    const words = [process.execPath, path.join(import.meta.dirname, program)]
    this.#child = lab.spawn(host, [...before, ...words], { stdio: 'pipe' })
    this.#child.stderr!.on('data', (text) => {
      this.#complaint += text
    })
    // a program that has ended takes no orders, and says why itself
    this.#child.stdin!.on('error', () => {})
    this.#answers = createInterface(this.#child.stdout!)[Symbol.asyncIterator]()
  }

  /** @throws where the program has ended, or takes much longer than it should */
  async send(order: Wanted): Promise<Done> {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`)
    const late = setTimeout(() => this.#child.kill(), (order.packets / order.rate + GRACE_SECONDS) * 1000)
    const { done, value } = await this.#answers.next()
    clearTimeout(late)
    if (done) throw new Error(`the packet generator ended: ${this.#complaint.trim().slice(-300)}`)
    return JSON.parse(value) as Done
  }

  end(): void {
    this.#child.stdin!.end()
  }
}

export type Offer = Omit<Order, 'device' | 'router' | 'client'>

/** On lan1: packets go over its line and the household's switch to the router. */
export class Generator {
  readonly #program: OrderTaker<Order, Sent>
  readonly #router: string

  constructor(lab: Lab) {
    this.#router = macOf(lab, 'router', 'lan0')
    this.#program = new OrderTaker(lab, 'lan1', 'generator.ts')
  }

  /** @throws where the program has ended, or takes much longer than it should */
  send(offer: Offer): Promise<Sent> {
    return this.#program.send({ ...offer, device: 'eth0', router: this.#router, client: LAN.lan1 })
  }

  end(): void {
    this.#program.end()
  }
}

export type LiveOffer = Pick<LiveOrder, 'server' | 'port' | 'lengths' | 'rate' | 'packets'>

/**
 * In the router: its LAN device receives what lan1 would have sent, and nobody has sent it. What the router does with a packet it does in the
 * generator's thread, so that has the priority of an instrument: other work of the machine would be in the figure.
 */
export class LiveGenerator {
  readonly #program: OrderTaker<LiveOrder, LiveSent>
  readonly #ends: Pick<LiveOrder, 'device' | 'towards' | 'router' | 'sender' | 'client'>

  constructor(lab: Lab) {
    this.#ends = {
      device: 'lan0',
      towards: WANS[lab.record.wan].device,
      router: macOf(lab, 'router', 'lan0'),
      sender: macOf(lab, 'lan1', 'eth0'),
      client: LAN.lan1,
    }
    this.#program = new OrderTaker(lab, 'router', 'live/generator.ts', prompt)
  }

  /** @throws where the program has ended (it says in words that the system allows no live frames), or takes much longer than it should */
  send(offer: LiveOffer): Promise<LiveSent> {
    return this.#program.send({ ...offer, ...this.#ends })
  }

  end(): void {
    this.#program.end()
  }
}
