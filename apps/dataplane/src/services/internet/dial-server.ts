/**
 * The line protocol's listeners: TCP port 224 on the box's LAN addresses and nowhere else, and only while somebody may log in. A client
 * that says nothing, or too much, is hung up on.
 */
import net from 'node:net'
import { type DialActions, dialSession } from './dial-session.ts'

/** The port of masqdialer, whose clients made this kind of protocol known. */
export const DIAL_PORT = 224
const MOST_CLIENTS = 32
/** One machine must not take the places of the others. */
export const MOST_OF_ONE = 6
const LONGEST_LINE = 512
/** Who said nothing for so long is hung up on; before the login, sooner. */
const SILENCE_MS = 5 * 60_000
const STRANGERS_SILENCE_MS = 30_000
/** Bytes of answers that a client may leave unread. */
const MOST_UNREAD = 256 * 1024

export class DialServer {
  readonly #actions: DialActions
  readonly #port: number
  readonly #listeners = new Map<string, net.Server>()
  readonly #clients = new Set<net.Socket>()
  /** Why an address is not listened on, in words. */
  problem: string | null = null

  constructor(actions: DialActions, port = DIAL_PORT) {
    this.#actions = actions
    this.#port = port
  }

  /** @param addresses dotted quads of the box on the LAN; none: nobody is listened to */
  listen(addresses: readonly string[]): void {
    for (const [address, server] of this.#listeners)
      if (!addresses.includes(address)) {
        server.close()
        this.#listeners.delete(address)
      }
    if (addresses.length === 0) for (const client of this.#clients) client.destroy()
    for (const address of addresses) if (!this.#listeners.has(address)) this.#open(address)
  }

  #open(address: string): void {
    const server = net.createServer((client) => this.#serve(client))
    this.#listeners.set(address, server)
    server.on('error', (error) => {
      // Tried again with the next change of the links.
      this.problem = `dialers cannot reach ${address}:${this.#port}: ${error.message}`
      this.#listeners.delete(address)
    })
    server.listen(this.#port, address, () => {
      this.problem = null
    })
  }

  #serve(client: net.Socket): void {
    // First of all: without one, a client that breaks off would end this whole process.
    client.on('error', () => client.destroy())
    if (!this.#hasRoom(client)) {
      client.end('-ERR too many clients\n', () => client.destroy())
      return
    }
    this.#clients.add(client)
    client.setTimeout(STRANGERS_SILENCE_MS, () => client.destroy())
    client.on('close', () => this.#clients.delete(client))
    const session = dialSession(this.#actions)
    client.write(`${session.greeting}\n`)
    let text = ''
    let turn: Promise<void> = Promise.resolve()
    client.setEncoding('utf8')
    client.on('data', (chunk: string) => {
      text += chunk
      const lines = text.split('\n')
      text = lines.pop()!
      if (text.length > LONGEST_LINE || lines.length > MOST_CLIENTS) {
        client.end('-ERR too long\n', () => client.destroy())
        return
      }
      if (lines.length === 0) return
      for (const line of lines) turn = turn.then(() => answer(client, session, line))
      // What comes meanwhile waits in the kernel, not here.
      client.pause()
      turn = turn.then(() => void client.resume())
    })
  }

  #hasRoom({ remoteAddress }: net.Socket): boolean {
    const ofOne = [...this.#clients].filter((client) => client.remoteAddress === remoteAddress)
    return this.#clients.size < MOST_CLIENTS && ofOne.length < MOST_OF_ONE
  }
}

async function answer(
  client: net.Socket,
  session: ReturnType<typeof dialSession>,
  line: string,
): Promise<void> {
  if (client.destroyed || client.writableEnded) return
  const { answer: said, bye } = await session.line(line.slice(0, LONGEST_LINE)).catch(() => ({
    answer: '-ERR something failed inside the box',
    bye: true,
  }))
  if (session.who() !== null) client.setTimeout(SILENCE_MS)
  client.write(`${said}\n`)
  if (bye) client.end()
  else if (client.writableLength > MOST_UNREAD) client.destroy()
}
