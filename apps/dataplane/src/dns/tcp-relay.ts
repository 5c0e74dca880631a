/**
 * Asks the resolver over TCP, for answers that do not fit into UDP. dnsmasq serves twenty TCP connections at a time, each by a
 * process; here at most AT_ONCE are made, PER_CLIENT of them for one machine, and the others wait for their turn.
 */
import net from 'node:net'
import { framed } from './front-tcp.ts'

const AT_ONCE = 12
const PER_CLIENT = 4
/** From the question to the answer, waiting included. */
const PATIENCE_MS = 4500
const AGAIN_MS = 100

interface Turn {
  client: string
  go: () => void
}

export class TcpRelay {
  #address = ''
  #port = 0
  readonly #waiting: Turn[] = []
  readonly #busy = new Map<string, number>()
  #atOnce = 0

  to(address: string, port: number): void {
    this.#address = address
    this.#port = port
  }

  /** @throws Error when there is no answer in time */
  async ask(query: Uint8Array, client: string): Promise<Uint8Array> {
    const until = performance.now() + PATIENCE_MS
    await this.#turn(client)
    try {
      for (;;) {
        const left = until - performance.now()
        if (left <= 0) throw new Error('no answer over TCP in time')
        const answer = await exchange(this.#address, this.#port, query, left).catch(() => null)
        if (answer) return answer
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    } finally {
      this.#done(client)
    }
  }

  #turn(client: string): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ client, go })
      this.#next()
    })
  }

  #done(client: string): void {
    this.#atOnce--
    const left = this.#busy.get(client)! - 1
    if (left > 0) this.#busy.set(client, left)
    else this.#busy.delete(client)
    this.#next()
  }

  #next(): void {
    while (this.#atOnce < AT_ONCE) {
      const place = this.#waiting.findIndex(({ client }) => (this.#busy.get(client) ?? 0) < PER_CLIENT)
      if (place < 0) return
      const [{ client, go }] = this.#waiting.splice(place, 1) as [Turn]
      this.#atOnce++
      this.#busy.set(client, (this.#busy.get(client) ?? 0) + 1)
      go()
    }
  }
}

/** One question, one answer, one connection. */
function exchange(address: string, port: number, query: Uint8Array, patienceMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, address)
    let bytes = Buffer.alloc(0)
    const finish = (error: Error | null) => {
      clearTimeout(timer)
      socket.destroy()
      if (error) reject(error)
    }
    const timer = setTimeout(() => finish(new Error('no answer in time')), patienceMs)
    socket.once('connect', () => socket.write(framed(query)))
    socket.on('data', (piece) => {
      bytes = Buffer.concat([bytes, piece])
      if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) return
      resolve(bytes.subarray(2, 2 + bytes.readUInt16BE(0)))
      finish(null)
    })
    socket.once('error', finish)
    socket.once('close', () => finish(new Error('the resolver ended the connection')))
  })
}
