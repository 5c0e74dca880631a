/** What an agent can do on its host in IRC, and with the direct connections that people offer each other there (DCC). */
import { once } from 'node:events'
import net from 'node:net'
import type { Peer } from './actions.ts'

interface Session {
  socket: net.Socket
  lines: string[]
  arrived: () => void
}

const sessions = new Map<number, Session>()
const offers = new Map<number, { server: net.Server; peer: Promise<net.Socket> }>()
let next = 1

/** Registers, and waits until the server has said welcome. */
export async function ircJoin(ask: { server: Peer; nick: string }): Promise<number> {
  const socket = net.connect({ host: ask.server.address, port: ask.server.port })
  await once(socket, 'connect')
  const session: Session = { socket, lines: [], arrived: () => {} }
  let pending = ''
  socket.setEncoding('latin1')
  socket.on('error', () => {})
  socket.on('data', (text: string) => {
    const parts = (pending + text).split('\r\n')
    pending = parts.pop()!
    for (const line of parts)
      if (line.startsWith('PING')) socket.write(`${line.replace('PING', 'PONG')}\r\n`)
      else session.lines.push(line)
    session.arrived()
  })
  const handle = next++
  sessions.set(handle, session)
  socket.write(`NICK ${ask.nick}\r\nUSER ${ask.nick} 0 * :${ask.nick}\r\n`)
  await ircHears({ handle, what: ' 001 ' })
  return handle
}

/** @param ask.pieces sends the line in two, the second when the first has arrived somewhere */
export async function ircSays(ask: { handle: number; line: string; pieces?: number }): Promise<void> {
  const { socket } = sessions.get(ask.handle)!
  const bytes = Buffer.from(`${ask.line}\r\n`, 'latin1')
  socket.write(bytes.subarray(0, ask.pieces ?? bytes.length))
  if (ask.pieces === undefined) return
  await new Promise((resolve) => setTimeout(resolve, 100))
  socket.write(bytes.subarray(ask.pieces))
}

/** @returns the first line with `what` in it; lines before it are forgotten */
export async function ircHears(ask: { handle: number; what: string; seconds?: number }): Promise<string> {
  const session = sessions.get(ask.handle)!
  const end = Date.now() + 1000 * (ask.seconds ?? 5)
  for (;;) {
    const at = session.lines.findIndex((line) => line.includes(ask.what))
    if (at >= 0) return session.lines.splice(0, at + 1).at(-1)!
    if (Date.now() > end) throw new Error(`“${ask.what}” was not said; last: ${session.lines.at(-1)}`)
    await new Promise<void>((resolve) => {
      session.arrived = resolve
      setTimeout(resolve, 100)
    })
  }
}

/** Listens for one peer. @returns the port */
export async function dccListen(): Promise<number> {
  const server = net.createServer()
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  offers.set(port, { server, peer: once(server, 'connection').then(([socket]) => socket as net.Socket) })
  return port
}

/** The offering side: once the peer is there it is sent `text`, and the connection ends. @returns who came */
export async function dccGive(ask: { port: number; text: string }): Promise<string> {
  const { server, peer } = offers.get(ask.port)!
  const socket = await peer
  const from = socket.remoteAddress!
  socket.end(ask.text)
  server.close()
  return from
}

/** The other side. @returns all that came */
export async function dccTake(ask: { from: Peer }): Promise<string> {
  const socket = net.connect({ host: ask.from.address, port: ask.from.port })
  socket.setTimeout(5000, () => socket.destroy(new Error('nobody there')))
  let text = ''
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part
  })
  await once(socket, 'end')
  return text
}

export function ircCloseAll(): void {
  for (const { socket } of sessions.values()) socket.destroy()
  sessions.clear()
}
