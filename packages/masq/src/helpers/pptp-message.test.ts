import { read16 } from '@bauta/packet'
import { describe, expect, it } from 'vitest'
import { PPTP, pptpConnected, pptpKind, pptpLength, receiversCallId, sendersCallId } from './pptp-message.ts'
import { bytesOf } from './testing.ts'

describe('PPTP’s control messages', () => {
  const request = bytesOf(
    `00a8 0001 1a2b3c4d 0007 0000 4001 0001 0000012c 05f5e100 00000003 00000003 0040 0000 ${'00'.repeat(132)}`,
  )
  const reply = bytesOf('0020 0001 1a2b3c4d 0008 0000 0080 4001 01 00 0000 00000000 0040 0000 00000000')
  it('finds the call id of who speaks and, in a reply, of who is spoken to', () => {
    expect(request.length).toBe(168)
    expect(pptpKind(request, 0, request.length)).toBe(PPTP.outgoingCallRequest)
    expect(read16(request, sendersCallId(PPTP.outgoingCallRequest, 0))).toBe(0x4001)
    expect(pptpKind(reply, 0, reply.length)).toBe(PPTP.outgoingCallReply)
    expect([
      read16(reply, sendersCallId(PPTP.outgoingCallReply, 0)),
      read16(reply, receiversCallId(PPTP.outgoingCallReply, 0)),
    ]).toEqual([0x0080, 0x4001])
    expect([pptpConnected(reply, 0), pptpLength(reply, 0)]).toEqual([true, 32])
  })
  it('knows whose number each kind of message carries', () => {
    const kinds = Array.from({ length: 16 }, (_, kind) => kind)
    expect(kinds.filter((kind) => sendersCallId(kind, 0) > 0)).toEqual([7, 8, 9, 10, 12, 13])
    expect(kinds.filter((kind) => receiversCallId(kind, 0) > 0)).toEqual([8, 10, 11, 14, 15])
  })
  it('takes nothing for a message that is cut, has another cookie, or a length that cannot be', () => {
    expect(pptpKind(reply, 0, reply.length - 1)).toBe(0)
    expect(pptpKind(bytesOf('0010 0001 1a2b3c4e 000c 0000 4001 0000'), 0, 16)).toBe(0)
    expect(pptpKind(bytesOf('0001 0001 1a2b3c4d 000c 0000 4001 0000'), 0, 16)).toBe(0)
  })
})
