/**
 * The packet generator: `node generator.ts`, started on lan1. For every order, a line of JSON, it prepares all frames, then sends them in
 * batches with one system call each (sendmmsg on a packet socket) at the rate that was asked for, and prints a line that says how many
 * the kernel took in what time.
 *
 *   udp   packets of 64 flows, again and again; not to be fragmented, as Linux sends them
 *   syn   first packets of TCP connections, every one to another server, each sent once
 *   reset the same, and the packet that ends each of them, once its server has answered
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import koffi from 'koffi'
import { FLAG, ipv4, PROTOCOL, tcp } from '../net/harness/packets.ts'
import { datagrams, ethernetHeader, framed } from './datagram-frames.ts'
import { ProcessorClock } from './processor-time.ts'

export interface Order {
  kind: 'udp' | 'syn' | 'reset'
  device: string
  /** Ethernet address of the router. */
  router: string
  client: string
  /** `udp`: the server; otherwise the first of the servers. */
  server: string
  port: number
  /** Packets a second. */
  rate: number
  packets: number
  /** `syn`, `reset`: how many servers were used up before. */
  skip?: number
  /** `udp`: lengths of the packets in turn, in bytes without the Ethernet header. */
  lengths?: readonly number[]
  /** Sleeps between batches, for what is to cost no processor that it does not need; otherwise it spins, to be on time. */
  sleeps?: boolean
}

export interface Sent {
  packets: number
  /** From the first packet to the last. */
  seconds: number
  /** `syn`, `reset`: from the first packet to the last answer, so that a long queue on the way makes no rate look better. */
  answered: number
  /** What all processors of the machine worked from the first packet to the last. */
  processorSeconds: number
}

const AF_PACKET = 17
const SOCK_RAW = 3
const SOL_PACKET = 263
const PACKET_QDISC_BYPASS = 20
/** struct mmsghdr and struct iovec of 64-bit Linux */
const MMSGHDR_BYTES = 64
const IOVEC_BYTES = 16
const LINE_BYTES = 64
const BATCH = 64
const SILENCE_MS = 100
/** A connection is ended so many packets after it was begun: by then its server has answered, at any rate that the bench comes to. */
const RESET_LAG = 4096
const SYN_SEQUENCE = 1000

const nap = new Int32Array(new SharedArrayBuffer(4))
const libc = koffi.load('libc.so.6')
const openSocket = libc.func('int socket(int, int, int)')
const bind = libc.func('int bind(int, void *, int)')
const close = libc.func('int close(int)')
const setsockopt = libc.func('int setsockopt(int, int, int, void *, int)')
const sendmmsg = libc.func('int sendmmsg(int, uint64_t, unsigned int, int)')

export function packetSocket(device: string): number {
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
  const link = ethernetHeader(order.router, own)
  const packets = order.kind === 'udp' ? datagrams(order) : handshakes(order)
  return packets.map((packet) => framed(link, packet))
}

function handshakes({ kind, client: from, server, port, packets, skip = 0 }: Order): Buffer[] {
  const first = Buffer.from(server.split('.').map(Number)).readUInt32BE(0)
  const packet = (i: number, flags: number, sequence: number) => {
    const number = skip + i
    const to = dotted(first + number)
    const ends = { from, to, fromPort: 10_000 + (number % 50_000), toPort: port }
    return ipv4({ from, to, protocol: PROTOCOL.tcp }, tcp(ends, flags, { sequence }))
  }
  const begin = (i: number) => packet(i, FLAG.syn, SYN_SEQUENCE)
  if (kind === 'syn') return Array.from({ length: packets }, (_, i) => begin(i))
  const end = (i: number) => packet(i, FLAG.rst, SYN_SEQUENCE + 1)
  return lagging(packets / 2, RESET_LAG, begin, end)
}

/** @returns for each of `count` what begins it, and `lag` places of others later what ends it */
export function lagging<T>(count: number, lag: number, begin: (i: number) => T, end: (i: number) => T): T[] {
  return Array.from({ length: count + lag }, (_, i) => [
    ...(i < count ? [begin(i)] : []),
    ...(i >= lag ? [end(i - lag)] : []),
  ]).flat()
}

const dotted = (address: number): string =>
  [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join('.')

/** Message headers for every frame, so that a batch is a place and a number. */
export class Messages {
  readonly #memory: Buffer
  readonly #headers: bigint
  readonly count: number

  constructor(frames: readonly Buffer[]) {
    this.count = frames.length
    const longest = Math.max(...new Set(frames.map((frame) => frame.length)))
    const stride = Math.ceil(longest / LINE_BYTES) * LINE_BYTES
    const iovecs = frames.length * stride
    const headers = iovecs + frames.length * IOVEC_BYTES
    this.#memory = Buffer.allocUnsafeSlow(headers + frames.length * MMSGHDR_BYTES).fill(0)
    const base = koffi.address(this.#memory)
    this.#headers = base + BigInt(headers)
    frames.forEach((frame, i) => {
      frame.copy(this.#memory, i * stride)
      this.#memory.writeBigUInt64LE(base + BigInt(i * stride), iovecs + i * IOVEC_BYTES)
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
  const worked = new ProcessorClock()
  const began = performance.now()
  let sent = 0
  while (sent < order.packets) {
    const due = Math.min(order.packets, Math.floor(((performance.now() - began) / 1000) * order.rate))
    const at = sent % messages.count
    const batch = Math.min(BATCH, due - sent, messages.count - at)
    if (batch > 0) sent += Math.max(0, messages.send(fd, at, batch))
    else if (order.sleeps) Atomics.wait(nap, 0, 0, 1)
  }
  const ended = performance.now()
  close(fd)
  const processorSeconds = worked.read()
  const answered = order.kind === 'udp' ? ended : lastAnswer(order.device)
  return {
    packets: sent,
    seconds: (ended - began) / 1000,
    answered: (answered - began) / 1000,
    processorSeconds,
  }
}

/** @returns when the device received its last packet, once none has come for a while */
function lastAnswer(device: string): number {
  const received = () => Number(readFileSync(`/sys/class/net/${device}/statistics/rx_packets`, 'utf8'))
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

if (import.meta.main)
  for await (const line of createInterface(process.stdin))
    console.log(JSON.stringify(generate(JSON.parse(line) as Order)))
