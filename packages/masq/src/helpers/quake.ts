/**
 * Quake: the server lets a player in and names the port at which the game goes on.
 *
 * A player behind the box gets the server's packets from that port, too, at the port it has already; as in 2.2. A server behind the box
 * (a forward leads to it) gets a port of the WAN address for the game, which the player is told instead of its own.
 */
import { IN, OUT } from '../key-index.ts'
import { type Conversation, type Helper, READS } from './helper.ts'
import { findQuakePort, isQuakeConnect, quakePort, readQuakePort } from './quake-message.ts'

const ASKED = 1
const port = new Uint8Array(2)

export const quake: Helper = {
  name: 'quake',
  reads: READS.both,
  read(talk) {
    const { bytes, start, end } = talk
    const asks = talk.fromOutside ? IN : OUT
    if (talk.direction === asks) {
      if (isQuakeConnect(bytes, start, end)) talk.stage = ASKED
      return
    }
    // Nobody is let in who has not asked.
    const at = talk.stage === ASKED ? findQuakePort(bytes, start, end) : -1
    if (at < 0) return
    if (talk.fromOutside) serverInside(talk, at)
    else playerInside(talk, at)
  },
}

function playerInside(talk: Conversation, at: number): void {
  const expectation = talk.expectation()
  expectation.nearPort = talk.clientPort
  expectation.masqPort = talk.masqPort
  expectation.farPort = readQuakePort(talk.bytes, at)
  if (expectation.farPort !== talk.serverPort) talk.expect(expectation)
}

function serverInside(talk: Conversation, at: number): void {
  const expectation = talk.expectation()
  expectation.nearPort = readQuakePort(talk.bytes, at)
  const given = talk.expect(expectation)
  if (given > 0) talk.replace(at, 2, quakePort(given, port))
}
