/**
 * DHCP clients of our own (RFC 2131), as many as a test wants on one device: each has a hardware address, and may be honest or not.
 * Frames go out and come in through one packet socket, so none of them needs an address or a device of its own.
 */
import { readFileSync } from 'node:fs'
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const openSocket = libc.func('int socket(int, int, int)')
const closeSocket = libc.func('int close(int)')
const bind = libc.func('int bind(int, void *, int)')
const sendto = libc.func('long sendto(int, void *, unsigned long, int, void *, int)')
const receive = libc.func('long recv(int, void *, unsigned long, int)')

const AF_PACKET = 17
const SOCK_RAW = 3
const SOCK_NONBLOCK = 0o4000
const ETH_P_IP = 0x0800
const DISCOVER = 1
const OFFER = 2
const REQUEST = 3
const DECLINE = 4
const ACK = 5
const NAK = 6
const RELEASE = 7
const LOOK_MS = 5
const BROADCAST = 'ff:ff:ff:ff:ff:ff'

export interface Granted {
  mac: string
  address: string
  server: string
  leaseSeconds: number
  router: string | null
  dnsServers: string[]
  ntpServers: string[]
  domain: string | null
}

interface Message {
  type: number
  xid: number
  mac: string
  address: string
  options: Map<number, Buffer>
}

/** Hardware address number n; `family` keeps sets apart. */
export const macOf = (n: number, family = 0xaa): string =>
  ['02', family, 0, (n >> 16) & 255, (n >> 8) & 255, n & 255]
    .map((byte) => (typeof byte === 'string' ? byte : byte.toString(16).padStart(2, '0')))
    .join(':')

export class DhcpWire {
  readonly #fd: number
  readonly #to: Buffer
  readonly #buffer = new Uint8Array(2048)
  readonly #waiting = new Map<number, (message: Message) => void>()
  readonly #looking: NodeJS.Timeout
  #xid = 1 + Math.floor(Math.random() * 0x7fff_0000)
  sent = 0

  constructor(device: string) {
    this.#fd = openSocket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0)
    this.#to = Buffer.alloc(20)
    this.#to.writeUInt16LE(AF_PACKET, 0)
    this.#to.writeUInt16BE(ETH_P_IP, 2)
    this.#to.writeInt32LE(Number(readFileSync(`/sys/class/net/${device}/ifindex`, 'utf8')), 4)
    if (this.#fd < 0 || bind(this.#fd, this.#to, this.#to.length) < 0)
      throw new Error(`no packet socket on ${device}`)
    this.#looking = setInterval(() => this.#look(), LOOK_MS)
  }

  close(): void {
    clearInterval(this.#looking)
    closeSocket(this.#fd)
  }

  /** DISCOVER, OFFER, REQUEST, ACK. @returns null when the server gives nothing */
  async obtain(mac: string, { hostname = '', waitMs = 6000, tries = 3 } = {}): Promise<Granted | null> {
    for (let i = 0; i < tries; i++) {
      const offer = await this.#ask(mac, DISCOVER, [...named(hostname)], waitMs, [OFFER])
      if (!offer) continue
      const answer = await this.request(mac, offer.address, {
        server: addressIn(offer.options.get(54)),
        hostname,
        waitMs,
      })
      if (answer) return answer
    }
    return null
  }

  /** REQUEST as after a reboot of the client, or of what was offered. @returns null for no answer or a refusal */
  async request(
    mac: string,
    address: string,
    {
      server = null,
      hostname = '',
      waitMs = 3000,
    }: { server?: string | null; hostname?: string; waitMs?: number } = {},
  ): Promise<Granted | null> {
    const options = [
      ...[50, 4, ...bytes(address)],
      ...(server ? [54, 4, ...bytes(server)] : []),
      ...named(hostname),
    ]
    const answer = await this.#ask(mac, REQUEST, options, waitMs, [ACK, NAK])
    return answer?.type === ACK ? granted(answer) : null
  }

  /** Says in somebody's name that the address is not wanted any more, or is taken. */
  tell(what: 'release' | 'decline', mac: string, address: string, server: string): void {
    const options = [54, 4, ...bytes(server), ...(what === 'decline' ? [50, 4, ...bytes(address)] : [])]
    const type = what === 'release' ? RELEASE : DECLINE
    this.#send(mac, type, options, this.#xid++, what === 'release' ? address : '0.0.0.0')
  }

  /** One DISCOVER of a machine that does not exist, and the REQUEST for whatever is offered. */
  async #ask(
    mac: string,
    type: number,
    options: number[],
    waitMs: number,
    wanted: number[],
  ): Promise<Message | null> {
    const xid = this.#xid++
    return new Promise((resolve) => {
      const give = (message: Message | null) => {
        clearTimeout(timer)
        clearInterval(again)
        this.#waiting.delete(xid)
        resolve(message)
      }
      const timer = setTimeout(() => give(null), waitMs)
      const again = setInterval(() => this.#send(mac, type, options, xid), 2000)
      this.#waiting.set(xid, (message) => {
        if (message.mac === mac && wanted.includes(message.type)) give(message)
      })
      this.#send(mac, type, options, xid)
    })
  }

  #send(mac: string, type: number, options: number[], xid: number, ciaddr = '0.0.0.0'): void {
    const frame = frameOf(mac, type, options, xid, ciaddr)
    sendto(this.#fd, frame, frame.length, 0, this.#to, this.#to.length)
    this.sent++
  }

  #look(): void {
    for (;;) {
      const length = Number(receive(this.#fd, this.#buffer, this.#buffer.length, 0))
      if (length <= 0) return
      const message = parse(Buffer.from(this.#buffer.subarray(0, length)))
      if (message) this.#waiting.get(message.xid)?.(message)
    }
  }
}

const named = (hostname: string): number[] =>
  hostname === '' ? [] : [12, hostname.length, ...Buffer.from(hostname)]
const bytes = (address: string): number[] => address.split('.').map(Number)
const macBytes = (mac: string): number[] => mac.split(':').map((pair) => Number.parseInt(pair, 16))
const addressIn = (value: Buffer | undefined): string | null => (value ? [...value].join('.') : null)

function frameOf(mac: string, type: number, options: number[], xid: number, ciaddr: string): Buffer {
  const dhcp = Buffer.alloc(300)
  dhcp.set([1, 1, 6, 0])
  dhcp.writeUInt32BE(xid, 4)
  // an answer by broadcast: this client has no ARP
  dhcp.writeUInt16BE(0x8000, 10)
  dhcp.set(bytes(ciaddr), 12)
  dhcp.set(macBytes(mac), 28)
  dhcp.writeUInt32BE(0x63825363, 236)
  dhcp.set([53, 1, type, 61, 7, 1, ...macBytes(mac), 55, 6, 1, 3, 6, 15, 42, 51, ...options, 255], 240)
  const ip = Buffer.alloc(28)
  ip.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17])
  ip.writeUInt16BE(28 + dhcp.length, 2)
  ip.set(bytes(ciaddr), 12)
  ip.set([255, 255, 255, 255], 16)
  ip.writeUInt16BE(checksum(ip.subarray(0, 20)), 10)
  ip.writeUInt16BE(68, 20)
  ip.writeUInt16BE(67, 22)
  ip.writeUInt16BE(8 + dhcp.length, 24)
  return Buffer.concat([Buffer.from([...macBytes(BROADCAST), ...macBytes(mac), 8, 0]), ip, dhcp])
}

function checksum(header: Buffer): number {
  let sum = 0
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function parse(frame: Buffer): Message | null {
  const ip = frame.subarray(14)
  if (ip.length < 28 + 240 || ip[9] !== 17 || ip.readUInt16BE(22) !== 68) return null
  const dhcp = ip.subarray(28)
  const options = new Map<number, Buffer>()
  for (let at = 240; at < dhcp.length && dhcp[at] !== 255; ) {
    if (dhcp[at] === 0) at++
    else {
      const length = dhcp[at + 1] ?? 0
      options.set(dhcp[at]!, dhcp.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
  }
  const mac = [...dhcp.subarray(28, 34)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
  const address = [...dhcp.subarray(16, 20)].join('.')
  return { type: options.get(53)?.[0] ?? 0, xid: dhcp.readUInt32BE(4), mac, address, options }
}

function granted({ mac, address, options }: Message): Granted {
  const list = (value: Buffer | undefined): string[] =>
    value
      ? Array.from({ length: value.length / 4 }, (_, i) => [...value.subarray(4 * i, 4 * i + 4)].join('.'))
      : []
  return {
    mac,
    address,
    server: addressIn(options.get(54)) ?? '',
    leaseSeconds: options.get(51)?.readUInt32BE(0) ?? 0,
    router: list(options.get(3))[0] ?? null,
    dnsServers: list(options.get(6)),
    ntpServers: list(options.get(42)),
    domain: options.get(15)?.toString() ?? null,
  }
}
