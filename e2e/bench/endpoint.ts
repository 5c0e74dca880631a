/**
 * One end of a question and its answer, over sockets of libc that block: nothing of Node's event loop stands between the wire and the
 * clock.
 *
 *   node endpoint.ts serve udp|tcp ADDRESS PORT     answers with what it was asked, until it is ended
 *   node endpoint.ts ask JSON                       an Inquiry; prints Answers
 */
import koffi from 'koffi'
import { percentile } from './statistics.ts'

export interface Inquiry {
  protocol: 'udp' | 'tcp'
  server: string
  port: number
  /** `established`: all over one connection; `first`: each from a new port. After each there is a pause. */
  kind: 'established' | 'first'
  /** At most so many that count. */
  count: number
  /** At most so long. */
  seconds: number
}

/** Microseconds from the call that sends to the return of the one that receives. */
export interface Answers {
  count: number
  lost: number
  p50: number
  p99: number
  p999: number
}

/** Questions over a connection before any counts: it is the kernel's by then, where the kernel carries. */
const NOT_COUNTED = 200
const MESSAGE_BYTES = 64
/** A datagram's answer that takes longer is lost, and counts with this. */
const PATIENCE_MS = 200
/** TCP repeats by itself; beyond this something is broken. */
const TCP_PATIENCE_MS = 5000
/** Between questions. Short enough for many of them, long enough to leave the processors to what is measured beside. */
const PAUSE_MS = { established: 0.5, first: 2 }

const AF_INET = 2
const SOCK_STREAM = 1
const SOCK_DGRAM = 2
const IPPROTO_TCP = 6
const TCP_NODELAY = 1
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const SO_RCVTIMEO = 20
const MSG_WAITALL = 0x100

const libc = koffi.load('libc.so.6')
const openSocket = libc.func('int socket(int, int, int)')
const bind = libc.func('int bind(int, void *, int)')
const listen = libc.func('int listen(int, int)')
const accept = libc.func('int accept(int, void *, void *)')
const connect = libc.func('int connect(int, void *, int)')
const close = libc.func('int close(int)')
const setsockopt = libc.func('int setsockopt(int, int, int, void *, int)')
const send = libc.func('long send(int, void *, size_t, int)')
const recv = libc.func('long recv(int, void *, size_t, int)')
const sendto = libc.func('long sendto(int, void *, size_t, int, void *, int)')
const recvfrom = libc.func('long recvfrom(int, void *, size_t, int, void *, void *)')

/** @returns struct sockaddr_in */
function socketAddress(address: string, port: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt16LE(AF_INET, 0)
  bytes.writeUInt16BE(port, 2)
  Buffer.from(address.split('.').map(Number)).copy(bytes, 4)
  return bytes
}

function done(what: string, result: number): number {
  if (result < 0) throw new Error(`${what} failed`)
  return result
}

function withoutDelay(fd: number): void {
  done('TCP_NODELAY', setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, new Int32Array([1]), 4))
}

function connected({ protocol, server, port }: Inquiry): number {
  const fd = done('socket', openSocket(AF_INET, protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM, 0))
  const ms = protocol === 'tcp' ? TCP_PATIENCE_MS : PATIENCE_MS
  // struct timeval
  const patience = new BigInt64Array([BigInt(Math.floor(ms / 1000)), BigInt((ms % 1000) * 1000)])
  done('SO_RCVTIMEO', setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, patience, patience.byteLength))
  if (protocol === 'tcp') withoutDelay(fd)
  done('connect', connect(fd, socketAddress(server, port), 16))
  return fd
}

function serve(protocol: string, address: string, port: number): void {
  const fd = done('socket', openSocket(AF_INET, protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM, 0))
  done('SO_REUSEADDR', setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, new Int32Array([1]), 4))
  done('bind', bind(fd, socketAddress(address, port), 16))
  if (protocol === 'tcp') done('listen', listen(fd, 8))
  console.log('ready')
  if (protocol === 'tcp') serveStreams(fd)
  else serveDatagrams(fd)
}

function serveDatagrams(fd: number): never {
  const message = Buffer.alloc(2048)
  const peer = Buffer.alloc(16)
  const length = new Int32Array(1)
  for (;;) {
    length[0] = peer.length
    const bytes = recvfrom(fd, message, message.length, 0, peer, length)
    if (bytes > 0) sendto(fd, message, bytes, 0, peer, peer.length)
  }
}

/** One connection after the other. */
function serveStreams(fd: number): never {
  const message = Buffer.alloc(MESSAGE_BYTES)
  for (;;) {
    const one = done('accept', accept(fd, null, null))
    withoutDelay(one)
    while (recv(one, message, MESSAGE_BYTES, MSG_WAITALL) === MESSAGE_BYTES)
      send(one, message, MESSAGE_BYTES, 0)
    close(one)
  }
}

const question = Buffer.alloc(MESSAGE_BYTES)
const answer = Buffer.alloc(MESSAGE_BYTES)
let number = 0

/** @returns whether the answer came; answers to earlier questions, come too late, are passed over */
function exchange(fd: number): boolean {
  question.writeUInt32LE(++number, 0)
  send(fd, question, MESSAGE_BYTES, 0)
  for (;;) {
    if (recv(fd, answer, MESSAGE_BYTES, MSG_WAITALL) !== MESSAGE_BYTES) return false
    if (answer.readUInt32LE(0) === number) return true
  }
}

/** What was measured so far. */
class Tally {
  times: number[] = []
  lost = 0

  time(fd: number): void {
    const began = performance.now()
    if (!exchange(fd)) this.lost++
    this.times.push((performance.now() - began) * 1000)
  }
}

function ask(inquiry: Inquiry): Answers {
  const { times, lost } = inquiry.kind === 'established' ? overOne(inquiry) : overNew(inquiry)
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((share) => percentile(times, share))
  return { count: times.length, lost, p50: p50!, p99: p99!, p999: p999! }
}

const nap = new Int32Array(new SharedArrayBuffer(4))

function overOne(inquiry: Inquiry): Tally {
  const tally = new Tally()
  const fd = connected(inquiry)
  for (let i = 0; i < NOT_COUNTED; i++) exchange(fd)
  repeat(inquiry, tally, () => {
    Atomics.wait(nap, 0, 0, PAUSE_MS.established)
    tally.time(fd)
  })
  close(fd)
  return tally
}

function overNew(inquiry: Inquiry): Tally {
  const flow = (tally: Tally) => {
    Atomics.wait(nap, 0, 0, PAUSE_MS.first)
    const fd = connected(inquiry)
    tally.time(fd)
    close(fd)
  }
  // the programs on the way are warm then; the flows are not
  const warming = new Tally()
  for (let i = 0; i < NOT_COUNTED / 4; i++) flow(warming)
  const tally = new Tally()
  repeat(inquiry, tally, () => flow(tally))
  return tally
}

function repeat({ count, seconds }: Inquiry, tally: Tally, once: () => void): void {
  const end = performance.now() + seconds * 1000
  while (tally.times.length < count && performance.now() < end) once()
}

if (import.meta.main) {
  const [verb, ...words] = process.argv.slice(2)
  if (verb === 'serve') serve(words[0]!, words[1]!, Number(words[2]))
  else console.log(JSON.stringify(ask(JSON.parse(words[0]!) as Inquiry)))
}
