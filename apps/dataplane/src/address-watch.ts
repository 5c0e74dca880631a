/**
 * Hears from the kernel, in the packet thread itself, when an address goes: the way over the main thread takes tens of
 * milliseconds, and until then packets would leave with a source that is no longer ours.
 *
 * A routing netlink socket subscribed to IPv4 addresses, polled together with the TUNs. Only what concerns leaving with
 * a stale source is decided here; everything else about addresses comes with the next configuration. An event that is
 * lost (a full socket buffer) costs those milliseconds and nothing more.
 */
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const socket = libc.func('socket', 'int', ['int', 'int', 'int']) as (
  family: number,
  type: number,
  protocol: number,
) => number
const bind = libc.func('bind', 'int', ['int', 'void *', 'int']) as (
  fd: number,
  address: Uint8Array,
  length: number,
) => number
const receive = libc.func('read', 'int', ['int', 'void *', 'int']) as (
  fd: number,
  to: Uint8Array,
  length: number,
) => number

// sys/socket.h, linux/netlink.h, linux/rtnetlink.h, linux/if_addr.h
const AF_NETLINK = 16
const SOCK_RAW = 3
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const NETLINK_ROUTE = 0
const RTMGRP_IPV4_IFADDR = 0x10
const RTM_NEWADDR = 20
const RTM_DELADDR = 21
const HEADER = 16
const ADDRESS_HEADER = 8
const IFA_LOCAL = 2

const aligned = (length: number): number => (length + 3) & ~3

/** @param told is given every IPv4 address that came (true) or went (false), in order */
export function readAddressEvents(
  bytes: Uint8Array,
  length: number,
  told: (address: number, here: boolean) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  for (let at = 0; at + HEADER <= length; ) {
    const end = Math.min(length, at + Math.max(HEADER, view.getUint32(at, true)))
    const type = view.getUint16(at + 4, true)
    if (type === RTM_NEWADDR || type === RTM_DELADDR) {
      const address = localAddress(view, at + HEADER + ADDRESS_HEADER, end)
      if (address !== null) told(address, type === RTM_NEWADDR)
    }
    at = aligned(end)
  }
}

function localAddress(view: DataView, from: number, end: number): number | null {
  for (let at = from; at + 8 <= end; at += Math.max(4, aligned(view.getUint16(at, true))))
    if (view.getUint16(at + 2, true) === IFA_LOCAL) return view.getUint32(at + 4)
  return null
}

export class AddressWatch {
  readonly fd: number
  readonly #buffer = new Uint8Array(16_384)
  readonly #gone = new Set<number>()

  /** @throws when the kernel gives no such socket */
  constructor() {
    this.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE)
    const name = new Uint8Array(12)
    const view = new DataView(name.buffer)
    view.setUint16(0, AF_NETLINK, true)
    view.setUint32(8, RTMGRP_IPV4_IFADDR, true)
    if (this.fd < 0 || bind(this.fd, name, name.length) < 0)
      throw new Error('the kernel does not tell when addresses change: no routing netlink socket')
  }

  /** Takes in what happened since the last call. */
  read(): void {
    for (;;) {
      const length = receive(this.fd, this.#buffer, this.#buffer.length)
      if (length <= 0) return
      readAddressEvents(this.#buffer, length, (address, here) => {
        if (here) this.#gone.delete(address)
        else this.#gone.add(address)
      })
    }
  }

  /** @returns whether the address went and did not come back */
  isGone(address: number): boolean {
    return this.#gone.has(address)
  }
}
