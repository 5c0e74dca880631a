/**
 * The real device: /dev/net/tun in layer-3 mode with virtio-net headers, so that one read hands over a 64 KB TCP super-packet
 * whole, its checksum still undone, and one write gives it back the same way (facts: GSO is what makes a user-space router fast).
 *
 * How much the kernel may leave undone is found out, not assumed. USO (UDP super-packets) exists since Linux 6.2; and some
 * stable kernels of 2024 refuse to take back the very super-packets they gave (EINVAL). So the first open of a process makes a
 * nameless device that never goes up and writes super-packets into it: a sound kernel checks the header first and then answers
 * "down" (EIO); a faulty one says EINVAL, and offload is reduced until everything that can be read can also be written.
 */
import type { Device } from './device.ts'
import { VNET_HEADER } from './device.ts'
import {
  closeFd,
  EACCES,
  EAGAIN,
  EBUSY,
  EINTR,
  EINVAL,
  ENODEV,
  ENOENT,
  EPERM,
  errno,
  errnoName,
  ioctlNumber,
  ioctlPointer,
  openDevice,
  readFd,
  writeFd,
} from './libc.ts'

// fcntl.h
const O_RDWR = 2
const O_NONBLOCK = 0o4000
const O_CLOEXEC = 0o2000000
// linux/if_tun.h
const TUNSETIFF = 0x400454ca
const TUNSETPERSIST = 0x400454cb
const TUNSETOFFLOAD = 0x400454d0
const TUNGETIFF = 0x800454d2
const TUNSETVNETHDRSZ = 0x400454d8
const IFF_TUN = 0x0001
const IFF_NO_PI = 0x1000
const IFF_VNET_HDR = 0x4000
/** TUN_F_*: checksums left undone, super-packets of TCP and of UDP. */
export const TUN_OFFLOAD = { csum: 0x01, tso: 0x02 | 0x04, uso: 0x20 | 0x40 } as const
const { csum: CSUM, tso: TSO, uso: USO } = TUN_OFFLOAD
/** From most to least; the first that the kernel accepts and that survives the probe is used. */
const OFFLOADS = [CSUM | TSO | USO, CSUM | TSO, CSUM, 0] as const

const NAME_LIMIT = 15 // IFNAMSIZ - 1

export interface TunOptions {
  /** The device outlives the process; packets are lost while nobody holds it. */
  persist?: boolean
  /** The device open already; another one is opened where this is not it. */
  fd?: number
  /** What tunOffload() has found since this machine started; found out where it is not given. */
  offload?: number
}

/**
 * Makes the TUN device, or takes over a persistent one of that name. It starts down, without address.
 * @throws Error with a sentence that says what is missing and what to do
 */
export function openTun(name: string, { persist = false, offload, fd = -1 }: TunOptions = {}): Device {
  if (name.length === 0 || name.length > NAME_LIMIT)
    throw new Error(`“${name}” cannot name a network device: 1 to ${NAME_LIMIT} characters are needed`)
  const device = isOpen(fd, name) ? new TunDevice(name, fd) : attach(name)
  try {
    demand(ioctlNumber(device.fd, TUNSETOFFLOAD, offload ?? tunOffload()), `setting the offload of ${name}`)
    demand(ioctlNumber(device.fd, TUNSETPERSIST, persist ? 1 : 0), `making ${name} persistent`)
  } catch (error) {
    device.close()
    throw error
  }
  return device
}

let offloads: number | undefined

/**
 * What this machine's TUN devices carry whole: bits of TUN_OFFLOAD. The first call takes some 20 ms, as long as the kernel needs to take the
 * nameless device away.
 */
export function tunOffload(): number {
  offloads ??= probeOffloads()
  return offloads
}

function probeOffloads(): number {
  const device = attach('bauta-probe%d')
  try {
    for (const wanted of OFFLOADS) {
      if (ioctlNumber(device.fd, TUNSETOFFLOAD, wanted) < 0) continue
      if (wanted & TSO && !takesBack(device, superPacket(6))) continue
      if (wanted & USO && !takesBack(device, superPacket(17))) continue
      return wanted
    }
    return 0
  } finally {
    device.close()
  }
}

/** A device that is down refuses every packet, but only after it understood the header. */
function takesBack(device: Device, frame: Uint8Array): boolean {
  return device.write(frame, frame.length) !== -EINVAL
}

/** Two segments of 100 bytes in one packet, from and to nowhere: 192.0.2.1 to 192.0.2.2 (RFC 5737). */
function superPacket(protocol: 6 | 17): Uint8Array {
  const l4Length = protocol === 6 ? 20 : 8
  const length = 20 + l4Length + 200
  const frame = new Uint8Array(VNET_HEADER + length)
  const view = new DataView(frame.buffer)
  // linux/virtio_net.h: NEEDS_CSUM; GSO_TCPV4 is 1, GSO_UDP_L4 is 5; the rest in the machine's byte order, which is little
  frame[0] = 1
  frame[1] = protocol === 6 ? 1 : 5
  view.setUint16(2, 20 + l4Length, true)
  view.setUint16(4, 100, true)
  view.setUint16(6, 20, true)
  view.setUint16(8, protocol === 6 ? 16 : 6, true)
  frame.set([0x45, 0, length >> 8, length & 255, 0, 0, 0x40, 0, 64, protocol], VNET_HEADER)
  frame.set([192, 0, 2, 1, 192, 0, 2, 2], VNET_HEADER + 12)
  const l4 = VNET_HEADER + 20
  view.setUint16(l4, 9)
  view.setUint16(l4 + 2, 9)
  if (protocol === 6) frame.set([0x50, 0x10], l4 + 12)
  else view.setUint16(l4 + 4, 208)
  return frame
}

/** Whether it holds the device that has this name now: one that was taken away leaves whoever holds it with nothing. */
function isOpen(fd: number, name: string): boolean {
  const request = new Uint8Array(40) // struct ifreq
  if (fd < 0 || ioctlPointer(fd, TUNGETIFF, request) < 0) return false
  return new TextDecoder().decode(request.subarray(0, 16)).replace(/\0.*/s, '') === name
}

function attach(name: string): TunDevice {
  const fd = openDevice('/dev/net/tun', O_RDWR | O_NONBLOCK | O_CLOEXEC)
  if (fd < 0) throw new Error(whyNotOpened(errno()))
  const request = new Uint8Array(40) // struct ifreq
  new TextEncoder().encodeInto(name, request)
  new DataView(request.buffer).setUint16(16, IFF_TUN | IFF_NO_PI | IFF_VNET_HDR, true)
  if (ioctlPointer(fd, TUNSETIFF, request) < 0) {
    const reason = whyNotMade(name, errno())
    closeFd(fd)
    throw new Error(reason)
  }
  // A persistent device keeps the header size of its last holder.
  const size = new Int32Array([VNET_HEADER])
  if (ioctlPointer(fd, TUNSETVNETHDRSZ, size) < 0) {
    const reason = `the header size of ${name} cannot be set: ${errnoName(errno())}`
    closeFd(fd)
    throw new Error(reason)
  }
  return new TunDevice(name, fd)
}

function whyNotOpened(code: number): string {
  if (code === ENOENT || code === ENODEV)
    return 'there is no /dev/net/tun: load the kernel module with “modprobe tun”, or give the container the device'
  if (code === EPERM || code === EACCES)
    return 'no permission to open /dev/net/tun: the dataplane needs root (CAP_NET_ADMIN)'
  return `/dev/net/tun cannot be opened: ${errnoName(code)}`
}

function whyNotMade(name: string, code: number): string {
  if (code === EBUSY)
    return `the TUN device ${name} is held by another process: is a dataplane running already?`
  if (code === EPERM || code === EACCES)
    return `no permission to make the TUN device ${name}: the dataplane needs CAP_NET_ADMIN in its network namespace`
  if (code === EINVAL)
    return `${name} exists already and is no TUN device of ours: remove it with “ip link del ${name}” or choose another name`
  return `the TUN device ${name} cannot be made: ${errnoName(code)}`
}

function demand(result: number, what: string): void {
  if (result < 0) throw new Error(`${what} failed: ${errnoName(errno())}`)
}

class TunDevice implements Device {
  readonly name: string
  fd: number

  constructor(name: string, fd: number) {
    this.name = name
    this.fd = fd
  }

  read(buffer: Uint8Array): number {
    const bytes = readFd(this.fd, buffer, buffer.length)
    if (bytes > 0) return bytes
    const code = errno()
    return code === EAGAIN || code === EINTR ? 0 : -1
  }

  write(buffer: Uint8Array, length: number): number {
    const bytes = writeFd(this.fd, buffer, length)
    return bytes < 0 ? -errno() : bytes
  }

  close(): void {
    if (this.fd >= 0) closeFd(this.fd)
    this.fd = -1
  }
}
