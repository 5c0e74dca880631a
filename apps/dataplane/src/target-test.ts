/** Does the machine of a forward answer? Asked from the box, as a forwarded packet would reach it. */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import type { ForwardTest, ForwardTestReply } from '@bauta/control/schemas'

/** A machine in the same house answers within milliseconds; three seconds let a sleeping disk or a retransmission pass. */
const PATIENCE_MS = 3000
/** How long a machine has to say that nobody listens there (ICMP 3/3). */
const UDP_PATIENCE_MS = 1500

const REFUSED = 'ECONNREFUSED'

export function testTarget({ protocol, address, port }: ForwardTest): Promise<ForwardTestReply> {
  return protocol === 'tcp' ? testTcp(address, port) : testUdp(address, port)
}

function testTcp(host: string, port: number): Promise<ForwardTestReply> {
  const where = `${host} port ${port}`
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS })
    const end = (result: ForwardTestReply['result'], text: string) => {
      socket.destroy()
      resolve({ result, text })
    }
    socket.once('connect', () => end('answers', `${where} answers.`))
    socket.once('timeout', () =>
      end(
        'silent',
        `${where} does not answer: the machine is off, has another address, or its own firewall is in the way.`,
      ),
    )
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === REFUSED)
        end('refused', `${host} is there, but no program listens on TCP port ${port}.`)
      else end('silent', `${host} cannot be reached: ${error.message}`)
    })
  })
}

/** UDP answers only who speaks its language: silence may mean either, only a refusal is certain. */
function testUdp(host: string, port: number): Promise<ForwardTestReply> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const end = (result: ForwardTestReply['result'], text: string) => {
      clearTimeout(timer)
      socket.close()
      resolve({ result, text })
    }
    const timer = setTimeout(
      () =>
        end('unknown', `Nothing speaks against it: UDP programs mostly answer only what they understand.`),
      UDP_PATIENCE_MS,
    )
    socket.once('message', () => end('answers', `${host} port ${port} answers.`))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === REFUSED)
        end('refused', `${host} is there, but no program listens on UDP port ${port}.`)
      else end('silent', `${host} cannot be reached: ${error.message}`)
    })
    socket.connect(port, host, () => socket.send(''))
  })
}
