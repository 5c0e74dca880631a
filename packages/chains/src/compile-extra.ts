/** The rarer parts of a rule, compiled: see Extra and CompiledTarget in program.ts. */
import {
  type AddressRange,
  type LIMIT_PERIODS,
  parseAddress,
  parseNetwork,
  placeOfDnsWord,
  REJECT_WITH,
  type Rule,
} from '@bauta/config'
import { VERDICT } from './packet-input.ts'
import * as P from './program.ts'

/** The packet thread's clock. */
const TICKS_PER_SECOND = 100
const SECONDS_OF: Record<(typeof LIMIT_PERIODS)[number], number> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
}

export interface CompiledExtra {
  extra: P.Extra
  /** It has tests; it has effects. */
  tests: boolean
  effects: boolean
}

/** @param limits what the rule adds to */
export function compileExtra(rule: Rule, limits: P.CompiledLimit[]): CompiledExtra {
  const tests = compileTests(rule, limits)
  const effects = compileEffects(rule)
  const steady = Object.keys({ ...tests, ...effects }).every((field) => field === 'ports')
  return {
    extra: { ...P.NO_EXTRA, ...tests, ...effects, steady },
    tests: Object.keys(tests).length > 0,
    effects: Object.keys(effects).length > 0,
  }
}

function compileTests(rule: Rule, limits: P.CompiledLimit[]): Partial<P.Extra> {
  const { multiport, tos, mark, mac, length, limit } = rule
  if (limit) limits.push({ ruleId: rule.id, ...bucketOf(limit) })
  return {
    ...(multiport.length > 0 ? { ports: multiport.map(portList) } : {}),
    ...(tos ? { tosMask: tos.mask, tosValue: tos.value, tosInvert: tos.invert } : {}),
    ...(mark
      ? { testsMark: true, markMask: mark.mask | 0, markValue: mark.value | 0, markInvert: mark.invert }
      : {}),
    ...(mac ? { mac: macNumber(mac.address), macInvert: mac.invert } : {}),
    ...(length ? { lengthFrom: length.from, lengthTo: length.to, lengthInvert: length.invert } : {}),
    ...(limit ? { limit: limits.length - 1 } : {}),
  }
}

/** @returns what a packet costs and how many can be saved up */
export function bucketOf(limit: NonNullable<Rule['limit']>): { cost: number; burst: number } {
  return { cost: (SECONDS_OF[limit.per] * TICKS_PER_SECOND) / limit.rate, burst: limit.burst }
}

function portList({ side, ranges, invert }: Rule['multiport'][number]): Int32Array {
  return Int32Array.from([P.SIDE[side], invert ? 1 : 0, ...ranges.flatMap(({ from, to }) => [from, to])])
}

/** `00:11:22:aa:bb:cc` as a number of 48 bits. */
export const macNumber = (text: string): number => Number.parseInt(text.replaceAll(':', ''), 16)

function compileEffects({ log, setMark, setTos, target }: Rule): Partial<P.Extra> {
  const effects: Partial<P.Extra> = {
    ...(log ? { log } : {}),
    ...(setMark
      ? setMark.add
        ? { markAdd: setMark.value | 0 }
        : { markAnd: 0, markXor: setMark.value | 0 }
      : {}),
    ...(setTos ? { tosAnd: setTos.and, tosXor: setTos.xor } : {}),
  }
  if (!target || !('action' in target)) return effects
  switch (target.action) {
    case 'LOG':
      return { ...effects, log: true }
    case 'MARK':
      return { ...effects, markAnd: ~target.mask, markXor: target.value | 0 }
    case 'TOS':
      return { ...effects, tosAnd: ~target.mask & 0xff, tosXor: target.value }
    case 'DSCP':
      return { ...effects, tosAnd: 3, tosXor: target.value << 2 }
    case 'TTL':
      return { ...effects, ttlOperation: P.TTL_OPERATION[target.operation], ttlValue: target.value }
    case 'TCPMSS':
      return { ...effects, mss: target.mss ?? P.CLAMP_TO_MTU }
  }
}

/**
 * @param servers name servers of the line, in the provider's order: what `@dns1` and the like stand for now
 * @returns the particulars of a verdict, or null where it has none
 */
export function compileTarget({ target }: Rule, servers: readonly string[]): P.CompiledTarget | null {
  if (!target || !('verdict' in target)) return null
  switch (target.verdict) {
    case 'REJECT':
      return target.with === undefined
        ? null
        : particulars('REJECT', { rejectWith: REJECT_WITH.indexOf(target.with) })
    case 'MASQ':
      if (!target.ports && !target.random) return null
      return particulars('MASQ', { ...portsOf(target.ports), random: target.random ?? false })
    case 'SNAT':
    case 'DNAT':
      return particulars(target.verdict, {
        ...portsOf(target.ports),
        ...aimOf(target.ranges, servers),
        persistent: target.persistent,
        random: target.random,
      })
    case 'REDIRECT':
      return particulars('REDIRECT', { ...portsOf(target.ports), random: target.random ?? false })
    case 'NETMAP': {
      const network = parseNetwork(target.network)
      if (typeof network === 'string') throw new TypeError(network)
      return particulars('NETMAP', { network: network.address, mask: network.mask })
    }
    default:
      return null
  }
}

function aimOf(ranges: readonly AddressRange[], servers: readonly string[]): Partial<P.CompiledTarget> {
  const place = placeOfDnsWord(ranges[0]?.from ?? '')
  if (place >= 0 && servers[place] === undefined) return { absent: true }
  const addresses =
    place < 0 ? ranges.flatMap(({ from, to }) => [from, to]) : [servers[place]!, servers[place]!]
  return { ranges: Float64Array.from(addresses, (text) => parseAddress(text) ?? 0) }
}

const particulars = (verdict: keyof typeof VERDICT, some: Partial<P.CompiledTarget>): P.CompiledTarget => ({
  ...P.NO_TARGET,
  ...some,
  verdict: VERDICT[verdict],
})

const portsOf = (ports: { from: number; to: number } | null | undefined) =>
  ports ? { portFrom: ports.from, portTo: ports.to } : {}
