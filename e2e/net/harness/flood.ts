/**
 * A flood: `node flood.ts JSON`, started on a host. Makes its frames, waits for a line on its standard input, sends them round and round
 * with one system call for many (generator.ts of the bench) for so many seconds, and prints how many the kernel took.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { formatAddress } from '@bauta/config'
import { Messages, packetSocket } from '../../bench/generator.ts'
import { FLAG, ipv4, PROTOCOL, tcp, udp } from './packets.ts'

/**
 *   ports      small UDP packets from one machine to any port of any address
 *   syn        first packets of TCP connections from one machine to any address
 *   spoofed    the same, under addresses of the home network that other machines have, or nobody
 *   anywhere   the same, under any address at all
 *   known      packets of one UDP connection that may be fragmented, which the kernel does not carry; the first one at once
 *   closed     to any port of one address
 *   scattered  the same, from any address at all
 */
export type FloodKind = 'ports' | 'syn' | 'spoofed' | 'anywhere' | 'known' | 'closed' | 'scattered'

export interface Flood {
  kind: FloodKind
  device: string
  /** Ethernet address of the router on this wire. */
  router: string
  /** Who sends, and whom `known`, `closed` and `scattered` are for. */
  from: string
  to: string
  /** Packets a second, where the machine manages as many. */
  rate: number
  seconds: number
}

/** Enough that no flow comes twice before the packet thread is far behind. */
const FRAMES = 60_000
const BATCH = 64
const random = (below: number) => Math.floor(Math.random() * below)
/** Not one of those that cannot be anybody's. */
const anywhere = () => formatAddress(0x0b00_0000 + random(0x5000_0000))
const anyPort = () => 1024 + random(60_000)

function packetOf({ kind, from, to }: Flood): Buffer {
  const home = `${from.split('.').slice(0, 3).join('.')}.${20 + random(200)}`
  const sender = kind === 'spoofed' ? home : kind === 'anywhere' || kind === 'scattered' ? anywhere() : from
  const receiver = kind === 'known' || kind === 'closed' || kind === 'scattered' ? to : anywhere()
  const ends = { from: sender, to: receiver, fromPort: anyPort(), toPort: anyPort() }
  const header = { from: sender, to: receiver, dontFragment: false }
  const first = kind === 'syn' || kind === 'spoofed' || kind === 'scattered'
  return first
    ? ipv4({ ...header, protocol: PROTOCOL.tcp }, tcp(ends, FLAG.syn))
    : ipv4({ ...header, protocol: PROTOCOL.udp }, udp(ends, Buffer.alloc(18)))
}

function framesOf(flood: Flood): Buffer[] {
  const own = readFileSync(`/sys/class/net/${flood.device}/address`, 'utf8').trim()
  const link = Buffer.from(`${flood.router}${own}08:00`.replaceAll(':', ''), 'hex')
  const count = flood.kind === 'known' ? 1 : FRAMES
  const frames = Array.from({ length: count }, () => Buffer.concat([link, packetOf(flood)], 60))
  return count === 1 ? Array<Buffer>(BATCH).fill(frames[0]!) : frames
}

const sleep = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

function send(flood: Flood, fd: number, messages: Messages): number {
  const began = performance.now()
  let sent = 0
  for (;;) {
    const elapsed = (performance.now() - began) / 1000
    if (elapsed > flood.seconds) return sent
    const at = sent % messages.count
    const batch = Math.min(BATCH, Math.floor(elapsed * flood.rate) - sent, messages.count - at)
    if (batch > 0) sent += Math.max(0, messages.send(fd, at, batch))
    else sleep(1)
  }
}

if (import.meta.main) {
  const flood = JSON.parse(process.argv[2]!) as Flood
  const messages = new Messages(framesOf(flood))
  const fd = packetSocket(flood.device)
  if (flood.kind === 'known') messages.send(fd, 0, 1)
  console.log('ready')
  await once(process.stdin, 'data')
  console.log(send(flood, fd, messages))
  process.exit()
}
