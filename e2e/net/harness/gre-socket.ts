/** GRE of PPTP from a program: a raw socket (raw(7)) through koffi. Packets of version 1, with a key, carrying PPP (RFC 2637 §4.1). */
import koffi from 'koffi'

const AF_INET = 2
const SOCK_RAW = 3
const GRE = 47
const MSG_DONTWAIT = 0x40
const HEADER = 12
const EVERY_MS = 5

const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int, int, int)')
const sendto = libc.func('long sendto(int, void *, unsigned long, int, void *, int)')
const recv = libc.func('long recv(int, void *, unsigned long, int)')

export interface GreSocket {
  /** @param call the receiver's number of it */
  send(to: string, call: number, text: string): void
}

/** @param hear is told of every packet of PPTP that comes to this host */
export function openGre(hear: (from: string, call: number, text: string) => void): GreSocket {
  const fd = socket(AF_INET, SOCK_RAW, GRE)
  if (fd < 0) throw new Error('no raw socket to be had: CAP_NET_RAW is needed')
  const packet = Buffer.alloc(2048)
  setInterval(() => {
    for (let length = take(); length > 0; length = take()) {
      const at = (packet[0]! & 15) * 4
      if (packet.readUInt32BE(at) !== 0x3001880b) continue
      const from = [...packet.subarray(12, 16)].join('.')
      const size = packet.readUInt16BE(at + 4)
      hear(from, packet.readUInt16BE(at + 6), packet.toString('latin1', at + HEADER, at + HEADER + size))
    }
  }, EVERY_MS)
  const take = (): number => recv(fd, packet, packet.length, MSG_DONTWAIT)
  return {
    send(to, call, text) {
      const gre = Buffer.alloc(HEADER + text.length)
      gre.writeUInt32BE(0x3001880b, 0)
      gre.writeUInt16BE(text.length, 4)
      gre.writeUInt16BE(call, 6)
      gre.write(text, HEADER, 'latin1')
      const address = Buffer.alloc(16)
      address.writeUInt16LE(AF_INET, 0)
      address.set(to.split('.').map(Number), 4)
      if (sendto(fd, gre, gre.length, 0, address, address.length) < 0) throw new Error(`GRE to ${to} failed`)
    },
  }
}
