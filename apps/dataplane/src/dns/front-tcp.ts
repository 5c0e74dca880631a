/**
 * DNS over TCP for the home network (RFC 7766): a connection may carry several questions, and be kept for a while.
 *
 * Limits, so that machines that connect and say nothing (or say it slowly) take no place that another needs:
 *   PER_CLIENT connections of one machine, MOST in all; one more ends the oldest that has no question under way: of the same
 *   machine in the first case, of whichever in the second. When there is none such, the new one is refused.
 *   IDLE_MS without a byte ends a connection (RFC 7766 section 6.2.3: a few seconds).
 *   UNDER_WAY questions of one connection at a time; more are not read until one is answered.
 *   MOST_UNREAD bytes of answers that the machine does not take: no more questions are read until it has, so that who asks and never
 *   reads fills no memory.
 */
import net from 'node:net'
import { bareAnswer, HEADER, isQuery, RCODE } from './message.ts'
import type { Asker } from './pending.ts'

export const PER_CLIENT = 20
export const MOST = 500
export const IDLE_MS = 10_000
export const UNDER_WAY = 32
const MOST_UNREAD = 128 * 1024

export interface TcpHandlers {
  admits: (client: string) => boolean
  ask: (query: Uint8Array, asker: Asker) => void
}

interface Connection {
  socket: net.Socket
  client: string
  buffer: Buffer
  underWay: number
}

export class TcpListener {
  readonly #handlers: TcpHandlers
  /** Oldest use first. */
  readonly #connections = new Set<Connection>()
  readonly #server: net.Server

  constructor(handlers: TcpHandlers) {
    this.#handlers = handlers
    this.#server = net.createServer((socket) => this.#accept(socket))
  }

  /** @throws the error of listen(2) */
  listen(address: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host: address, port, exclusive: true, backlog: 511 }, () => {
        this.#server.off('error', reject)
        this.#server.on('error', () => undefined)
        resolve()
      })
    })
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port
  }

  stop(): void {
    this.#server.close()
    for (const { socket } of this.#connections) socket.destroy()
  }

  #accept(socket: net.Socket): void {
    const client = socket.remoteAddress ?? ''
    socket.on('error', () => socket.destroy())
    if (!this.#handlers.admits(client) || !this.#makeRoom(client)) {
      socket.destroy()
      return
    }
    const connection: Connection = { socket, client, buffer: Buffer.alloc(0), underWay: 0 }
    this.#connections.add(connection)
    socket.setNoDelay(true)
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on('close', () => this.#connections.delete(connection))
    socket.on('drain', () => this.#goOn(connection))
    socket.on('data', (bytes) => {
      connection.buffer = connection.buffer.length === 0 ? bytes : Buffer.concat([connection.buffer, bytes])
      this.#read(connection)
    })
  }

  /** @returns whether there is room for one more connection of `client` */
  #makeRoom(client: string): boolean {
    const ofClient = [...this.#connections].filter((connection) => connection.client === client)
    if (ofClient.length >= PER_CLIENT) return this.#endIdle(ofClient)
    return this.#connections.size < MOST || this.#endIdle([...this.#connections])
  }

  #endIdle(connections: Connection[]): boolean {
    const idle = connections.find(({ underWay }) => underWay === 0)
    if (!idle) return false
    this.#connections.delete(idle)
    idle.socket.destroy()
    return true
  }

  /** Every whole message: two bytes of length before each (RFC 1035 section 4.2.2). */
  #read(connection: Connection): void {
    const { socket } = connection
    while (mayAsk(connection) && connection.buffer.length >= 2) {
      const length = connection.buffer.readUInt16BE(0)
      if (connection.buffer.length < 2 + length) break
      const query = connection.buffer.subarray(2, 2 + length)
      connection.buffer = connection.buffer.subarray(2 + length)
      if (length < HEADER || !isQuery(query)) {
        socket.destroy()
        return
      }
      this.#ask(connection, Buffer.from(query))
    }
    if (!mayAsk(connection)) socket.pause()
  }

  #goOn(connection: Connection): void {
    if (!connection.socket.isPaused() || !mayAsk(connection)) return
    connection.socket.resume()
    this.#read(connection)
  }

  #ask(connection: Connection, query: Uint8Array): void {
    const { socket, client } = connection
    connection.underWay++
    // the youngest use is last
    this.#connections.delete(connection)
    this.#connections.add(connection)
    this.#handlers.ask(query, {
      client,
      key: null,
      stream: true,
      reply: (answer) => {
        connection.underWay--
        if (socket.destroyed) return
        socket.write(framed(answer.length > 0xffff ? bareAnswer(query, null, RCODE.failure) : answer))
        this.#goOn(connection)
      },
    })
  }
}

const mayAsk = ({ underWay, socket }: Connection): boolean =>
  underWay < UNDER_WAY && socket.writableLength < MOST_UNREAD

export function framed(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(2 + message.length)
  bytes.writeUInt16BE(message.length, 0)
  bytes.set(message, 2)
  return bytes
}
