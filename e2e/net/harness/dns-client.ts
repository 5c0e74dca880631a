/** What a machine of the household asks of its DNS server, and how it is answered. Messages travel as hex. */
import dgram from 'node:dgram'
import net from 'node:net'
import dnsPacket from 'dns-packet'

/** @returns the first answer over UDP; null when there is none in time */
export function dnsAsk(ask: {
  server: string
  hex: string
  waitMs?: number
  from?: string
}): Promise<string | null> {
  const socket = dgram.createSocket('udp4')
  return new Promise((resolve, reject) => {
    const finish = (answer: string | null) => {
      clearTimeout(timer)
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(() => finish(null), ask.waitMs ?? 3000)
    socket.once('error', reject)
    socket.on('message', (answer) => finish(answer.toString('hex')))
    socket.bind({ address: ask.from ?? '0.0.0.0', port: 0 }, () =>
      socket.send(Buffer.from(ask.hex, 'hex'), 53, ask.server),
    )
  })
}

/** One question over a connection of its own. */
export function dnsAskTcp(ask: { server: string; hex: string; waitMs?: number }): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = net.connect(53, ask.server)
    let held = Buffer.alloc(0)
    const finish = (answer: string | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => finish(null), ask.waitMs ?? 3000)
    const query = Buffer.from(ask.hex, 'hex')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(query.length)
    socket.on('connect', () => socket.write(Buffer.concat([length, query])))
    socket.on('error', () => finish(null))
    socket.on('close', () => finish(null))
    socket.on('data', (piece) => {
      held = Buffer.concat([held, piece])
      if (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0))
        finish(held.subarray(2, 2 + held.readUInt16BE(0)).toString('hex'))
    })
  })
}

const idle: net.Socket[] = []
/** Connections that say nothing. @returns how many were accepted */
export async function dnsIdle(ask: { server: string; count: number }): Promise<number> {
  const opened = await Promise.all(
    Array.from(
      { length: ask.count },
      () =>
        new Promise<boolean>((resolve) => {
          const socket = net.connect(53, ask.server, () => resolve(true))
          socket.on('error', () => resolve(false))
          idle.push(socket)
        }),
    ),
  )
  return opened.filter(Boolean).length
}
export function dnsIdleEnd(): void {
  for (const socket of idle.splice(0)) socket.destroy()
}

/** Sends datagrams and waits for nothing. */
export async function dnsSend(ask: { server: string; messages: string[] }): Promise<void> {
  const socket = dgram.createSocket('udp4')
  socket.on('error', () => {})
  for (const hex of ask.messages) {
    await new Promise<void>((resolve) =>
      socket.send(Buffer.from(hex, 'hex'), 53, ask.server, () => resolve()),
    )
  }
  socket.close()
}

export interface LoadReport {
  sent: number
  answered: number
  /** Answers that say NOERROR and have an address. */
  good: number
  codes: Record<string, number>
  /** ms */
  median: number
  slowest: number
}

let load: Promise<LoadReport> | null = null
let ending = false

/**
 * A query loop: each name is asked once and never again, as a stub resolver that loses nothing would see it.
 * @param ask.names `*` is replaced by a running number, modulo `different`
 */
export function dnsLoadBegin(ask: {
  server: string
  names: string
  different?: number
  perSecond: number
  seconds: number
  waitMs?: number
}): void {
  ending = false
  load = runLoad(ask)
}

/** Waits for the loop's end, or ends it now. */
export function dnsLoadEnd(ask: { now: boolean }): Promise<LoadReport> {
  ending = ask.now
  return load!
}

async function runLoad(ask: Parameters<typeof dnsLoadBegin>[0]): Promise<LoadReport> {
  const sockets = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const socket = dgram.createSocket('udp4')
      await new Promise<void>((resolve) => socket.bind(0, resolve))
      socket.setRecvBufferSize(1 << 20)
      return { socket, waiting: new Map<number, number>() }
    }),
  )
  const took: number[] = []
  const codes: Record<string, number> = {}
  let good = 0
  for (const { socket, waiting } of sockets)
    socket.on('message', (bytes) => {
      const id = bytes.readUInt16BE(0)
      const began = waiting.get(id)
      if (began === undefined) return
      waiting.delete(id)
      took.push(performance.now() - began)
      const { rcode = '?', answers } = dnsPacket.decode(bytes) as dnsPacket.DecodedPacket & { rcode?: string }
      codes[rcode] = (codes[rcode] ?? 0) + 1
      if (rcode === 'NOERROR' && (answers?.length ?? 0) > 0) good++
    })
  const begin = performance.now()
  const total = ask.perSecond * ask.seconds
  let sent = 0
  while (sent < total && !ending) {
    const due = Math.min(total, Math.floor(((performance.now() - begin) / 1000) * ask.perSecond))
    for (; sent < due; sent++) {
      const { socket, waiting } = sockets[sent % sockets.length]!
      const id = (sent >> 3) & 0xffff
      const name = ask.names.replace('*', String(sent % (ask.different ?? Number.MAX_SAFE_INTEGER)))
      waiting.set(id, performance.now())
      socket.send(
        dnsPacket.encode({
          type: 'query',
          id,
          flags: dnsPacket.RECURSION_DESIRED,
          questions: [{ type: 'A', name }],
        }),
        53,
        ask.server,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const until = performance.now() + (ask.waitMs ?? 5500)
  while (took.length < sent && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20))
  for (const { socket } of sockets) socket.close()
  took.sort((a, b) => a - b)
  return {
    sent,
    answered: took.length,
    good,
    codes,
    median: took[took.length >> 1] ?? 0,
    slowest: took.at(-1) ?? 0,
  }
}
