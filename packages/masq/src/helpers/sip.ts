/**
 * SIP over UDP (RFC 3261), with SDP: where a telephone wants to be answered and where it wants to get sound and pictures.
 *
 * Its addresses become the WAN address, the ports of its media an even port and the odd one behind it, led back to it from anybody:
 * who will speak is known only when the answer has come. In what it is told it finds its own address again. Off unless somebody wants it:
 * today's telephones help themselves (STUN, ICE), and then a helper is in their way.
 */
import { OUT } from '../key-index.ts'
import { type Conversation, type Helper, READS } from './helper.ts'
import { isSip, rewriteSipIn, rewriteSipOut, type SipEnd } from './sip-message.ts'
import { Splices } from './splices.ts'

const end: SipEnd = { address: 0, port: 0, shownAddress: 0, shownPort: 0 }
const splices = new Splices()

export const sip: Helper = {
  name: 'sip',
  reads: READS.both,
  read(talk) {
    if (!isSip(talk.bytes, talk.start, talk.end)) return
    const out = talk.direction === OUT
    end.address = (out ? talk.client : talk.wan) | 0
    end.port = out ? talk.clientPort : talk.masqPort
    end.shownAddress = (out ? talk.wan : talk.client) | 0
    end.shownPort = out ? talk.masqPort : talk.clientPort
    splices.clear()
    if (out)
      rewriteSipOut(
        talk.bytes,
        talk.start,
        talk.end,
        end,
        (port, count, media) => give(talk, port, count, media),
        splices,
      )
    else rewriteSipIn(talk.bytes, talk.start, talk.end, end, splices)
    if (!splices.empty) splices.apply((at, length, text) => talk.replace(at, length, text))
  },
}

function give(talk: Conversation, port: number, count: 1 | 2, media: boolean): number {
  const expectation = talk.expectation()
  expectation.nearPort = port
  if (media) expectation.far = 0
  else expectation.helper = 'sip'
  const isPair = count === 2 && port % 2 === 0
  const given = isPair ? talk.expectPair(expectation) : talk.expect(expectation)
  return Math.max(0, given)
}
