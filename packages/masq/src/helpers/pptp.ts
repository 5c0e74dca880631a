/**
 * PPTP (RFC 2637): over TCP a client and a server agree on a call; its PPP packets then flow in GRE, which names only the receiver's
 * number of the call.
 *
 * So that several machines can have a call to the same server, a client's number is replaced where the server might take it for another
 * machine's, in what both say of it and in the GRE packets (view-keys.ts, translate.ts). The tunnel opens when both numbers are known and ends
 * with the call. Read from the first byte on, message by message; anything that is none lets the helper leave.
 */
import { read16 } from '@bauta/packet'
import { OUT } from '../key-index.ts'
import { type Conversation, type Helper, READS } from './helper.ts'
import {
  endsPptpCall,
  isPptpReply,
  pptpConnected,
  pptpKind,
  pptpLength,
  receiversCallId,
  sendersCallId,
} from './pptp-message.ts'

const SHORTEST = 16
const LONGEST = 512

export const pptp: Helper = {
  name: 'pptp',
  reads: READS.both,
  read(talk) {
    const { bytes } = talk
    for (let at = talk.start; at < talk.end; at += pptpLength(bytes, at)) {
      const kind = pptpKind(bytes, at, talk.end)
      if (kind === 0) {
        if (mayBecome(talk, at)) talk.hold(at)
        else talk.leave()
        return
      }
      if (talk.direction === OUT) said(talk, kind, at)
      else heard(talk, kind, at)
    }
  },
}

/** Whether what is there may be the beginning of a message. */
function mayBecome({ bytes, end }: Conversation, at: number): boolean {
  if (end - at < 2) return true
  const length = pptpLength(bytes, at)
  return length >= SHORTEST && length <= LONGEST && at + length > end
}

/** By the near end: its own number becomes the one that the far end shall know. */
function said(talk: Conversation, kind: number, at: number): void {
  const { bytes } = talk
  const own = sendersCallId(kind, at)
  if (own < 0) return
  const masq = talk.reserveCall(read16(bytes, own))
  if (masq < 0) {
    talk.refuse()
    return
  }
  // Not now: it will be said again.
  if (!talk.set16(own, masq)) return
  if (endsPptpCall(kind)) talk.endCall(masq)
  if (isPptpReply(kind)) answered(talk, at, masq, read16(bytes, receiversCallId(kind, at)))
}

/** By the far end: the number that it knows becomes the near end's own again. */
function heard(talk: Conversation, kind: number, at: number): void {
  const { bytes } = talk
  if (endsPptpCall(kind)) talk.endCall(talk.masqCallOf(read16(bytes, sendersCallId(kind, at))))
  const named = receiversCallId(kind, at)
  if (named < 0) return
  const masq = read16(bytes, named)
  const own = talk.clientCallOf(masq)
  if (own < 0) return
  if (!talk.set16(named, own)) return
  if (isPptpReply(kind)) answered(talk, at, masq, read16(bytes, sendersCallId(kind, at)))
}

/** Both numbers are known, and whether the call came about. */
function answered(talk: Conversation, at: number, masqCall: number, farCall: number): void {
  if (pptpConnected(talk.bytes, at)) talk.openCall(masqCall, farCall)
  else talk.endCall(masqCall)
}
