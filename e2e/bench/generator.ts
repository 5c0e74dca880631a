/**
 * The packet generator: `node generator.ts JSON`, started on lan1. Prepares every frame, then sends them in batches with one system
 * call each (sendmmsg on a packet socket) at the rate that was asked for, and prints how many the kernel took in what time.
 *
 *   udp   64-byte frames (60 and the checksum that a wire would add) of 64 flows, again and again; not to be fragmented, as Linux sends them
 *   syn   first packets of TCP connections, every one to another server, each sent once
 */
import { readFileSync } from 'node:fs'
import koffi from 'koffi'
import { FLAG, ipv4, PROTOCOL, tcp, udp } from '../net/harness/packets.ts'

export interface Order {
  kind: 'udp' | 'syn'
  device: string
  /** Ethernet address of the router. */
  router: string
  client: string
  /** `udp`: the server; `syn`: the first of the servers. */
  server: string
  port: number
  /** Packets a second. */
  rate: number
  packets: number
  /** `syn`: how many servers were used up before. */
  skip: number
}

export interface Sent {
  packets: number
  /** From the first packet to the last. */
  seconds: number
  /** `syn`: from the first packet to the last answer, so that a long queue on the way makes no rate look better. */
  answered: number
}

const AF_PACKET = 17
const SOCK_RAW = 3
const SOL_PACKET = 263
const PACKET_QDISC_BYPASS = 20
/** struct mmsghdr and struct iovec of 64-bit Linux */
const MMSGHDR_BYTES = 64
const IOVEC_BYTES = 16
const FRAME_BYTES = 64
const BATCH = 64
const UDP_FLOWS = 64
const SILENCE_MS = 100
/** Bytes of data that make an Ethernet frame of 60. */
const UDP_PAYLOAD = 18

const libc = koffi.load('libc.so.6')
const openSocket = libc.func('int socket(int, int, int)')
const bind = libc.func('int bind(int, void *, int)')
const setsockopt = libc.func('int setsockopt(int, int, int, void *, int)')
const sendmmsg = libc.func('int sendmmsg(int, uint64_t, unsigned int, int)')

function packetSocket(device: string): number {
  const fd = openSocket(AF_PACKET, SOCK_RAW, 0)
  const address = Buffer.alloc(20)
  address.writeUInt16LE(AF_PACKET, 0)
  address.writeInt32LE(Number(readFileSync(`/sys/class/net/${device}/ifindex`, 'utf8')), 4)
  const one = new Int32Array([1])
  setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, one, 4)
  if (fd < 0 || bind(fd, address, address.length) < 0) throw new Error(`no packet socket on ${device}`)
  return fd
}

function framesOf(order: Order): Buffer[] {
  const own = readFileSync(`/sys/class/net/${order.device}/address`, 'utf8').trim()
  const link = Buffer.from(`${order.router}${own}08:00`.replaceAll(':', ''), 'hex')
  const framed = (packet: Buffer) => Buffer.concat([link, packet], Math.max(60, link.length + packet.length))
  const count = order.kind === 'udp' ? UDP_FLOWS : order.packets
  const first = Buffer.from(order.server.split('.').map(Number)).readUInt32BE(0)
  return Array.from({ length: count }, (_, i) => {
    const from = order.client
    if (order.kind === 'udp') {
      const ends = { from, to: order.server, fromPort: 20_000 + i, toPort: order.port }
      return framed(
        ipv4(
          { from, to: order.server, protocol: PROTOCOL.udp, dontFragment: true },
          udp(ends, Buffer.alloc(UDP_PAYLOAD)),
        ),
      )
    }
    const number = order.skip + i
    const to = dotted(first + number)
    const ends = { from, to, fromPort: 10_000 + (number % 50_000), toPort: order.port }
    return framed(ipv4({ from, to, protocol: PROTOCOL.tcp }, tcp(ends, FLAG.syn)))
  })
}

const dotted = (address: number): string =>
  [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join('.')

/** Message headers for every frame, so that a batch is a place and a number. */
class Messages {
  readonly #memory: Buffer
  readonly #headers: bigint
  readonly count: number

  constructor(frames: readonly Buffer[]) {
    this.count = frames.length
    const iovecs = frames.length * FRAME_BYTES
    const headers = iovecs + frames.length * IOVEC_BYTES
    this.#memory = Buffer.allocUnsafeSlow(headers + frames.length * MMSGHDR_BYTES).fill(0)
    const base = koffi.address(this.#memory)
    this.#headers = base + BigInt(headers)
    frames.forEach((frame, i) => {
      frame.copy(this.#memory, i * FRAME_BYTES)
      this.#memory.writeBigUInt64LE(base + BigInt(i * FRAME_BYTES), iovecs + i * IOVEC_BYTES)
      this.#memory.writeBigUInt64LE(BigInt(frame.length), iovecs + i * IOVEC_BYTES + 8)
      const header = headers + i * MMSGHDR_BYTES
      this.#memory.writeBigUInt64LE(base + BigInt(iovecs + i * IOVEC_BYTES), header + 16)
      this.#memory.writeBigUInt64LE(1n, header + 24)
    })
  }

  send(fd: number, from: number, count: number): number {
    return sendmmsg(fd, this.#headers + BigInt(from * MMSGHDR_BYTES), count, 0)
  }
}

export function generate(order: Order): Sent {
  const messages = new Messages(framesOf(order))
  const fd = packetSocket(order.device)
  const began = performance.now()
  let sent = 0
  while (sent < order.packets) {
    const due = Math.min(order.packets, Math.floor(((performance.now() - began) / 1000) * order.rate))
    const at = sent % messages.count
    const batch = Math.min(BATCH, due - sent, messages.count - at)
    if (batch > 0) sent += Math.max(0, messages.send(fd, at, batch))
  }
  const ended = performance.now()
  const answered = order.kind === 'syn' ? lastAnswer(order.device) : ended
  return { packets: sent, seconds: (ended - began) / 1000, answered: (answered - began) / 1000 }
}

/** @returns when the device received its last packet, once none has come for a while */
function lastAnswer(device: string): number {
  const received = () => Number(readFileSync(`/sys/class/net/${device}/statistics/rx_packets`, 'utf8'))
  const nap = new Int32Array(new SharedArrayBuffer(4))
  let last = received()
  let at = performance.now()
  while (performance.now() - at < SILENCE_MS) {
    Atomics.wait(nap, 0, 0, 1)
    const now = received()
    if (now !== last) at = performance.now()
    last = now
  }
  return at
}

if (import.meta.main) console.log(JSON.stringify(generate(JSON.parse(process.argv[2]!) as Order)))
