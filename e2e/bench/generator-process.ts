/** The packet generator on lan1, kept for many orders, so that a search does not start a program for every rate that it tries. */
import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Lab } from '../lab/lab.ts'
import { LAN } from '../lab/plan.ts'
import { macOf } from '../net/harness/mac.ts'
import type { Order, Sent } from './generator.ts'

const PROGRAM = path.join(import.meta.dirname, 'generator.ts')
/** Beyond what sending takes at the rate that was asked for, however slow the machine is. */
const GRACE_SECONDS = 30

export type Offer = Omit<Order, 'device' | 'router' | 'client'>

export class Generator {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>
  readonly #router: string
  #complaint = ''

  constructor(lab: Lab) {
    this.#router = macOf(lab, 'router', 'lan0')
    this.#child = lab.spawn('lan1', [process.execPath, PROGRAM], { stdio: 'pipe' })
    this.#child.stderr!.on('data', (text) => {
      this.#complaint += text
    })
    // a program that has ended takes no orders, and says why itself
    this.#child.stdin!.on('error', () => {})
    this.#answers = createInterface(this.#child.stdout!)[Symbol.asyncIterator]()
  }

  /** @throws where the program has ended, or takes much longer than it should */
  async send(offer: Offer): Promise<Sent> {
    const order: Order = { ...offer, device: 'eth0', router: this.#router, client: LAN.lan1 }
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`)
    const late = setTimeout(() => this.#child.kill(), (offer.packets / offer.rate + GRACE_SECONDS) * 1000)
    const { done, value } = await this.#answers.next()
    clearTimeout(late)
    if (done) throw new Error(`the packet generator ended: ${this.#complaint.trim().slice(-300)}`)
    return JSON.parse(value) as Sent
  }

  end(): void {
    this.#child.stdin!.end()
  }
}
