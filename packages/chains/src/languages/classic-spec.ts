/**
 * One rule as the kernel of 2.2 had it, read from the words of ipchains or ipfwadm. An option is known by its letter here;
 * `1` is the source port (of ICMP: the type), `2` the destination port (of ICMP: the code).
 */
import { hostNetworks } from './addresses.ts'
import { icmpTypesNamed } from './icmp-types.ts'
import { type Lookup, numberIn, protocolNumber, servicePort } from './lookup.ts'
import { wrong } from './problem.ts'

/** As written. */
export interface RawMatches {
  source: string | null
  destination: string | null
  sourcePorts: string | null
  destinationPorts: string | null
  protocol: number
  target: string
  device: string
  mark: string | null
  tos: readonly [and: number, xor: number] | null
  syn: boolean
  fragment: boolean
  log: boolean
  inverted: Set<string>
}

export const emptyMatches = (): RawMatches => ({
  source: null,
  destination: null,
  sourcePorts: null,
  destinationPorts: null,
  protocol: 0,
  target: '',
  device: '',
  mark: null,
  tos: null,
  syn: false,
  fragment: false,
  log: false,
  inverted: new Set(),
})

/** Options whose value may follow a `!`. */
export const MATCH_OPTIONS: readonly string[] = ['p', 's', 'd', 'i', '1', '2']

export interface Range {
  readonly from: number
  readonly to: number
}
export const EVERY_PORT: Range = { from: 0, to: 0xffff }

export interface ClassicSpec {
  readonly source: string
  readonly destination: string
  /** 0 for all */
  readonly protocol: number
  readonly sourcePorts: Range
  readonly destinationPorts: Range
  /** As written: empty for any, `ppp+` for a prefix. */
  readonly device: string
  readonly syn: boolean
  readonly fragment: boolean
  readonly log: boolean
  readonly mark: { readonly value: number; readonly absolute: boolean } | null
  readonly tos: readonly [and: number, xor: number] | null
  /** Empty: count only. */
  readonly target: string
  /** Of REDIRECT: 0 keeps the port. */
  readonly redirect: number
  readonly inverted: ReadonlySet<string>
}

export interface ReadSpecs {
  specs: ClassicSpec[]
  sources: number
  destinations: number
  /** Both ports, or type and code, are one number each. */
  exactPorts: boolean
  notes: string[]
}

const SAY = {
  mask: (text: string) => `invalid mask \`${text}' specified`,
  host: (text: string) => `host/network \`${text}' not found`,
}

/** @param testing for -C: an ICMP name must mean one type and code @throws LanguageProblem */
export function readSpecs(raw: RawMatches, lookup: Lookup, testing: boolean): ReadSpecs {
  const none = { networks: [] as string[], note: null }
  const source = raw.source === null ? none : hostNetworks(raw.source, lookup, SAY)
  const destination = raw.destination === null ? none : hostNetworks(raw.destination, lookup, SAY)
  const ports =
    raw.protocol === 1 && (raw.source !== null || raw.destination !== null)
      ? icmpPorts(raw, testing)
      : {
          from: raw.source === null ? EVERY_PORT : portRange(raw.sourcePorts, raw.protocol),
          to: raw.destination === null ? EVERY_PORT : portRange(raw.destinationPorts, raw.protocol),
        }
  const specs = source.networks.flatMap((from) =>
    destination.networks.map(
      (to): ClassicSpec => ({
        source: from,
        destination: to,
        protocol: raw.protocol,
        sourcePorts: ports.from,
        destinationPorts: ports.to,
        device: parseDevice(raw.device),
        syn: raw.syn,
        fragment: raw.fragment,
        log: raw.log,
        mark: raw.mark === null ? null : parseMark(raw.mark),
        tos: raw.tos,
        target: raw.target,
        redirect: 0,
        inverted: raw.inverted,
      }),
    ),
  )
  const single = (range: Range) => range.from === range.to
  return {
    specs,
    sources: source.networks.length,
    destinations: destination.networks.length,
    exactPorts: single(ports.from) && single(ports.to),
    notes: [source.note, destination.note].filter((note) => note !== null),
  }
}

/** What the program looked at last. @param notes gets the warnings */
export function finishSpecs(
  specs: readonly ClassicSpec[],
  redirect: string,
  raw: RawMatches,
  notes: string[],
): ClassicSpec[] {
  const port = raw.target === 'REDIRECT' ? parsePort(redirect, raw.protocol) : 0
  if (raw.tos) checkTos(raw.tos, notes)
  return specs.map((spec) => ({ ...spec, redirect: port }))
}

export function parseProtocol(text: string): number {
  const number = numberIn(text, 0, 65535) ?? protocolNumber(text)
  if (number === null) throw wrong(`unknown protocol \`${text}' specified`)
  return number
}

function icmpPorts(raw: RawMatches, testing: boolean): { from: Range; to: Range } {
  const text = raw.sourcePorts
  const found = text === null ? [] : icmpTypesNamed(text)
  const [named, other] = found
  if (other) throw wrong(`Ambiguous ICMP \`${text}' : \`${named!.name}' or \`${other.name}'?`)
  if (!named) return { from: portRange(text, 1), to: portRange(raw.destinationPorts, 1) }
  if (raw.destinationPorts !== null) throw wrong("Can't use ICMP name and destination port together")
  if (testing && !named.exact) throw wrong('Must specify exact ICMP type for testing')
  if (raw.inverted.has('1') || raw.inverted.has('2')) throw wrong("Can't invert named ICMP types")
  const code = named.code ?? (testing ? 0 : null)
  return {
    from: { from: named.type, to: named.type },
    to: code === null ? EVERY_PORT : { from: code, to: code },
  }
}

function portRange(text: string | null, protocol: number): Range {
  if (text === null) return EVERY_PORT
  const colon = text.indexOf(':')
  if (colon < 0) {
    const port = parsePort(text, protocol)
    return { from: port, to: port }
  }
  const [low, high] = [text.slice(0, colon), text.slice(colon + 1)]
  return {
    from: low === '' ? 0 : parsePort(low, protocol),
    to: high === '' ? 0xffff : parsePort(high, protocol),
  }
}

function parsePort(text: string, protocol: number): number {
  if (protocol !== 1 && protocol !== 6 && protocol !== 17)
    throw wrong('can only specify ports for icmp, tcp or udp')
  const number = numberIn(text, 0, 65535)
  if (number !== null) return number
  if (protocol === 1) throw wrong(`invalid ICMP type \`${text}' specified`)
  const port = servicePort(text, protocol)
  if (port === null) throw wrong(`invalid port/service \`${text}' specified`)
  return port
}

function parseMark(text: string): NonNullable<ClassicSpec['mark']> {
  const signed = /^[+-]/.test(text)
  const digits = signed ? text.slice(1) : text
  const value = /^(0[xX][0-9a-fA-F]{1,8}|0[0-7]*|[1-9]\d{0,9})$/.test(digits)
    ? digits.startsWith('0') && !/^0[xX]/.test(digits)
      ? Number.parseInt(digits, 8)
      : Number(digits)
    : Number.NaN
  if (!(value <= 0xffffffff)) throw wrong(`Bad value \`${text}' for -m.\n`)
  return { value: text.startsWith('-') ? -value >>> 0 : value, absolute: !signed }
}

/** IFNAMSIZ of 2.2 */
const DEVICE_LENGTH = 16

function parseDevice(text: string): string {
  if (text.length > DEVICE_LENGTH)
    throw wrong(`interface name \`${text}' must be shorter than IFNAMSIZ (${DEVICE_LENGTH})`)
  // A prefix of nothing is any interface.
  return text === '+' ? '' : text
}

const TOS_NAMES: readonly (readonly [number, string])[] = [
  [0x10, 'Minimize Delay'],
  [0x08, 'Minimize Throughput'],
  [0x04, 'Maximize Reliability'],
  [0x02, 'Minimize Cost'],
  [0x00, 'Normal Service'],
]

const tosBits = (bits: number) => [1, 2, 3].filter((bit) => (bits >>> bit) & 1).length

/** RFC 1349: at most one bit of the four, and the lowest is nobody's. */
function checkTos([and, xor]: readonly [number, number], notes: string[]): void {
  if (!(and & 1) || xor & 1) throw wrong('TOS manipulation cannot alter bit 0 (RFC1349)\n')
  if (tosBits(~and & xor) > 1) throw wrong('TOS manipulation cannot set multiple TOS bits (RFC1349)\n')
  for (const [tos, name] of TOS_NAMES)
    if (tosBits((tos & and) ^ xor) > 1)
      notes.push(
        `Warning: TOS manipulation may set multiple TOS bits for ${name} TOS (0x${tos.toString(16).padStart(2, '0')})`,
      )
}

const SWAPPED: Readonly<Record<string, string>> = { s: 'd', d: 's', '1': '2', '2': '1' }

/** The other direction, for -b: addresses and (except those of ICMP) ports change places. */
export function swapped(spec: ClassicSpec): ClassicSpec {
  const icmp = spec.protocol === 1
  const turn = (code: string) => (icmp && '12'.includes(code) ? code : (SWAPPED[code] ?? code))
  return {
    ...spec,
    source: spec.destination,
    destination: spec.source,
    ...(icmp ? {} : { sourcePorts: spec.destinationPorts, destinationPorts: spec.sourcePorts }),
    inverted: new Set([...spec.inverted].map(turn)),
  }
}
