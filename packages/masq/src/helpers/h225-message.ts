/**
 * H.225.0 (ITU-T, annex H): the transport addresses in the messages that set up a call, found by decoding.
 *
 * Decoded are Setup, Call Proceeding, Connect, Alerting, Progress and Facility, up to those elements that name addresses:
 * where the conference control (H.245) listens, where the caller itself does, and the H.245 messages that come along
 * (“fast start”, tunnelling). A message that has something rare before them (a gateway's list of protocols, Q-series options)
 * is not understood, and let through as it is.
 */
import { PerReader } from './per-reader.ts'

/** What lies where: `signal` and `control` are an address of 4 bytes with a port of 2 behind it, `message` is H.245's. */
export type H225Part = 'signal' | 'control' | 'message'
export type VisitPart = (part: H225Part, from: number, to: number) => void

const BODY = {
  setup: 0,
  callProceeding: 1,
  connect: 2,
  alerting: 3,
  facility: 6,
} as const
/** The numbers of what later versions added, by message. */
const SETUP_SOURCE = 0
const SETUP_FAST_START = 6
const FAST_START = 4
const FACILITY_CONTROL = 6
const FACILITY_FAST_START = 7
const PDU_TUNNEL = 2
const MOST_ALIASES = 16

const per = new PerReader()
const inner = new PerReader()

/** @returns whether the message was understood; `visit` hears of its parts in any case up to where it was */
export function readH225(bytes: Uint8Array, from: number, to: number, visit: VisitPart): boolean {
  per.begin(bytes, from, to)
  per.bits(2)
  const extended = per.bit()
  const nonStandard = per.bit()
  if (per.bit()) {
    // Progress was added later, as the first of those.
    const number = per.smallNumber()
    const length = per.length()
    const at = per.bytes(length)
    if (per.failed) return false
    if (number === 0) {
      inner.begin(bytes, at, at + length)
      progress(inner, visit)
    }
  } else body(bytes, per, per.bits(3), visit)
  if (nonStandard) skipNonStandard(per)
  if (extended && !per.failed)
    per.eachExtension((number, at, end) => {
      if (number === PDU_TUNNEL) messages(bytes, at, end, visit)
    })
  return !per.failed
}

function body(bytes: Uint8Array, r: PerReader, kind: number, visit: VisitPart): void {
  const extended = r.bit()
  switch (kind) {
    case BODY.setup:
      setup(r, visit)
      break
    case BODY.connect:
      connect(r, visit)
      break
    case BODY.callProceeding:
    case BODY.alerting:
      underWay(r, visit)
      break
    case BODY.facility:
      facility(r)
      break
    default:
      r.failed = true
  }
  if (extended && !r.failed) r.eachExtension((number, at, end) => added(bytes, kind, number, at, end, visit))
}

function added(
  bytes: Uint8Array,
  kind: number,
  number: number,
  from: number,
  to: number,
  visit: VisitPart,
): void {
  const isSetup = kind === BODY.setup
  const isFacility = kind === BODY.facility
  const fastStart = isSetup ? SETUP_FAST_START : isFacility ? FACILITY_FAST_START : FAST_START
  if (number === fastStart) messages(bytes, from, to, visit)
  const address = isSetup ? SETUP_SOURCE : isFacility ? FACILITY_CONTROL : -1
  if (number !== address) return
  inner.begin(bytes, from, to)
  transportAddress(inner, isSetup ? 'signal' : 'control', visit)
}

function setup(r: PerReader, visit: VisitPart): void {
  const control = r.bit()
  const source = r.bit()
  const destination = r.bit()
  const signal = r.bit()
  const extraInfo = r.bit()
  const extraReference = r.bit()
  const services = r.bit()
  r.bytes(r.length())
  if (control) transportAddress(r, 'control', visit)
  if (source) skipAliases(r)
  skipEndpoint(r)
  if (destination) skipAliases(r)
  if (signal) transportAddress(r, 'signal', visit)
  if (extraInfo) skipAliases(r)
  if (extraReference) r.bytes(2 * r.length())
  r.bit()
  r.bytes(16)
  r.choice(2)
  if (services) r.failed = true
  r.choice(2)
}

function connect(r: PerReader, visit: VisitPart): void {
  const control = r.bit()
  r.bytes(r.length())
  if (control) transportAddress(r, 'control', visit)
  skipEndpoint(r)
  r.bytes(16)
}

/** Call Proceeding and Alerting. */
function underWay(r: PerReader, visit: VisitPart): void {
  const control = r.bit()
  r.bytes(r.length())
  skipEndpoint(r)
  if (control) transportAddress(r, 'control', visit)
}

function facility(r: PerReader): void {
  const address = r.bit()
  const aliases = r.bit()
  const conference = r.bit()
  r.bytes(r.length())
  // Somebody else's address, to which a call is sent on.
  if (address) transportAddress(r, 'signal', () => undefined)
  if (aliases) skipAliases(r)
  if (conference) r.bytes(16)
  r.choice(2)
}

function progress(r: PerReader, visit: VisitPart): void {
  r.bit()
  const control = r.bit()
  const security = r.bit()
  const tokens = r.bit()
  const cryptoTokens = r.bit()
  const fastStart = r.bit()
  r.bytes(r.length())
  skipEndpoint(r)
  if (control) transportAddress(r, 'control', visit)
  if (r.bit()) r.failed = true
  r.bytes(16)
  if (security || tokens || cryptoTokens) r.failed = true
  if (fastStart && !r.failed) messageList(r, visit)
}

/** “Fast start” and tunnelled messages: a list of byte strings, each a message of H.245. */
function messages(bytes: Uint8Array, from: number, to: number, visit: VisitPart): void {
  inner.begin(bytes, from, to)
  messageList(inner, visit)
}

function messageList(r: PerReader, visit: VisitPart): void {
  const count = r.length()
  for (let i = 0; i < count && !r.failed; i++) {
    const length = r.length()
    const at = r.bytes(length)
    if (!r.failed) visit('message', at, at + length)
  }
}

/** Other kinds than IPv4's are not understood. */
function transportAddress(r: PerReader, part: H225Part, visit: VisitPart): void {
  if (r.bit() || r.bits(3) !== 0) r.failed = true
  const at = r.bytes(6)
  if (!r.failed) visit(part, at, at + 6)
}

function skipAliases(r: PerReader): void {
  const count = r.length()
  if (count > MOST_ALIASES) r.failed = true
  for (let i = 0; i < count && !r.failed; i++) {
    const kind = r.choice(1)
    // Digits, four bits each; or a name in 16-bit letters; later kinds are skipped already.
    if (kind === 0) {
      const digits = r.bits(7) + 1
      r.align()
      for (let digit = 0; digit < digits; digit++) r.bits(4)
    } else if (kind === 1) r.bytes(2 * (r.byte() + 1))
  }
}

function skipEndpoint(r: PerReader): void {
  const extended = r.bit()
  const nonStandard = r.bit()
  const vendor = r.bit()
  const gatekeeper = r.bit()
  const gateway = r.bit()
  const mcu = r.bit()
  const terminal = r.bit()
  if (nonStandard) skipNonStandard(r)
  if (vendor) skipVendor(r)
  if (gatekeeper) skipInfo(r)
  if (gateway) skipGateway(r)
  if (mcu) skipInfo(r)
  if (terminal) skipInfo(r)
  r.bits(2)
  if (extended) r.skipExtensions()
}

function skipVendor(r: PerReader): void {
  const extended = r.bit()
  const product = r.bit()
  const version = r.bit()
  skipMaker(r)
  if (product) r.bytes(r.byte() + 1)
  if (version) r.bytes(r.byte() + 1)
  if (extended) r.skipExtensions()
}

function skipGateway(r: PerReader): void {
  const extended = r.bit()
  const protocols = r.bit()
  const nonStandard = r.bit()
  if (protocols) r.failed = true
  if (nonStandard) skipNonStandard(r)
  if (extended) r.skipExtensions()
}

/** A sequence that has nothing but something non-standard in it. */
function skipInfo(r: PerReader): void {
  const extended = r.bit()
  if (r.bit()) skipNonStandard(r)
  if (extended) r.skipExtensions()
}

function skipNonStandard(r: PerReader): void {
  const kind = r.choice(1)
  if (kind === 0) r.bytes(r.length())
  else if (kind === 1) skipMaker(r)
  r.bytes(r.length())
}

/** Country, extension of the country, number of the maker. */
function skipMaker(r: PerReader): void {
  const extended = r.bit()
  r.bytes(4)
  if (extended) r.skipExtensions()
}
