/**
 * RTSP (RFC 2326): a player names the UDP ports at which it wants to get sound and pictures, in the Transport header of SETUP;
 * the server repeats them in its answer.
 *
 * The player's ports are replaced by ports of the WAN address, an even one and the odd one behind it where it asked for such a pair
 * (RFC 3550 §11), and led back to it, from any port of this server. In the answer it finds its own again.
 *
 * What the player says is taken apart message by message, bodies and interleaved media (RFC 2326 §10.12) included, from the first byte on.
 * Where anything else than RTSP comes, the helper leaves: text that a browser was made to send cannot pass for a request
 * by beginning where a packet begins (NAT slipstreaming).
 */
import { formatAddress } from '@bauta/config'
import { OUT } from '../key-index.ts'
import { type Conversation, type Helper, READS } from './helper.ts'
import {
  findDestination,
  mayBeginRtsp,
  nextClientPort,
  RTSP,
  RtspMessage,
  TransportField,
} from './rtsp-message.ts'
import { Splices } from './splices.ts'
import { Reading, standsAt } from './text-fields.ts'

/** A header that is not whole after so many bytes is none. */
const LONGEST_HEADER = 8192
const INTERLEAVED = 0x24
const CR = 13
const LF = 10

const message = new RtspMessage()
const field = new TransportField()
const reading = new Reading()
const splices = new Splices()

export const rtsp: Helper = {
  name: 'rtsp',
  reads: READS.both,
  read(talk) {
    if (talk.direction === OUT) readPlayer(talk)
    else readServer(talk)
  },
}

/** `note`: how many bytes of a body or of interleaved media are still to come. */
export function readPlayer(talk: Conversation): void {
  const { bytes } = talk
  const skipped = Math.min(talk.note, talk.end - talk.start)
  let rest = talk.note - skipped
  let at = talk.start + skipped
  let unit = 0
  splices.clear()
  while (at < talk.end && unit >= 0) {
    unit = bytes[at] === CR || bytes[at] === LF ? at + 1 : unitEnd(talk, at)
    if (unit < 0) break
    rest = Math.max(0, unit - talk.end)
    at = Math.min(unit, talk.end)
  }
  const grown = splices.growth(talk.start, talk.end)
  if (!putIn(talk)) return
  talk.note = rest
  if (unit === WAITS) talk.hold(at + grown)
  if (unit === LEAVES) talk.leave()
}

const LEAVES = -1
const WAITS = -2

/** @returns where what begins at `at` ends, possibly beyond what there is; or LEAVES, WAITS */
function unitEnd(talk: Conversation, at: number): number {
  const { bytes, end } = talk
  if (bytes[at] === INTERLEAVED)
    return at + 4 > end ? WAITS : at + 4 + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
  if (!message.read(bytes, at, end, reading)) {
    const mayBecome = end - at < LONGEST_HEADER && isBeginning(bytes, at, end)
    return mayBecome ? WAITS : LEAVES
  }
  if (message.kind === RTSP.setup) setup(talk)
  return message.end - message.headersEnd > 0xffff ? LEAVES : message.end
}

function isBeginning(bytes: Uint8Array, at: number, end: number): boolean {
  return message.kind !== RTSP.none || mayBeginRtsp(bytes, at, end)
}

function setup(talk: Conversation): void {
  const { bytes } = talk
  for (
    let at = message.headers;
    nextClientPort(bytes, at, message.headersEnd, field, reading);
    at = field.end
  ) {
    const text = opened(talk)
    if (text !== '') splices.add(field.at, field.end - field.at, text)
  }
  const own = formatAddress(talk.client)
  const at = findDestination(bytes, message.headers, message.headersEnd)
  if (at >= 0 && standsAt(bytes, at, message.headersEnd, own) && !isPart(bytes[at + own.length]))
    splices.add(at, own.length, formatAddress(talk.wan))
}

const isPart = (byte: number | undefined) => byte !== undefined && ((byte >= 48 && byte <= 57) || byte === 46)

/** @returns the ports as the server shall know them, '' where they cannot be had */
function opened(talk: Conversation): string {
  const expectation = talk.expectation()
  expectation.protocol = 17
  expectation.nearPort = field.first
  const isPair = field.last === field.first + 1 && field.first % 2 === 0
  const first = isPair ? talk.expectPair(expectation) : talk.expect(expectation)
  if (first < 0 || field.last === 0) return first < 0 ? '' : `${first}`
  if (isPair) return `${first}-${first + 1}`
  const second = talk.expectation()
  second.protocol = 17
  second.nearPort = field.last
  const last = talk.expect(second)
  return last < 0 ? '' : `${first}-${last}`
}

/** An answer names the ports that the server was told. This opens nothing, so it need not know where in a body it is. */
export function readServer(talk: Conversation): void {
  const { bytes, start, end } = talk
  splices.clear()
  if (!message.read(bytes, start, end, reading)) {
    if (message.kind === RTSP.response && end - start < LONGEST_HEADER) talk.hold(start)
    return
  }
  if (message.kind !== RTSP.response) return
  for (
    let at = message.headers;
    nextClientPort(bytes, at, message.headersEnd, field, reading);
    at = field.end
  ) {
    const first = ownPort(talk, field.first)
    const last = field.last === 0 ? 0 : ownPort(talk, field.last)
    if (first > 0 && (field.last === 0 || last > 0))
      splices.add(field.at, field.end - field.at, last > 0 ? `${first}-${last}` : `${first}`)
  }
  const wan = formatAddress(talk.wan)
  const at = findDestination(bytes, message.headers, message.headersEnd)
  if (at >= 0 && standsAt(bytes, at, message.headersEnd, wan) && !isPart(bytes[at + wan.length]))
    splices.add(at, wan.length, formatAddress(talk.client))
  putIn(talk)
}

/** @returns the player's own port behind one of the WAN address, or 0 */
function ownPort(talk: Conversation, port: number): number {
  return talk.ownerOf(17, port) === talk.client ? talk.ownerPortOf(17, port) : 0
}

/** @returns false: not now; the same bytes will be shown again */
function putIn(talk: Conversation): boolean {
  return splices.empty || splices.apply((at, length, text) => talk.replace(at, length, text))
}
