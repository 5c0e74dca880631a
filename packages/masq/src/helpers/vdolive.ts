/**
 * VDOLive: a player names the UDP port for pictures in its first message, and again in a later one. As in 2.2 the port is replaced in
 * place, and led back from any port of this server.
 */
import { read16, read32 } from '@bauta/packet'
import { type Helper, READS } from './helper.ts'
import { findVdolivePort } from './vdolive-message.ts'

const FIRST_LENGTH = 36
/** How many times more the player is listened to after its first message. */
const MOST_READS = 8

export const vdolive: Helper = {
  name: 'vdolive',
  reads: READS.out,
  /** `stage`: 0 before the first message, then how many times the player has been listened to. */
  read(talk) {
    const { bytes, start, end, stage } = talk
    if (stage === 0 && end - start < FIRST_LENGTH && (end - start < 8 || read32(bytes, start + 4) === 6)) {
      talk.hold(start)
      return
    }
    const at = findVdolivePort(bytes, start, end)
    // A stream that does not begin as VDOLive is something else.
    if (stage >= MOST_READS || (at < 0 && stage === 0)) {
      talk.leave()
      return
    }
    if (at >= 0) {
      const expectation = talk.expectation()
      expectation.protocol = 17
      expectation.nearPort = read16(bytes, at)
      const port = talk.expect(expectation)
      if (port > 0 && !talk.set16(at, port)) return
    }
    talk.stage = stage + 1
  },
}
