/**
 * RealAudio (PNA): with its first message a player names one or two UDP ports for sound. Later players speak RTSP on the same
 * port; then this is the helper for RTSP. As in 2.2 the ports are replaced in place, and led back from any port of this server.
 */
import { read16 } from '@bauta/packet'
import { OUT } from '../key-index.ts'
import { type Conversation, type Helper, READS } from './helper.ts'
import { isPna, nextPnaPort, pnaEnd } from './pna-message.ts'
import { readPlayer, readServer } from './rtsp.ts'

const UNKNOWN = 0
const SPEAKS_RTSP = 1
/** A first message is not longer. */
const LONGEST = 1024

export const raudio: Helper = {
  name: 'raudio',
  reads: READS.both,
  read(talk) {
    if (talk.direction !== OUT) {
      if (talk.stage === SPEAKS_RTSP) readServer(talk)
      return
    }
    if (talk.stage === UNKNOWN && talk.bytes[talk.start] === 0x50) readPna(talk)
    else {
      talk.stage = SPEAKS_RTSP
      readPlayer(talk)
    }
  },
}

function readPna(talk: Conversation): void {
  const { bytes, start, end } = talk
  if (
    end - start < 5 &&
    'PNA\0\0'.startsWith(String.fromCharCode(...bytes.subarray(start, end)).slice(0, 3))
  ) {
    talk.hold(start)
    return
  }
  if (!isPna(bytes, start, end)) {
    // PLAY and PAUSE begin with P as well.
    talk.stage = SPEAKS_RTSP
    readPlayer(talk)
    return
  }
  if (pnaEnd(bytes, start, end) < 0 && end - start < LONGEST) {
    talk.hold(start)
    return
  }
  for (let at = nextPnaPort(bytes, start, end); at >= 0; at = nextPnaPort(bytes, start, end, at)) {
    const expectation = talk.expectation()
    expectation.protocol = 17
    expectation.nearPort = read16(bytes, at)
    const port = talk.expect(expectation)
    if (port > 0 && !talk.set16(at, port)) return
  }
  talk.leave()
}
