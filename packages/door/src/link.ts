/**
 * Network devices of this network namespace, by ioctl: no child process, and right also where /sys shows another namespace.
 * struct ifreq: 16 bytes of name, then what is asked or told.
 */
import { closeFd, errno, errnoName, ioctl, setErrno, socket } from './system.ts'

// linux/sockios.h
const SIOCGIFFLAGS = 0x8913
const SIOCSIFFLAGS = 0x8914
const SIOCSIFMTU = 0x8922
const SIOCGIFHWADDR = 0x8927
const SIOCGIFINDEX = 0x8933
const SIOCSIFTXQLEN = 0x8943
const IFF_UP = 1
const IFF_RUNNING = 0x40
const AF_INET = 2
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const ARPHRD_ETHER = 1
const ARPHRD_SLIP = 256
/** The last of those that slattach makes: SLIP, CSLIP, both with 6 bits, adaptive. */
const ARPHRD_ADAPT = 264
const ETH_HLEN = 14
const VALUE = 16 // where the name ends

export interface Link {
  /** The kernel's index of the device; another one each time it is made anew. */
  index: number
  /** 6 bytes; zeroes without link header. */
  address: Uint8Array
  /** Bytes before the IP header: 14 on Ethernet and what looks like it (veth, bridge, Wi-Fi), 0 on ppp, SLIP and TUN. */
  linkHeader: number
  /** What the kernel wants of packets that are redirected to the device: it takes SLIP for something like Ethernet. */
  redirectHeader: number
}

/** @returns null where there is no such device */
export function findLink(name: string): Link | null {
  const request = ask(name, SIOCGIFINDEX)
  if (request === null) return null
  const index = request.getInt32(VALUE, true)
  const hardware = ask(name, SIOCGIFHWADDR)
  if (hardware === null) return null
  const type = hardware.getUint16(VALUE, true)
  const ethernet = type === ARPHRD_ETHER
  const slip = ARPHRD_SLIP <= type && type <= ARPHRD_ADAPT
  const address = new Uint8Array(6)
  if (ethernet) address.set(new Uint8Array(hardware.buffer, VALUE + 2, 6))
  const linkHeader = ethernet ? ETH_HLEN : 0
  return { index, address, linkHeader, redirectHeader: slip ? ETH_HLEN : linkHeader }
}

/** @throws Error naming the device that is missing */
export function requireLink(name: string): Link {
  const link = findLink(name)
  if (link === null) throw new Error(`there is no network device ${name}`)
  return link
}

export function setMtu(name: string, mtu: number): void {
  tell(name, SIOCSIFMTU, mtu, 'MTU')
}

export function setQueueLength(name: string, packets: number): void {
  tell(name, SIOCSIFTXQLEN, packets, 'queue length')
}

export function setUp(name: string): void {
  tell(name, SIOCSIFFLAGS, flagsOf(name) | IFF_UP, 'state “up”')
}

/** @returns whether the device is up, and whether packets given to it get anywhere */
export function stateOf(name: string): { up: boolean; running: boolean } {
  const flags = flagsOf(name)
  return { up: (flags & IFF_UP) !== 0, running: (flags & IFF_RUNNING) !== 0 }
}

function flagsOf(name: string): number {
  const flags = ask(name, SIOCGIFFLAGS)?.getUint16(VALUE, true)
  if (flags === undefined) throw new Error(`there is no network device ${name}`)
  return flags
}

function ask(name: string, request: number): DataView | null {
  const argument = argumentFor(name)
  return call(request, argument) < 0 ? null : new DataView(argument.buffer)
}

function tell(name: string, request: number, value: number, what: string): void {
  const argument = argumentFor(name)
  new DataView(argument.buffer).setInt32(VALUE, value, true)
  if (call(request, argument) < 0)
    throw new Error(`the ${what} of ${name} cannot be set to ${value}: ${errnoName(errno())}`)
}

function argumentFor(name: string): Uint8Array<ArrayBuffer> {
  const argument = new Uint8Array(40)
  new TextEncoder().encodeInto(name, argument.subarray(0, VALUE - 1))
  return argument
}

/** Any socket of the namespace will do; errno must outlive the close. */
function call(request: number, argument: Uint8Array): number {
  const fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
  if (fd < 0) return -1
  const result = ioctl(fd, request, argument)
  if (result >= 0) closeFd(fd)
  else {
    const code = errno()
    closeFd(fd)
    setErrno(code)
  }
  return result
}
