/**
 * TFTP (RFC 1350 §4): the server answers from another port than the one that was asked, and everything goes on from there.
 *
 * Client inside: its read or write request lets the server, and only it, come back to the client's port from any port of its own.
 * Server inside, behind a forward: its answers from another port are RELATED.
 */
import { OUT } from '../key-index.ts'
import type { Helper } from './helper.ts'
import { READS } from './helper.ts'

const OPCODE = { read: 1, write: 2 } as const
/** Opcode, a name of one letter, and two ends of text around the mode. */
const SHORTEST_REQUEST = 6

export const tftp: Helper = {
  name: 'tftp',
  reads: READS.both,
  read(talk) {
    const fromClient = (talk.direction === OUT) !== talk.fromOutside
    if (!fromClient || talk.end - talk.start < SHORTEST_REQUEST) return
    const opcode = (talk.bytes[talk.start]! << 8) | talk.bytes[talk.start + 1]!
    if (opcode !== OPCODE.read && opcode !== OPCODE.write) return
    const wanted = talk.expectation()
    if (talk.fromOutside) {
      wanted.opener = OUT
      wanted.farPort = talk.serverPort
    } else wanted.nearPort = talk.clientPort
    talk.expect(wanted)
  },
}
