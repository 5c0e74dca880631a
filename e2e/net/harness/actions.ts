/** What an agent can do on its host, by name. Arguments and results travel as JSON. */
import { createHash } from 'node:crypto'
import dgram from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { DhcpWire, type Granted } from './dhcp-client.ts'
import { sendFrames as sendRaw } from './raw-socket.ts'

export interface Peer {
  address: string
  port: number
}

const parsePeer = (text: string): Peer => {
  const [address = '', port] = text.trim().split(' ')
  return { address, port: Number(port) }
}

const openUdp = new Map<number, dgram.Socket>()
const lastPeer = new Map<number, Peer>()
const openTcp = new Map<number, net.Socket>()
let nextHandle = 1

/** Binds a UDP socket that stays. */
export async function udpOpen(ask: { localPort: number }): Promise<number> {
  const socket = dgram.createSocket('udp4')
  socket.on('error', () => {})
  const handle = nextHandle++
  socket.on('message', (_, { address, port }) => lastPeer.set(handle, { address, port }))
  socket.bind(ask.localPort)
  await once(socket, 'listening')
  openUdp.set(handle, socket)
  return handle
}

/** @returns who sent to the socket last */
export const udpLastPeer = (ask: { handle: number }): Peer | null => lastPeer.get(ask.handle) ?? null

/** Sends text and waits for the answer. @returns the answer, or null */
export async function udpAsk(ask: {
  handle: number
  to: Peer
  text: string
  waitMs?: number
}): Promise<string | null> {
  const socket = openUdp.get(ask.handle)!
  const answer = new Promise<string | null>((resolve) => {
    const take = (message: Buffer) => finish(message.toString('latin1'))
    const timer = setTimeout(() => finish(null), ask.waitMs ?? 2000)
    const finish = (value: string | null) => {
      clearTimeout(timer)
      socket.off('message', take)
      resolve(value)
    }
    socket.on('message', take)
  })
  socket.send(Buffer.from(ask.text, 'latin1'), ask.to.port, ask.to.address)
  return answer
}

/** @returns how the whoami service at `to` sees this socket, or null when nothing comes back */
export async function udpWhoami(ask: { handle: number; to: Peer; waitMs?: number }): Promise<Peer | null> {
  const answer = await udpAsk({ ...ask, text: 'who am I' })
  return answer === null ? null : parsePeer(answer)
}

/** Sends datagrams at a steady rate. */
export async function udpFlood(ask: {
  handle: number
  to: Peer
  perSecond: number
  seconds: number
}): Promise<void> {
  const socket = openUdp.get(ask.handle)!
  const began = performance.now()
  for (let sent = 0; sent < ask.perSecond * ask.seconds; ) {
    const due = ((performance.now() - began) / 1000) * ask.perSecond
    for (; sent < due; sent++) socket.send('flood', ask.to.port, ask.to.address)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** @returns the error of a connected UDP socket that sends to a place which answers with an ICMP error, or null */
export async function udpError(ask: { to: Peer; waitMs: number }): Promise<string | null> {
  const socket = dgram.createSocket('udp4')
  socket.connect(ask.to.port, ask.to.address)
  await once(socket, 'connect')
  return new Promise((resolve) => {
    const finish = (value: string | null) => {
      clearTimeout(timer)
      clearInterval(again)
      socket.close()
      resolve(value)
    }
    const timer = setTimeout(() => finish(null), ask.waitMs)
    const again = setInterval(() => socket.send('x'), 100)
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message))
    socket.send('x')
  })
}

/** Connects and keeps the connection. */
export async function tcpOpen(ask: { to: Peer; localPort?: number; waitMs?: number }): Promise<number> {
  const socket = net.connect({ host: ask.to.address, port: ask.to.port, localPort: ask.localPort })
  socket.setTimeout(ask.waitMs ?? 5000, () => socket.destroy(new Error('no answer')))
  await once(socket, 'connect')
  socket.setTimeout(0)
  socket.on('error', () => {})
  openTcp.set(nextHandle, socket)
  return nextHandle++
}

/** Opens connections one after the other at a household's pace and closes them again. @returns how many stood in time */
export async function tcpOpens(ask: {
  to: Peer
  count: number
  everyMs: number
  withinMs: number
}): Promise<number> {
  const one = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = net.connect({ host: ask.to.address, port: ask.to.port })
      const finish = (stood: boolean) => {
        clearTimeout(timer)
        socket.resetAndDestroy()
        resolve(stood)
      }
      const timer = setTimeout(() => finish(false), ask.withinMs)
      socket.on('connect', () => finish(true))
      socket.on('error', () => finish(false))
    })
  const all: Promise<boolean>[] = []
  for (let i = 0; i < ask.count; i++) {
    all.push(one())
    await new Promise((resolve) => setTimeout(resolve, ask.everyMs))
  }
  return (await Promise.all(all)).filter(Boolean).length
}

/** Sends a line and waits for as many bytes back (echo) or one line (whoami). @returns null when nothing came in time */
export async function tcpAsk(ask: { handle: number; text: string; waitMs?: number }): Promise<string | null> {
  const socket = openTcp.get(ask.handle)!
  if (socket.destroyed) return null
  const answer = once(socket, 'data', { signal: AbortSignal.timeout(ask.waitMs ?? 3000) })
  socket.write(ask.text)
  return answer.then(
    ([data]) => String(data),
    () => null,
  )
}

/** @returns how the whoami service sees a new connection from the local port */
export async function tcpWhoami(ask: { to: Peer; localPort?: number }): Promise<Peer> {
  const socket = net.connect({ host: ask.to.address, port: ask.to.port, localPort: ask.localPort })
  socket.setTimeout(5000, () => socket.destroy(new Error('no answer')))
  const [line] = await once(socket, 'data')
  socket.resetAndDestroy()
  return parsePeer(String(line))
}

export function closeAll(): void {
  for (const socket of openUdp.values()) socket.close()
  for (const socket of openTcp.values()) socket.resetAndDestroy()
  openUdp.clear()
  openTcp.clear()
}

/** @returns the ports of `address` that answered in any way: `open`, or `refused` */
export async function tcpScan(ask: { address: string; ports: number[]; waitMs: number }): Promise<string[]> {
  const one = (port: number) =>
    new Promise<string | null>((resolve) => {
      const socket = net.connect({ host: ask.address, port, timeout: ask.waitMs })
      const finish = (how: string | null) => {
        socket.destroy()
        resolve(how && `${port} ${how}`)
      }
      socket.on('connect', () => finish('open'))
      socket.on('timeout', () => finish(null))
      socket.on('error', (error: NodeJS.ErrnoException) =>
        finish(error.code === 'ECONNREFUSED' ? 'refused' : null),
      )
    })
  return (await Promise.all(ask.ports.map(one))).filter((answer) => answer !== null)
}

export interface Download {
  bytes: number
  sha256: string
  seconds: number
  /** Longest time without a byte, in ms. */
  longestGap: number
}

/** Fetches a page to its end. */
export async function download(ask: { url: string }): Promise<Download> {
  const hash = createHash('sha256')
  const began = performance.now()
  let last = began
  let bytes = 0
  let longestGap = 0
  const [response] = (await once(http.get(ask.url), 'response')) as [http.IncomingMessage]
  for await (const chunk of response as AsyncIterable<Buffer>) {
    const now = performance.now()
    longestGap = Math.max(longestGap, now - last)
    last = now
    bytes += chunk.length
    hash.update(chunk)
  }
  return { bytes, longestGap, sha256: hash.digest('hex'), seconds: (performance.now() - began) / 1000 }
}

/** Many downloads at once, each over a connection of its own. @returns how many arrived whole */
export async function downloads(ask: { url: string; count: number; sha256: string }): Promise<number> {
  const all = Array.from({ length: ask.count }, () => download({ url: ask.url }).catch(() => null))
  return (await Promise.all(all)).filter((done) => done?.sha256 === ask.sha256).length
}

/** A DNS query through c-ares, which comes again over TCP when the answer is cut short. */
export async function lookUp(ask: { server: string; name: string; type: 'A' | 'TXT' }): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  resolver.setServers([ask.server])
  if (ask.type === 'A') return resolver.resolve4(ask.name)
  return (await resolver.resolveTxt(ask.name)).map((parts) => parts.join(''))
}

/** Writes whole Ethernet frames, given as hex. */
export function sendFrames(ask: { device: string; frames: string[] }): number {
  return sendRaw(ask.device, ask.frames)
}

export * from './dns-client.ts'
export * from './dns-upstream.ts'

const wires = new Map<string, DhcpWire>()
const wireOn = (device: string): DhcpWire => {
  const wire = wires.get(device) ?? new DhcpWire(device)
  wires.set(device, wire)
  return wire
}

/** Many machines ask for an address, `together` at a time. @returns what each was given, in order */
export async function dhcpObtain(ask: {
  device: string
  machines: { mac: string; hostname?: string }[]
  together?: number
  tries?: number
  waitMs?: number
}): Promise<(Granted | null)[]> {
  const wire = wireOn(ask.device)
  const granted: (Granted | null)[] = []
  for (let at = 0; at < ask.machines.length; at += ask.together ?? 8) {
    const some = ask.machines.slice(at, at + (ask.together ?? 8))
    granted.push(...(await Promise.all(some.map(({ mac, ...how }) => wire.obtain(mac, { ...ask, ...how })))))
  }
  return granted
}

/** Each wants the address that it has. */
export function dhcpKeep(ask: {
  device: string
  machines: { mac: string; address: string }[]
}): Promise<(Granted | null)[]> {
  const wire = wireOn(ask.device)
  return Promise.all(ask.machines.map(({ mac, address }) => wire.request(mac, address)))
}

/** A word in somebody else's name. */
export function dhcpTell(ask: {
  device: string
  what: 'release' | 'decline'
  server: string
  machines: { mac: string; address: string }[]
}): void {
  for (const { mac, address } of ask.machines) wireOn(ask.device).tell(ask.what, mac, address, ask.server)
}

/** An NTP query as clients send it (RFC 5905). @returns null when nobody answers */
export async function askTime(ask: {
  server: string
  waitMs: number
}): Promise<{ mode: number; version: number } | null> {
  const socket = dgram.createSocket('udp4')
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), ask.waitMs)
      socket.on('message', (answer) => {
        clearTimeout(timer)
        resolve({ mode: answer[0]! & 7, version: (answer[0]! >> 3) & 7 })
      })
      socket.on('error', () => resolve(null))
      const query = Buffer.alloc(48)
      // version 4, mode 3: client
      query[0] = 0x23
      socket.send(query, 123, ask.server)
    })
  } finally {
    socket.close()
  }
}

export * from './irc-actions.ts'
