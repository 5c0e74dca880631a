/** A packet socket (packet(7)) on one device: whole frames out and in, beside whatever the kernel does with them. */
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
type Call<A extends unknown[]> = (...args: A) => number
const socket: Call<[number, number, number]> = libc.func('socket', 'int', ['int', 'int', 'int'])
const bind: Call<[number, Uint8Array, number]> = libc.func('bind', 'int', ['int', 'void *', 'int'])
const send: Call<[number, Uint8Array, number]> = libc.func('write', 'int', ['int', 'void *', 'int'])
const receive: Call<[number, Uint8Array, number]> = libc.func('read', 'int', ['int', 'void *', 'int'])
const close: Call<[number]> = libc.func('close', 'int', ['int'])

// sys/socket.h, linux/if_packet.h, linux/if_ether.h
const AF_PACKET = 17
const SOCK_RAW = 3
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const ETH_P_ALL = 3
const SOCKADDR_LL = 20

export interface PacketSocket {
  send: (frame: Uint8Array) => boolean
  /** @returns the next frame that came, valid until the next call, or null */
  receive: () => Uint8Array | null
  close: () => void
}

/**
 * @param protocol Ethernet's type of the frames that are wanted; all, where none is named
 * @throws when the kernel gives no such socket
 */
export function openPacketSocket(ifindex: number, protocol = ETH_P_ALL): PacketSocket {
  const fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
  if (fd < 0) throw new Error('no packet socket to be had: CAP_NET_RAW is needed')
  const name = new Uint8Array(SOCKADDR_LL)
  const view = new DataView(name.buffer)
  view.setUint16(0, AF_PACKET, true)
  view.setUint16(2, protocol)
  view.setInt32(4, ifindex, true)
  if (bind(fd, name, name.length) < 0) {
    close(fd)
    throw new Error('the packet socket could not be bound to its device')
  }
  const buffer = new Uint8Array(2048)
  return {
    send: (frame) => send(fd, frame, frame.length) === frame.length,
    receive: () => {
      const length = receive(fd, buffer, buffer.length)
      return length > 0 ? buffer.subarray(0, length) : null
    },
    close: () => void close(fd),
  }
}
