/**
 * ICQ (versions 2 to 5): with its login a client tells its address and the TCP port at which other people may reach it. Both
 * become the box's, and whoever comes there is led to it as long as it is logged in: for messages, chat and files between two.
 */
import { OUT } from '../key-index.ts'
import { type Helper, READS } from './helper.ts'
import { IcqLogin } from './icq-login.ts'

/** Four hours, as the module for 2.2 had it; a client says that it is there every two minutes, and with it ends its login. */
const SECONDS = 14_400
const login = new IcqLogin()

export const icq: Helper = {
  name: 'icq',
  reads: READS.out,
  read(talk) {
    const { bytes, start, end, client, wan } = talk
    if (talk.direction !== OUT || talk.fromOutside) return
    if (!login.read(bytes, start, end) || !login.saysAddress(client | 0)) return
    const expectation = talk.expectation()
    expectation.protocol = 6
    expectation.nearPort = login.port
    expectation.far = 0
    expectation.permanent = true
    expectation.seconds = SECONDS
    const port = login.port === 0 ? 0 : talk.expect(expectation)
    if (port >= 0) talk.replace(start, end - start, login.write(wan | 0, port, client | 0))
  },
}
