/**
 * SIP (RFC 3261) in one datagram: where the addresses stand at which its sender wants to be answered, and the body.
 *
 * Only what routes messages is changed: the request's own line, Via, Contact, Route and Record-Route. From, To and Call-ID name people
 * and calls, not places; whoever changed them would make two calls of one. A body of SDP is told in sdp-body.ts.
 */
import { formatAddress } from '@bauta/config'
import { rewriteSdp } from './sdp-body.ts'
import type { Splices } from './splices.ts'
import {
  findText,
  isDigit,
  lineEnd,
  nextLine,
  Reading,
  readDecimal,
  skipBlanks,
  standsAt,
} from './text-fields.ts'

export const SIP_PORT = 5060
const MOST_LINES = 256
/** Short forms of names: RFC 3261 §20. */
const ROUTING = ['via:', 'v:', 'contact:', 'm:', 'route:', 'record-route:']

/** One end of a conversation, as its own side knows it and as the other side knows it. */
export interface SipEnd {
  /** Signed. */
  address: number
  port: number
  shownAddress: number
  shownPort: number
}

/**
 * A port of `count` neighbouring ones, at which the client wants to get media (`media`) or messages, as the other side shall know it.
 * @returns 0: it cannot be had; then it stays as it is
 */
export type GivePort = (port: number, count: 1 | 2, media: boolean) => number

const reading = new Reading()

/** Whether a datagram is a SIP message: the first line of a request ends in SIP's version, that of an answer begins with it. */
export function isSip(bytes: Uint8Array, from: number, to: number): boolean {
  if (standsAt(bytes, from, to, 'sip/2.0 ')) return true
  const next = nextLine(bytes, from, to)
  const end = lineEnd(bytes, from, next)
  return end < next && standsAt(bytes, end - 8, end, ' sip/2.0')
}

/** What the client says: its own address and ports become those by which the other side reaches it. */
export function rewriteSipOut(
  bytes: Uint8Array,
  from: number,
  to: number,
  end: SipEnd,
  give: GivePort,
  splices: Splices,
): void {
  rewrite(bytes, from, to, end, give, splices)
}

/** What the client is told: the address and port by which it is reached become its own again. Bodies are the other side's. */
export function rewriteSipIn(
  bytes: Uint8Array,
  from: number,
  to: number,
  end: SipEnd,
  splices: Splices,
): void {
  rewrite(bytes, from, to, end, null, splices)
}

function rewrite(
  bytes: Uint8Array,
  from: number,
  to: number,
  end: SipEnd,
  give: GivePort | null,
  splices: Splices,
): void {
  const own = formatAddress(end.address)
  let length = 0
  let lengthEnd = -1
  let declared = 0xffff
  let sdp = false
  let line = nextLine(bytes, from, to)
  if (!give && !standsAt(bytes, from, to, 'sip/2.0 '))
    rewriteAddresses(bytes, from, line, own, end, null, splices)
  for (let lines = 0; line < to && lines < MOST_LINES; lines++) {
    const next = nextLine(bytes, line, to)
    const stop = lineEnd(bytes, line, next)
    if (stop === line) {
      if (!sdp || !give) return
      const bodyEnd = Math.min(to, next + declared)
      rewriteSdp(bytes, next, bodyEnd, own, formatAddress(end.shownAddress), give, splices)
      const growth = splices.growth(next, bodyEnd)
      if (lengthEnd > 0 && growth !== 0) splices.add(length, lengthEnd - length, String(declared + growth))
      return
    }
    const value = headerValue(bytes, line, stop, 'content-length:', 'l:')
    if (value >= 0 && readDecimal(bytes, value, stop, 65535, reading)) {
      length = value
      lengthEnd = reading.end
      declared = reading.value
    }
    const type = headerValue(bytes, line, stop, 'content-type:', 'c:')
    if (type >= 0) sdp = standsAt(bytes, type, stop, 'application/sdp')
    if (ROUTING.some((name) => standsAt(bytes, line, stop, name)))
      rewriteAddresses(bytes, line, stop, own, end, give, splices)
    line = next
  }
}

function headerValue(bytes: Uint8Array, line: number, stop: number, name: string, short: string): number {
  const used = standsAt(bytes, line, stop, name) ? name : standsAt(bytes, line, stop, short) ? short : ''
  return used === '' ? -1 : skipBlanks(bytes, line + used.length, stop)
}

/** Every `address` or `address:port` of one line that is the sender's own. */
function rewriteAddresses(
  bytes: Uint8Array,
  line: number,
  stop: number,
  own: string,
  end: SipEnd,
  give: GivePort | null,
  splices: Splices,
): void {
  for (let at = findText(bytes, line, stop, own); at >= 0; ) {
    const behind = at + own.length
    const alone = !isAddressPart(bytes, at - 1) && !isAddressPart(bytes, behind)
    const named = bytes[behind] === 58 && readDecimal(bytes, behind + 1, stop, 65535, reading)
    const port = named ? reading.value : SIP_PORT
    const fieldEnd = named ? reading.end : behind
    const shown = alone ? shownPort(port, end, give) : 0
    if (shown > 0) {
      const tail = named || shown !== SIP_PORT ? `:${shown}` : ''
      splices.add(at, fieldEnd - at, formatAddress(end.shownAddress) + tail)
    }
    at = findText(bytes, fieldEnd, stop, own)
  }
}

/** Digits right before or behind make it another address; so does a dot with a digit. */
function isAddressPart(bytes: Uint8Array, at: number): boolean {
  return isDigit(bytes[at]) || (bytes[at] === 46 && isDigit(bytes[at + 1]) && isDigit(bytes[at - 1]))
}

function shownPort(port: number, end: SipEnd, give: GivePort | null): number {
  if (port === end.port) return end.shownPort
  return give ? give(port, 1, false) : 0
}
