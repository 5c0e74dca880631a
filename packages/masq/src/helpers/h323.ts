/**
 * H.323: a call is set up over TCP (H.225 in Q.931), its media are agreed on over a second TCP connection or inside of the first
 * (H.245), and flow over UDP (RTP and RTCP).
 *
 * What a client says of itself becomes the WAN address. Where it offers to be called for H.245 its offer is led back to it, and read along
 * there; where the other side offers, the connection that the client will make is read along. Media come from that other side, to an even
 * port and the odd one behind it.
 */
import { read16, read32 } from '@bauta/packet'
import { IN, OUT } from '../key-index.ts'
import { type H225Part, readH225 } from './h225-message.ts'
import { findMediaAddress } from './h245-message.ts'
import { type Conversation, type Helper, isSafePort, READS } from './helper.ts'
import { findUserUser, tpktBody, tpktEnd, userUserEnd } from './q931-message.ts'

/** `stage` where H.245 is spoken; 0: the call itself. */
const CONTROL = 1

/** A packet that is not whole after so many bytes is none. */
const LONGEST = 4096

export const h323: Helper = {
  name: 'h323',
  reads: READS.both,
  read(talk) {
    const { bytes, start } = talk
    for (let at = start; at < talk.end; ) {
      if (bytes[at] !== 3) {
        talk.leave()
        return
      }
      const end = tpktEnd(bytes, at, talk.end)
      if (end < 0) {
        if (talk.end - at < LONGEST) talk.hold(at)
        else talk.leave()
        return
      }
      if (talk.stage === CONTROL) readControl(talk, tpktBody(at), end)
      else readCall(talk, tpktBody(at), end)
      at = end
    }
  },
}

function readCall(talk: Conversation, from: number, to: number): void {
  const user = findUserUser(talk.bytes, from, to)
  if (user < 0) return
  readH225(talk.bytes, user, userUserEnd(talk.bytes, user), (part, at, end) => {
    if (part === 'message') readControl(talk, at, end)
    else if (talk.direction === OUT) said(talk, part, at)
    else heard(talk, part, at)
  })
}

/** By the near end, about itself. */
function said(talk: Conversation, part: H225Part, at: number): void {
  const { bytes } = talk
  if (read32(bytes, at) !== talk.client) return
  const own = read16(bytes, at + 4)
  const port = part === 'control' ? openControl(talk, own) : ownPort(talk, own)
  if (port > 0) {
    talk.set16(at + 4, port)
    talk.set32(at, talk.wan)
  }
}

function openControl(talk: Conversation, own: number): number {
  const expectation = talk.expectation()
  expectation.nearPort = own
  expectation.helper = 'h323'
  expectation.stage = CONTROL
  return talk.expect(expectation)
}

/** Where it can be called: the port of this very connection, or what it has outside. */
function ownPort(talk: Conversation, own: number): number {
  if (own === talk.clientPort) return talk.masqPort
  const port = talk.masqPortOf(6, talk.client, own)
  return port > 0 ? port : own
}

/** By the far end: where it can be called, or the WAN address in the place of the near end's. */
function heard(talk: Conversation, part: H225Part, at: number): void {
  const { bytes } = talk
  const address = read32(bytes, at)
  const port = read16(bytes, at + 4)
  if (part === 'control' && address === talk.server && isSafePort(port)) {
    const expectation = talk.expectation()
    expectation.opener = OUT
    expectation.farPort = port
    expectation.helper = 'h323'
    expectation.stage = CONTROL
    talk.expect(expectation)
  } else if (part === 'signal' && address === talk.wan) {
    if (port === talk.masqPort) talk.set16(at + 4, talk.clientPort)
    talk.set32(at, talk.client)
  }
}

/** Every place in H.245 where the near end names itself is where it wants to get RTP (even) or RTCP (odd). */
function readControl(talk: Conversation, from: number, to: number): void {
  if (talk.direction === IN) return
  const { bytes, client } = talk
  for (let at = findMediaAddress(bytes, from, to, client | 0); at >= 0; ) {
    const own = read16(bytes, at + 4)
    const expectation = talk.expectation()
    expectation.protocol = 17
    expectation.nearPort = own & ~1
    const even = talk.expectPair(expectation)
    if (even > 0) {
      talk.set16(at + 4, even + (own & 1))
      talk.set32(at, talk.wan)
    }
    at = findMediaAddress(bytes, at + 6, to, client | 0)
  }
}
