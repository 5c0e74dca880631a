/**
 * A DNS server of the small Internet that does as the name asked for tells it, and remembers what it was asked. UDP and TCP.
 *
 *   plain.…            an A record of 60 s
 *   slow-MS.…          the same, MS later
 *   silent.…           nothing
 *   big.…              TXT of 993 bytes: cut short where the asker's buffer is too small
 *   house-A-B-C-D.…    the address A.B.C.D
 *   forged-N.…         N answers with 10.66.66.66's public cousin 93.184.216.66 that must not be believed: wrong id, wrong
 *                      question, from another address; then the right one
 *   trap-K.…           an answer that breaks the rules of RFC 1035 in the K-th way (RFC 9267), then a right one
 *   pointers.…         an answer of an unknown type, with bytes in it that look like compression pointers
 */
import dgram from 'node:dgram'
import http from 'node:http'
import net from 'node:net'
import tls from 'node:tls'
import dnsPacket from 'dns-packet'

export interface Seen {
  /** The whole message. */
  hex: string
  name: string
  type: string
  id: number
  port: number
  tcp: boolean
}

const RIGHT = '93.184.216.36'
export const WRONG = '93.184.216.66'
const TTL = 60
/** From the wrong answer to the right one. */
const BETWEEN_MS = 30

interface Upstream {
  udp: dgram.Socket
  tcp: net.Server
  /** Sends what nobody should believe. */
  stranger: dgram.Socket
  seen: Seen[]
  mute: boolean
}
const upstreams = new Map<string, Upstream>()

/** @param ask.stranger another address of this host */
export async function dnsServe(ask: { address: string; stranger: string }): Promise<void> {
  const { address } = ask
  const udp = dgram.createSocket('udp4')
  const stranger = dgram.createSocket('udp4')
  const tcp = net.createServer()
  const upstream: Upstream = { udp, tcp, stranger, seen: [], mute: false }
  upstreams.set(address, upstream)
  udp.on('message', (query, from) => {
    note(upstream, query, from.port, false)
    if (upstream.mute) return
    answer(query, false, (bytes, odd) => (odd ? stranger : udp).send(bytes, from.port, from.address))
  })
  tcp.on('connection', (socket) => {
    let held = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('data', (piece) => {
      held = Buffer.concat([held, piece])
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const query = held.subarray(2, 2 + held.readUInt16BE(0))
        held = held.subarray(2 + query.length)
        note(upstream, query, socket.remotePort ?? 0, true)
        if (!upstream.mute) answer(query, true, (bytes) => socket.write(framed(bytes)))
      }
    })
  })
  await Promise.all([
    new Promise<void>((resolve) => udp.bind(53, address, resolve)),
    new Promise<void>((resolve) => stranger.bind(0, ask.stranger, resolve)),
    new Promise<void>((resolve) => tcp.listen(53, address, resolve)),
  ])
  udp.setRecvBufferSize(1 << 20)
}

/** What the server was asked since the last time this was called. */
export const dnsSeen = (ask: { address: string }): Seen[] => upstreams.get(ask.address)!.seen.splice(0)

/** Takes questions and says nothing, as a server does that is dead behind a living router. */
export function dnsMute(ask: { address: string; mute: boolean }): void {
  upstreams.get(ask.address)!.mute = ask.mute
}

function note(upstream: Upstream, query: Buffer, port: number, tcp: boolean): void {
  const seen = { hex: query.toString('hex'), id: query.length > 1 ? query.readUInt16BE(0) : 0, port, tcp }
  const name = nameOf(query)
  upstream.seen.push({
    ...seen,
    name: name ?? '',
    type: name === null ? '' : String(query.readUInt16BE(endOfName(query))),
  })
}

/** @returns null for what is no question */
function nameOf(query: Buffer): string | null {
  try {
    return dnsPacket.decode(query).questions?.[0]?.name ?? null
  } catch {
    return null
  }
}

function endOfName(message: Buffer): number {
  let at = 12
  while (message[at] !== 0) at += message[at]! + 1
  return at + 1
}

type Send = (bytes: Buffer, fromStranger?: boolean) => void

function answer(query: Buffer, tcp: boolean, send: Send): void {
  const name = nameOf(query)
  if (name === null) return
  const [word = '', ...numbers] = name.toLowerCase().split('.')[0]!.split('-')
  const number = Number(numbers[0])
  const right = () => send(response(query, addressRecord(query, RIGHT)))
  switch (word) {
    case 'silent':
      break
    case 'slow':
      setTimeout(right, number)
      break
    case 'big':
      send(bigAnswer(query, tcp))
      break
    case 'house':
      send(response(query, addressRecord(query, numbers.join('.'))))
      break
    case 'pointers':
      send(response(query, oddRecord()))
      break
    case 'forged':
      forge(query, number, send)
      setTimeout(right, BETWEEN_MS)
      break
    case 'trap':
      send(TRAPS[number]!(query))
      setTimeout(right, BETWEEN_MS)
      break
    default:
      right()
  }
}

/** Header and question of the query, OPT as it came; AD set where the asker asked for it (RFC 6840 section 5.7). */
function response(query: Buffer, answers: Buffer, count = answers.length > 0 ? 1 : 0): Buffer {
  const end = endOfName(query) + 4
  const head = Buffer.from(query.subarray(0, end))
  head[2] = 0x80 | (head[2]! & 0x79)
  head[3] = 0x80 | (head[3]! & 0x30)
  if (wantsProof(query)) head[3]! |= 0x20
  head.writeUInt16BE(count, 6)
  return Buffer.concat([head, answers, query.subarray(end)])
}

/** DO in an OPT record behind the question. */
const wantsProof = (query: Buffer): boolean => {
  const end = endOfName(query) + 4
  return query.length >= end + 11 && query.readUInt16BE(end + 1) === 41 && (query[end + 7]! & 0x80) !== 0
}

const record = (type: number, data: Buffer): Buffer => {
  const head = Buffer.from([0xc0, 12, 0, 0, 0, 1, 0, 0, 0, TTL, 0, 0])
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

/** An A record for questions of type A; for others one of their own type, with bytes that mean nothing. */
function addressRecord(query: Buffer, address: string): Buffer {
  const type = query.readUInt16BE(endOfName(query))
  return record(
    type === 255 ? 1 : type,
    type === 28 ? Buffer.alloc(16, 0x20) : Buffer.from(address.split('.').map(Number)),
  )
}

const oddRecord = () => record(65_400, Buffer.from([0xc0, 0x0c, 0xff, 0xff, 0xc0, 0xff, 1, 2, 3]))

function bigAnswer(query: Buffer, tcp: boolean): Buffer {
  const text = Array.from({ length: 4 }, () => Buffer.concat([Buffer.from([240]), Buffer.alloc(240, 'x')]))
  const whole = response(query, record(16, Buffer.concat(text)))
  const end = endOfName(query) + 4
  const room = query.length >= end + 11 ? query.readUInt16BE(end + 3) : 512
  if (tcp || whole.length <= room) return whole
  const cut = response(query, Buffer.alloc(0))
  cut[2]! |= 2
  return cut
}

function forge(query: Buffer, count: number, send: Send): void {
  const wrong = response(query, addressRecord(query, WRONG))
  for (let i = 0; i < count; i++) {
    const bytes = Buffer.from(wrong)
    bytes.writeUInt16BE((query.readUInt16BE(0) + 1 + i) & 0xffff, 0)
    send(bytes)
  }
  const otherQuestion = Buffer.from(wrong)
  otherQuestion[13]! ^= 1
  send(otherQuestion)
  send(wrong, true)
}

/** Ways to break a parser: RFC 9267 sections 2 to 6. */
const TRAPS: ((query: Buffer) => Buffer)[] = [
  // a pointer to itself, as the name of the record
  (query) =>
    response(
      query,
      Buffer.concat([
        pointerTo(endOfName(query) + 4),
        Buffer.from([0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4]),
      ]),
    ),
  // two that point at each other
  (query) =>
    response(
      query,
      Buffer.concat([pointerTo(endOfName(query) + 6), pointerTo(endOfName(query) + 4), Buffer.alloc(10)]),
    ),
  // a label of 70: the bits say neither label nor pointer
  (query) => response(query, Buffer.concat([Buffer.from([70]), Buffer.alloc(70, 97), Buffer.alloc(15)])),
  // a name of 400
  (query) =>
    response(
      query,
      Buffer.concat([
        Buffer.concat(
          Array.from({ length: 8 }, () => Buffer.concat([Buffer.from([49]), Buffer.alloc(49, 97)])),
        ),
        Buffer.alloc(15),
      ]),
    ),
  // data longer than the message
  (query) => {
    const r = record(1, Buffer.from([1, 2, 3, 4]))
    r.writeUInt16BE(4000, 10)
    return response(query, r)
  },
  // a name without an end
  (query) => response(query, Buffer.from([3, 97, 97])),
  // an A record of 3 bytes, and one of none
  (query) => response(query, record(1, Buffer.from([1, 2, 3]))),
  (query) => response(query, record(1, Buffer.alloc(0))),
  // more records than there are
  (query) => response(query, record(1, Buffer.from([1, 2, 3, 4])), 65_535),
  // an alias for itself
  (query) => response(query, record(5, Buffer.from([0xc0, 12]))),
  // a pointer past the end
  (query) => response(query, record(5, Buffer.from([0xff, 0xff]))),
  // a header and no more
  (query) => response(query, Buffer.alloc(0)).subarray(0, 12),
  // half a header
  (query) => query.subarray(0, 7),
]
export const TRAP_COUNT = TRAPS.length

const pointerTo = (at: number) => Buffer.from([0xc0 | (at >> 8), at & 0xff])

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

/** Floods ports with wrong answers from the right address to the right question, with every id in turn but `notId`. */
export async function dnsForge(ask: {
  from: string
  to: string
  ports: number[]
  notId: number
  name: string
  count: number
}): Promise<number> {
  const upstream = upstreams.get(ask.from)!
  const query = dnsPacket.encode({
    type: 'query',
    id: 0,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type: 'A', name: ask.name }],
  })
  const bytes = response(query, addressRecord(query, WRONG))
  let sent = 0
  for (let i = 0; i < ask.count; i++) {
    const id = (i * 7919) & 0xffff
    bytes.writeUInt16BE(id === ask.notId ? id ^ 1 : id, 0)
    await new Promise<void>((resolve) =>
      upstream.udp.send(Buffer.from(bytes), ask.ports[i % ask.ports.length]!, ask.to, () => resolve()),
    )
    sent++
  }
  return sent
}

const secure = new Map<string, tls.Server>()

/** The same server over TLS, port 853 (RFC 7858). Questions are noted as those of `address`. */
export async function dnsServeTls(ask: { address: string; certificate: string; key: string }): Promise<void> {
  const { address, certificate, key } = ask
  const server = tls.createServer({ cert: certificate, key }, (socket) => {
    let held = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('data', (piece) => {
      held = Buffer.concat([held, piece])
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const query = held.subarray(2, 2 + held.readUInt16BE(0))
        held = held.subarray(2 + query.length)
        const upstream = upstreams.get(address)!
        note(upstream, query, 853, true)
        if (!upstream.mute) answer(query, true, (bytes) => socket.write(framed(bytes)))
      }
    })
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(853, address, resolve))
  secure.set(address, server)
}

/** Another certificate from now on. */
export function dnsCertificate(ask: { address: string; certificate: string; key: string }): void {
  secure.get(ask.address)!.setSecureContext({ cert: ask.certificate, key: ask.key })
}

const pages = new Map<string, string>()
/** A web server with one page at every path, for lists. */
export async function listServe(ask: { address: string; port: number; text: string }): Promise<void> {
  const where = `${ask.address}:${ask.port}`
  const known = pages.has(where)
  pages.set(where, ask.text)
  if (known) return
  const server = http.createServer((_, response) => response.end(pages.get(where)))
  await new Promise<void>((resolve) => server.listen(ask.port, ask.address, resolve))
}
