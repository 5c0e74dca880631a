/**
 * CU-SeeMe: every datagram carries the sender's and the receiver's address. What a client says of itself becomes the WAN address;
 * what is said of the WAN address to it, and in the reflector's list of those who take part, becomes its own. 2.2 replaced whatever stood
 * there; here it has to be the client's own.
 */
import { OUT } from '../key-index.ts'
import { findCuseemeClient, findCuseemeDestination, findCuseemeSource } from './cuseeme-message.ts'
import { type Helper, READS } from './helper.ts'

export const cuseeme: Helper = {
  name: 'cuseeme',
  reads: READS.both,
  read(talk) {
    const { bytes, start, end } = talk
    if (talk.direction === OUT) {
      const source = findCuseemeSource(bytes, start, end, talk.client | 0)
      if (source >= 0) talk.set32(source, talk.wan)
      return
    }
    const destination = findCuseemeDestination(bytes, start, end, talk.wan | 0)
    if (destination >= 0 && !talk.set32(destination, talk.client)) return
    const listed = findCuseemeClient(bytes, start, end, talk.wan | 0)
    if (listed >= 0) talk.set32(listed, talk.client)
  },
}
