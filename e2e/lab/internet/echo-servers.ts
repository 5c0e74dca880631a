/** Echo (RFC 862), discard (RFC 863), and whoami: each peer is told the address and port that it is seen with. */
import dgram from 'node:dgram'
import net from 'node:net'

const quiet = (socket: net.Socket) => socket.on('error', () => socket.destroy())

export const tcpEcho = (): net.Server =>
  net.createServer({ allowHalfOpen: true }, (socket) => void quiet(socket).pipe(socket))

export const tcpDiscard = (): net.Server => net.createServer((socket) => void quiet(socket).resume())

/** Says who the peer is, once at the beginning and again for every line. */
export const tcpWhoami = (): net.Server =>
  net.createServer((socket) => {
    const line = `${socket.remoteAddress} ${socket.remotePort}\n`
    quiet(socket).write(line)
    socket.on('data', () => socket.write(line))
  })

export const udpEcho = (): dgram.Socket => answering((message) => message)

export const udpWhoami = (): dgram.Socket =>
  answering((_, peer) => Buffer.from(`${peer.address} ${peer.port}\n`))

export const udpDiscard = (): dgram.Socket => dgram.createSocket('udp4')

function answering(reply: (message: Buffer, peer: dgram.RemoteInfo) => Buffer): dgram.Socket {
  const socket = dgram.createSocket('udp4')
  // Without a listener, an ICMP error about an answer would end the process.
  socket.on('error', () => {})
  socket.on('message', (message, peer) => socket.send(reply(message, peer), peer.port, peer.address))
  return socket
}
