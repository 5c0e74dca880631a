/** Values of iptables options. */
import { LIMIT_PERIODS, LOG_LEVELS, placeOfDnsWord, type Rule } from '@bauta/config'
import { dottedAddress, plainAddress } from './addresses.ts'
import { type IcmpType, IPCHAINS_ICMP, icmpTypesNamed } from './icmp-types.ts'
import { numberIn, servicePort } from './lookup.ts'
import { wrong } from './problem.ts'

export interface PortRange {
  from: number
  to: number
}

export function portOf(text: string, protocol: number): number {
  const port = numberIn(text, 0, 65535) ?? servicePort(text, protocol)
  if (port === null) throw wrong(`invalid port/service \`${text}' specified`)
  return port
}

/** `80`, `1024:65535`, `:1023`, `1024:` */
export function portRangeOf(text: string, protocol: number, separator = ':'): PortRange {
  const at = text.indexOf(separator)
  if (at < 0) {
    const port = portOf(text, protocol)
    return { from: port, to: port }
  }
  const [low, high] = [text.slice(0, at), text.slice(at + 1)]
  const from = low === '' ? 0 : portOf(low, protocol)
  const to = high === '' ? 0xffff : portOf(high, protocol)
  if (from > to) throw wrong(`invalid portrange (min > max)`)
  return { from, to }
}

/** Type 255 is every type, whatever its code. */
const ANY_ICMP = 255
/** Beginnings of it count, too. */
const ANY: IcmpType = { name: 'any', type: ANY_ICMP, code: null, exact: false }

function anyIcmp(invert: boolean): null {
  if (invert) throw wrong('rule would never match protocol')
  return null
}

/** @returns null for every type */
export function icmpOf(text: string, invert: boolean): Rule['icmp'] {
  if (text.toLowerCase() === 'any') return anyIcmp(invert)
  const numbers = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text)
  if (numbers) {
    const type = numberIn(numbers[1]!, 0, 255)
    const code = numbers[2] === undefined ? null : numberIn(numbers[2], 0, 255)
    if (type === null) throw wrong(`Unknown ICMP type \`${text}'`)
    if (numbers[2] !== undefined && code === null) throw wrong(`Unknown ICMP code \`${text}'`)
    return type === ANY_ICMP ? anyIcmp(invert) : { type, code, invert }
  }
  const found = icmpTypesNamed(text, [...IPCHAINS_ICMP, ANY])
  const exact = found.find(({ name }) => name.toLowerCase() === text.toLowerCase())
  const [first, second] = exact ? [exact] : found
  if (second) throw wrong(`Ambiguous ICMP type \`${text}': \`${first!.name}' or \`${second.name}'?`)
  if (!first) throw wrong(`Unknown ICMP type \`${text}'`)
  if (first.type === ANY_ICMP) return anyIcmp(invert)
  return { type: first.type, code: first.code, invert }
}

const FLAG_BITS: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ALL: 63,
  NONE: 0,
}

export function tcpFlagsOf(text: string): number {
  return text.split(',').reduce((bits, name) => {
    const bit = Object.hasOwn(FLAG_BITS, name.toUpperCase()) ? FLAG_BITS[name.toUpperCase()]! : null
    if (bit === null) throw wrong(`Unknown TCP flag \`${name}'`)
    return bits | bit
  }, 0)
}

/** `0x10/0xff`, `4`, in decimal, octal or hex */
export function masked(
  text: string,
  most: number,
  what: string,
  option: string,
): { value: number; mask: number } {
  const found = valueAndMask(text, most)
  if (!found) throw wrong(`${what}: bad integer value for option "${option}", or out of range.`)
  return found
}

function valueAndMask(text: string, most: number): { value: number; mask: number } | null {
  const [left = '', right, ...more] = text.split('/')
  const value = wordOf(left, most)
  const mask = right === undefined ? most : wordOf(right, most)
  return value === null || mask === null || more.length > 0 ? null : { value, mask }
}

/** A TOS byte, with a mask or by its name, which is about the four bits of the TOS alone. */
export function tosOf(text: string): { value: number; mask: number } {
  const named = TOS_BYTES.get(text.toLowerCase())
  if (named !== undefined) return { value: named, mask: TOS_BITS }
  const found = valueAndMask(text, 255)
  if (!found)
    throw wrong(text.includes('/') ? `Illegal value: "${text}"` : `Symbolic name "${text}" is unknown`)
  return found
}

/** @returns a number in C's three writings */
export function wordOf(text: string, most: number): number | null {
  if (!/^(0[xX][0-9a-fA-F]{1,8}|0[0-7]{0,11}|[1-9]\d{0,9})$/.test(text)) return null
  const octal = /^0[0-7]+$/.test(text)
  const value = octal ? Number.parseInt(text, 8) : Number(text)
  return value <= most ? value : null
}

/** `3/minute`, and beginnings of the period: `3/m` is a minute, `3/s` a second. */
export function rateOf(text: string): { rate: number; per: (typeof LIMIT_PERIODS)[number] } {
  const [amount = '', period = 'second', ...more] = text.split('/')
  const rate = numberIn(amount, 1, 10_000)
  const per = LIMIT_PERIODS.find((name) => period !== '' && name.startsWith(period.toLowerCase()))
  if (per && more.length === 0 && numberIn(amount, 10_001, 0x7fffffff) !== null)
    throw wrong(`Rate too fast "${text}"`)
  if (rate === null || !per || more.length > 0) throw wrong(`bad rate "${text}"'`)
  return { rate, per }
}

export function logLevelOf(text: string): number {
  const number = numberIn(text, 0, 7)
  if (number !== null) return number
  const aliases = new Map([
    ['error', 'err'],
    ['warn', 'warning'],
    ['panic', 'emerg'],
  ])
  const wanted = aliases.get(text.toLowerCase()) ?? text.toLowerCase()
  const at = LOG_LEVELS.findIndex((name) => name.startsWith(wanted))
  if (at < 0 || wanted === '') throw wrong(`log level "${text}" unknown`)
  return at
}

export function macOf(text: string): string {
  if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(text)) throw wrong('Invalid MAC address specified.')
  return text
    .split(':')
    .map((byte) => byte.padStart(2, '0').toLowerCase())
    .join(':')
}

export interface NatTo {
  range: { from: string; to: string } | null
  ports: PortRange | null
}

/** `a`, `a-b`, `a:p`, `a-b:p-q`, and for DNAT `:p` */
export function natTo(text: string): NatTo {
  const colon = text.indexOf(':')
  const addresses = colon < 0 ? text : text.slice(0, colon)
  const ports = colon < 0 ? null : dashedPorts(text.slice(colon + 1))
  if (addresses === '') {
    if (!ports) throw wrong(`Bad IP address ""`)
    return { range: null, ports }
  }
  // A word of this box for what the line has at the moment, as @wan is one for an interface.
  if (placeOfDnsWord(addresses) >= 0) return { range: { from: addresses, to: addresses }, ports }
  const [low = '', high] = addresses.split('-')
  const from = plainAddress(low)
  const to = high === undefined ? from : plainAddress(high)
  if (from === null || to === null || addresses.split('-').length > 2)
    throw wrong(`Bad IP address "${from === null ? low : high}"`)
  if (dottedAddress(from)! > dottedAddress(to)!) throw wrong(`Bad IP range "${addresses}"`)
  return { range: { from, to }, ports }
}

export function dashedPorts(text: string): PortRange {
  const [low = '', high] = text.split('-')
  const from = numberIn(low, 1, 65535)
  const to = high === undefined ? from : numberIn(high, 1, 65535)
  if (from === null || to === null || text.split('-').length > 2) throw wrong(`Port \`${text}' not valid`)
  if (from > to) throw wrong(`Port range \`${high}' funky`)
  return { from, to }
}

/** Mask of the four bits. */
export const TOS_BITS = 0x3f
/** Named values of -m tos and -j TOS. */
export const TOS_BYTES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'minimize-delay': 0x10,
    'maximize-throughput': 0x08,
    'maximize-reliability': 0x04,
    'minimize-cost': 0x02,
    'normal-service': 0x00,
  }),
)

const DSCP_CLASSES: Readonly<Record<string, number>> = {
  be: 0,
  ef: 46,
  ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`cs${i}`, i * 8])),
  ...Object.fromEntries([1, 2, 3, 4].flatMap((c) => [1, 2, 3].map((d) => [`af${c}${d}`, c * 8 + d * 2]))),
}

export function dscpClass(text: string): number {
  const key = text.toLowerCase()
  if (!Object.hasOwn(DSCP_CLASSES, key)) throw wrong(`Invalid DSCP value \`${text}'`)
  return DSCP_CLASSES[key]!
}
