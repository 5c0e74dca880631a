/** What a rule can look at. A match that is null (or an empty list) matches everything; `invert` turns it round, as `!` does. */
import { z } from 'zod'
import { parseNetwork } from './address.ts'

const whole = (low: number, high: number, message: string) =>
  z.int(message).min(low, message).max(high, message)

const network = z.string().superRefine((text, context) => {
  const parsed = parseNetwork(text)
  if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed })
})
const invert = z.boolean()
const port = z.int('a port is a whole number').min(0).max(65535, 'the highest port is 65535')
const endsAfterItBegins = (range: { from: number; to: number }) => range.from <= range.to
const ENDS_EARLY = { path: ['to'], message: 'the range ends before it begins' }

/** Inclusive. */
export const portRange = z.strictObject({ from: port, to: port }).refine(endsAfterItBegins, ENDS_EARLY)
export type PortRange = z.infer<typeof portRange>

export const addressMatch = z.strictObject({ network, invert })
/** IP protocol number; 1 ICMP, 6 TCP, 17 UDP */
export const protocolMatch = z.strictObject({
  number: whole(1, 255, 'a protocol is a number from 1 to 255'),
  invert,
})
/** Inclusive. */
export const portMatch = z
  .strictObject({ from: port, to: port, invert })
  .refine(endsAfterItBegins, ENDS_EARLY)

/** XT_MULTI_PORTS: fifteen ports; a range counts as two of them in iptables, as one here. */
const MULTIPORT_RANGES = 15
export const multiportMatch = z.strictObject({
  /** `either`: the source port or the destination port is in the list. */
  side: z.enum(['source', 'destination', 'either']),
  ranges: z
    .array(portRange)
    .min(1, 'name at least one port')
    .max(MULTIPORT_RANGES, `at most ${MULTIPORT_RANGES} ports or ranges in one list`),
  invert,
})

const ICMP_RANGE = 'an ICMP type or code is a number from 0 to 255'
export const icmpMatch = z.strictObject({
  type: whole(0, 255, ICMP_RANGE),
  /** Null: every code of the type. */
  code: whole(0, 255, ICMP_RANGE).nullable(),
  invert: invert.default(false),
})

/** `lan0`; `ppp+` for every name that begins with ppp; `@lan` and `@wan` for every interface of that role. */
export const interfaceMatch = z.strictObject({
  name: z
    .string()
    .regex(
      /^(@lan|@wan|[A-Za-z0-9][A-Za-z0-9_.:-]{0,14}\+?)$/,
      'write a device name (lan0), a prefix (ppp+), @lan or @wan',
    ),
  invert,
})

/** Second and further fragments (`-f`); they carry no ports. */
export const fragmentMatch = z.strictObject({ invert })
/** Of the flags in `mask` exactly those in `set` are on; bits as in the TCP header (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32). */
export const tcpFlagsMatch = z.strictObject({
  mask: z.int().min(1).max(63),
  set: z.int().min(0).max(63),
  invert,
})

export const CONNECTION_STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID'] as const
export type ConnectionStateName = (typeof CONNECTION_STATES)[number]
export const statesMatch = z.strictObject({
  list: z
    .array(z.enum(CONNECTION_STATES))
    .min(1, 'name at least one state')
    .refine((list) => new Set(list).size === list.length, 'a state is named twice'),
  invert,
})

const BYTE = 'a TOS byte is a number from 0 to 255'
/** `tos & mask` is `value`. */
export const tosMatch = z
  .strictObject({ value: whole(0, 255, BYTE), mask: whole(0, 255, BYTE), invert })
  .refine(({ value, mask }) => (value & ~mask) === 0, {
    path: ['value'],
    message: 'the value has bits outside its mask: this could never match',
  })

const WORD = 'a mark is a number from 0 to 4294967295 (0xffffffff)'
export const markWord = whole(0, 0xffffffff, WORD)
/** `mark & mask` is `value`. */
export const markMatch = z
  .strictObject({ value: markWord, mask: markWord, invert })
  .refine(({ value, mask }) => (value & ~mask) === 0, {
    path: ['value'],
    message: 'the value has bits outside its mask: this could never match',
  })

/** The address of the card that the neighbour table knows for the packet's source address. */
export const macMatch = z.strictObject({
  address: z
    .string()
    .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'write a MAC address as 00:11:22:aa:bb:cc, in small letters'),
  invert,
})

export const LIMIT_PERIODS = ['second', 'minute', 'hour', 'day'] as const
/** A bucket of `burst` packets that fills again at `rate` per period; the match holds while it is not empty. */
export const limitMatch = z.strictObject({
  rate: whole(1, 10_000, 'a rate is a number from 1 to 10000'),
  per: z.enum(LIMIT_PERIODS),
  burst: whole(1, 10_000, 'a burst is a number from 1 to 10000'),
})

const LENGTH = 'a packet’s length is a number from 0 to 65535'
/** IP total length. */
export const lengthMatch = z
  .strictObject({ from: whole(0, 65535, LENGTH), to: whole(0, 65535, LENGTH), invert })
  .refine(endsAfterItBegins, ENDS_EARLY)
