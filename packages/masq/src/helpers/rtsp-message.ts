/**
 * RTSP (RFC 2326 §6, §7, §12.39): where in a segment a client names the UDP ports that media shall come to, and where the
 * server repeats them. Only whole messages that begin where the segment begins are read, one behind the other.
 */
import {
  findText,
  lineEnd,
  nextLine,
  type Reading,
  readDecimal,
  skipBlanks,
  standsAt,
} from './text-fields.ts'

export const RTSP = { none: 0, setup: 1, request: 2, response: 3 } as const

const METHODS = [
  'options',
  'describe',
  'announce',
  'setup',
  'play',
  'pause',
  'teardown',
  'record',
  'redirect',
  'get_parameter',
  'set_parameter',
]
/** A message may have so many header lines, a segment so many messages: the rest is let through as it is. */
const MOST_LINES = 64
const LF = 10
const CLIENT_PORT = 'client_port='

/** One message as it lies in a segment. */
export class RtspMessage {
  kind: number = RTSP.none
  /** Where its header lines begin, and where they end. */
  headers = 0
  headersEnd = 0
  /** Where the next message begins: behind the body, which may reach beyond what there is. */
  end = 0

  /** Reads a message that begins at `from`. @returns whether there is one whose header is whole */
  read(bytes: Uint8Array, from: number, to: number, reading: Reading): boolean {
    this.kind = kindOf(bytes, from, to)
    if (this.kind === RTSP.none) return false
    this.headers = nextLine(bytes, from, to)
    let body = 0
    let line = this.headers
    for (let lines = 0; line < to && lines < MOST_LINES; lines++) {
      const next = nextLine(bytes, line, to)
      const end = lineEnd(bytes, line, next)
      if (bytes[next - 1] !== LF) return false
      if (end === line) {
        this.headersEnd = line
        this.end = next + body
        return true
      }
      if (standsAt(bytes, line, end, 'content-length:')) {
        const at = skipBlanks(bytes, line + 15, end)
        if (!readDecimal(bytes, at, end, 0xffffff, reading)) return false
        body = reading.value
      }
      line = next
    }
    return false
  }
}

/** Whether more bytes could make a message of so few: the beginning of a method, or one line that has not ended. */
export function mayBeginRtsp(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes.subarray(from, to).includes(LF)) return false
  for (const method of METHODS) {
    const word = `${method} `
    if (standsAt(bytes, from, to, word.slice(0, Math.min(word.length, to - from)))) return true
  }
  return false
}

function kindOf(bytes: Uint8Array, from: number, to: number): number {
  if (standsAt(bytes, from, to, 'rtsp/1.') || standsAt(bytes, from, to, 'rtsp/2.')) return RTSP.response
  if (standsAt(bytes, from, to, 'setup ')) return isRtspLine(bytes, from, to) ? RTSP.setup : RTSP.none
  for (const method of METHODS)
    if (standsAt(bytes, from, to, method) && bytes[from + method.length] === 32)
      return isRtspLine(bytes, from, to) ? RTSP.request : RTSP.none
  return RTSP.none
}

/** A request's first line ends in RTSP's version: what a browser can send ends in HTTP's. */
function isRtspLine(bytes: Uint8Array, from: number, to: number): boolean {
  const end = lineEnd(bytes, from, nextLine(bytes, from, to))
  return standsAt(bytes, end - 9, end, ' rtsp/1.0') || standsAt(bytes, end - 9, end, ' rtsp/2.0')
}

/** The value of a `client_port=` or of a `destination=`. */
export class TransportField {
  at = 0
  end = 0
  first = 0
  /** 0: only one port is named. */
  last = 0
}

/**
 * The next `client_port=a` or `client_port=a-b` of a Transport header between two offsets.
 * @param from at the beginning of a line, or behind the field found last
 * @returns whether there is one
 */
export function nextClientPort(
  bytes: Uint8Array,
  from: number,
  to: number,
  found: TransportField,
  reading: Reading,
): boolean {
  let line = from
  while (line < to) {
    const next = nextLine(bytes, line, to)
    const end = lineEnd(bytes, line, next)
    // Behind a field the rest of the same line is looked at.
    const start =
      line === from && from === found.end && found.end > 0 ? from : transportValue(bytes, line, end)
    if (start >= 0 && portsWithin(bytes, start, end, found, reading)) return true
    line = next
  }
  return false
}

function portsWithin(
  bytes: Uint8Array,
  start: number,
  end: number,
  found: TransportField,
  reading: Reading,
): boolean {
  for (let at = findText(bytes, start, end, CLIENT_PORT); at >= 0; ) {
    const value = at + CLIENT_PORT.length
    if (readDecimal(bytes, value, end, 65535, reading)) {
      found.at = value
      found.first = reading.value
      found.last = 0
      found.end = reading.end
      if (bytes[reading.end] === 45 && readDecimal(bytes, reading.end + 1, end, 65535, reading)) {
        found.last = reading.value
        found.end = reading.end
      }
      return true
    }
    at = findText(bytes, value, end, CLIENT_PORT)
  }
  return false
}

/** @returns where the value of a Transport header begins, or -1 */
function transportValue(bytes: Uint8Array, line: number, end: number): number {
  return standsAt(bytes, line, end, 'transport:') ? line + 10 : -1
}

/** @returns the offset of the address of a `destination=` in a Transport header, whose reading is in `reading`, or -1 */
export function findDestination(bytes: Uint8Array, from: number, to: number): number {
  for (let line = from; line < to; ) {
    const next = nextLine(bytes, line, to)
    const end = lineEnd(bytes, line, next)
    const value = transportValue(bytes, line, end)
    const at = value < 0 ? -1 : findText(bytes, value, end, ';destination=')
    if (at >= 0) return at + 13
    line = next
  }
  return -1
}
