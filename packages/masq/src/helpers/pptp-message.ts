/**
 * PPTP's control messages (RFC 2637 §2): which of them carry a call id, and whose.
 *
 * A *call id* is chosen by one end, and stands in the GRE packets that this end receives. So the one of the machine behind the box may have
 * to be translated like a port; the other's never is. Whose a message carries hangs only on who sends it:
 *
 *   the sender's own   Outgoing- and Incoming-Call-Request and -Reply, Call-Clear-Request, Call-Disconnect-Notify
 *   the receiver's     Incoming-Call-Connected, WAN-Error-Notify, Set-Link-Info; and, behind the sender's, both replies
 */
import { read16, read32 } from '@bauta/packet'

const COOKIE = 0x1a2b3c4d
const CONTROL = 1
/** Length, kind of message, cookie, kind of control message, reserved. */
const HEADER = 12
/** Longer ones are none. */
const LONGEST = 512

export const PPTP = {
  stopControlRequest: 3,
  stopControlReply: 4,
  outgoingCallRequest: 7,
  outgoingCallReply: 8,
  incomingCallRequest: 9,
  incomingCallReply: 10,
  incomingCallConnected: 11,
  callClearRequest: 12,
  callDisconnectNotify: 13,
  wanErrorNotify: 14,
  setLinkInfo: 15,
} as const

/** Outgoing-Call-Reply and Incoming-Call-Reply: what the result code says where the call came about. */
const CONNECTED = 1

/** @returns the kind of a whole control message that begins at `from`, or 0 */
export function pptpKind(bytes: Uint8Array, from: number, to: number): number {
  if (from + HEADER + 4 > to || read16(bytes, from + 2) !== CONTROL) return 0
  const length = read16(bytes, from)
  if (length < HEADER + 4 || length > LONGEST || from + length > to) return 0
  return read32(bytes, from + 4) === COOKIE ? read16(bytes, from + 8) : 0
}

/** @returns the bytes of the message that pptpKind() knows */
export function pptpLength(bytes: Uint8Array, from: number): number {
  return read16(bytes, from)
}

const CALL_ID = HEADER
const PEERS_CALL_ID = HEADER + 2

/** @returns the offset of the sender's own call id in a message of this kind that begins at `from`, or -1 */
export function sendersCallId(kind: number, from: number): number {
  const requests = kind >= PPTP.outgoingCallRequest && kind <= PPTP.incomingCallReply
  return requests || endsPptpCall(kind) ? from + CALL_ID : -1
}

/** @returns the offset of the receiver's call id, or -1 */
export function receiversCallId(kind: number, from: number): number {
  switch (kind) {
    case PPTP.outgoingCallReply:
    case PPTP.incomingCallReply:
      return from + PEERS_CALL_ID
    case PPTP.incomingCallConnected:
    case PPTP.wanErrorNotify:
    case PPTP.setLinkInfo:
      return from + CALL_ID
    default:
      return -1
  }
}

export function endsPptpCall(kind: number): boolean {
  return kind === PPTP.callClearRequest || kind === PPTP.callDisconnectNotify
}

/** A reply names both ends' call ids. */
export function isPptpReply(kind: number): boolean {
  return kind === PPTP.outgoingCallReply || kind === PPTP.incomingCallReply
}

/** Whether a reply says that the call came about. */
export function pptpConnected(bytes: Uint8Array, from: number): boolean {
  return read16(bytes, from) >= HEADER + 5 && bytes[from + HEADER + 4] === CONNECTED
}
