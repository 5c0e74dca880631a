/**
 * One end of PPTP (RFC 2637) as far as a tunnel needs it: control connection, a call, GRE packets, the end of the call. Kernels without PPP have no
 * pptpd; the messages are the protocol's all the same, and what the tunnel carries is text.
 *
 *   node pptp-peer.ts server LOWEST-CALL
 *   node pptp-peer.ts client SERVER CALL NAME      then lines on standard input: say TEXT, clear
 *
 * Says on standard output, one JSON a line, what happens: {"heard": text, "call": n}, {"called": n, "by": n}, {"ended": n}.
 */
import net from 'node:net'
import { createInterface } from 'node:readline'
import { openGre } from './gre-socket.ts'

const PORT = 1723
const KIND = { start: 1, started: 2, call: 7, called: 8, clear: 12, cleared: 13 } as const

const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`)

function message(kind: number, body: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt16BE(head.length + body.length, 0)
  head.writeUInt16BE(1, 2)
  head.writeUInt32BE(0x1a2b3c4d, 4)
  head.writeUInt16BE(kind, 8)
  return Buffer.concat([head, body])
}

const words = (...list: number[]) => Buffer.from(list.flatMap((word) => [word >> 8, word & 255]))
/** Version, result, framing, bearer, channels, revision, names. */
const start = (kind: number) =>
  message(kind, Buffer.concat([words(0x0100, 0x0100, 0, 3, 0, 3, 0, 1), Buffer.alloc(128)]))
/** Call, serial number, lowest and highest speed, bearer, framing, window, delay, number, subaddress. */
const callRequest = (call: number) =>
  message(
    KIND.call,
    Buffer.concat([words(call, 1, 0, 300, 0x05f5, 0xe100, 0, 3, 0, 3, 64, 0, 0, 0), Buffer.alloc(128)]),
  )
/** Both calls, “connected”, error, cause, speed, window, delay, channel. */
const callReply = (call: number, peer: number) =>
  message(KIND.called, words(call, peer, 0x0100, 0, 0x05f5, 0xe100, 64, 0, 0, 0))

/** Whole messages of a control connection, whatever pieces they come in. */
function listen(socket: net.Socket, hear: (kind: number, bytes: Buffer) => void): void {
  let rest = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (piece) => {
    rest = Buffer.concat([rest, piece])
    while (rest.length >= 12 && rest.length >= rest.readUInt16BE(0)) {
      const bytes = rest.subarray(0, rest.readUInt16BE(0))
      if (bytes.readUInt32BE(4) !== 0x1a2b3c4d) throw new Error('no PPTP')
      rest = rest.subarray(bytes.length)
      hear(bytes.readUInt16BE(8), bytes)
    }
  })
}

function serve(lowest: number): void {
  /** The client's number by the server's own. */
  const calls = new Map<number, number>()
  let next = lowest
  const gre = openGre((from, call, text) => {
    tell({ heard: text, call })
    const peer = calls.get(call)
    if (peer !== undefined) gre.send(from, peer, `you said ${text}`)
  })
  net
    .createServer((socket) => {
      let own = 0
      listen(socket, (kind, bytes) => {
        if (kind === KIND.start) socket.write(start(KIND.started))
        if (kind === KIND.call) {
          own = next++
          calls.set(own, bytes.readUInt16BE(12))
          socket.write(callReply(own, bytes.readUInt16BE(12)))
          tell({ called: own, by: bytes.readUInt16BE(12) })
        }
        if (kind === KIND.clear) {
          tell({ ended: bytes.readUInt16BE(12) })
          socket.write(message(KIND.cleared, Buffer.concat([words(own, 0x0400, 0, 0), Buffer.alloc(128)])))
        }
      })
    })
    .listen(PORT, '0.0.0.0', () => tell({ ready: true }))
}

function call(server: string, own: number, name: string): void {
  let peer = 0
  const gre = openGre((_, heardCall, text) => tell({ heard: text, call: heardCall }))
  const socket = net.connect(PORT, server, () => socket.write(start(KIND.start)))
  listen(socket, (kind, bytes) => {
    if (kind === KIND.started) socket.write(callRequest(own))
    if (kind === KIND.cleared) tell({ ended: bytes.readUInt16BE(12) })
    if (kind !== KIND.called) return
    peer = bytes.readUInt16BE(12)
    tell({ called: bytes.readUInt16BE(14), by: peer })
  })
  createInterface(process.stdin).on('line', (line) => {
    if (line === 'clear') socket.write(message(KIND.clear, words(own, 0)))
    else gre.send(server, peer, `${name}: ${line.slice(4)}`)
  })
}

const [role, ...rest] = process.argv.slice(2)
if (role === 'server') serve(Number(rest[0]))
else call(rest[0]!, Number(rest[1]), rest[2]!)
