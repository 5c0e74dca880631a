/**
 * SDP (RFC 4566) as a body of SIP: at which address and ports its sender wants to get sound and pictures. Every medium has an
 * even port and, for RTCP, the odd one behind it (RFC 3550 §11), unless `a=rtcp` says another (RFC 3605).
 */
import type { GivePort } from './sip-message.ts'
import type { Splices } from './splices.ts'
import { findText, lineEnd, nextLine, Reading, readDecimal, standsAt } from './text-fields.ts'

/** A description has so many media at most: each takes two ports. */
const MOST_MEDIA = 8
const reading = new Reading()

/** Own addresses and ports between two offsets become what `give` and `shown` say. */
export function rewriteSdp(
  bytes: Uint8Array,
  from: number,
  to: number,
  own: string,
  shown: string,
  give: GivePort,
  splices: Splices,
): void {
  const session = endOfSection(bytes, from, to)
  const sessionOwn = isOwn(bytes, from, session, own, false)
  rewriteAddresses(bytes, from, session, own, shown, splices)
  let section = session
  for (let media = 0; section < to && media < MOST_MEDIA; media++) {
    const next = endOfSection(bytes, nextLine(bytes, section, to), to)
    if (isOwn(bytes, section, next, own, sessionOwn)) rewriteMedia(bytes, section, next, give, splices)
    rewriteAddresses(bytes, section, next, own, shown, splices)
    section = next
  }
}

/** @returns where the next `m=` line begins, or `to` */
function endOfSection(bytes: Uint8Array, from: number, to: number): number {
  let line = from
  while (line < to && !standsAt(bytes, line, to, 'm=')) line = nextLine(bytes, line, to)
  return line
}

/** Whether media of this section come to the own address; `otherwise`, where the section names none. */
function isOwn(bytes: Uint8Array, from: number, to: number, own: string, otherwise: boolean): boolean {
  for (let line = from; line < to; line = nextLine(bytes, line, to))
    if (standsAt(bytes, line, to, 'c=in ip4 ')) return addressAt(bytes, line, to, own) >= 0
  return otherwise
}

/** @returns the offset of the own address in a line that names one after “IN IP4”, or -1 */
function addressAt(bytes: Uint8Array, line: number, to: number, own: string): number {
  const end = lineEnd(bytes, line, nextLine(bytes, line, to))
  const kind = findText(bytes, line, end, 'in ip4 ')
  if (kind < 0) return -1
  const at = kind + 7
  const behind = bytes[at + own.length]
  const alone = at + own.length === end || behind === 32 || behind === 47
  return standsAt(bytes, at, end, own) && alone ? at : -1
}

function rewriteAddresses(
  bytes: Uint8Array,
  from: number,
  to: number,
  own: string,
  shown: string,
  splices: Splices,
): void {
  for (let line = from; line < to; line = nextLine(bytes, line, to)) {
    if (
      !standsAt(bytes, line, to, 'c=') &&
      !standsAt(bytes, line, to, 'o=') &&
      !standsAt(bytes, line, to, 'a=rtcp:')
    )
      continue
    const at = addressAt(bytes, line, to, own)
    if (at >= 0) splices.add(at, own.length, shown)
  }
}

/** `m=audio 49170 RTP/AVP 0`, and `a=rtcp:53020` beside it. */
function rewriteMedia(bytes: Uint8Array, from: number, to: number, give: GivePort, splices: Splices): void {
  const end = lineEnd(bytes, from, nextLine(bytes, from, to))
  const space = bytes.subarray(from, end).indexOf(32)
  if (space < 0 || !readDecimal(bytes, from + space + 1, end, 65535, reading) || reading.value === 0) return
  const at = from + space + 1
  const { value, end: behind } = reading
  const rtcp = rtcpPort(bytes, from, to)
  const own = rtcp > 0 && rtcp !== value + 1
  const given = give(value, own ? 1 : 2, true)
  if (given === 0) return
  splices.add(at, behind - at, String(given))
  if (rtcp === 0) return
  const control = own ? give(rtcp, 1, true) : given + 1
  rtcpPort(bytes, from, to)
  const digits = String(rtcp).length
  if (control > 0) splices.add(reading.end - digits, digits, String(control))
}

/** @returns the port of an `a=rtcp:` line, which `reading` then ends behind; or 0 */
function rtcpPort(bytes: Uint8Array, from: number, to: number): number {
  for (let line = from; line < to; line = nextLine(bytes, line, to))
    if (standsAt(bytes, line, to, 'a=rtcp:'))
      return readDecimal(bytes, line + 7, to, 65535, reading) && bytes[line + 7] !== 48 ? reading.value : 0
  return 0
}
