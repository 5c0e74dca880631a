/** Frames of any shape onto a device, right or wrong: a packet socket (packet(7)) through koffi. */
import { readFileSync } from 'node:fs'
import koffi from 'koffi'

const AF_PACKET = 17
const SOCK_RAW = 3
const SOCKADDR_LL_BYTES = 20

const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int, int, int)')
const close = libc.func('int close(int)')
const sendto = libc.func('long sendto(int, void *, unsigned long, int, void *, int)')

/** @returns how many frames the kernel took */
export function sendFrames(device: string, frames: readonly string[]): number {
  // protocol 0: this socket never receives
  const fd = socket(AF_PACKET, SOCK_RAW, 0)
  if (fd < 0) throw new Error('no packet socket to be had: CAP_NET_RAW is needed')
  const address = Buffer.alloc(SOCKADDR_LL_BYTES)
  address.writeUInt16LE(AF_PACKET, 0)
  address.writeUInt16BE(0x0800, 2)
  address.writeInt32LE(Number(readFileSync(`/sys/class/net/${device}/ifindex`, 'utf8')), 4)
  let sent = 0
  for (const hex of frames) {
    const frame = Buffer.from(hex, 'hex')
    if (sendto(fd, frame, frame.length, 0, address, address.length) === frame.length) sent++
  }
  close(fd)
  return sent
}
