/** From a rule as 2.2 had it to a rule as the settings have it, and back to a packet for a test. */
import { anyRule, type Rule } from '@bauta/config'
import { SYN_ONLY } from '../packet-input.ts'
import type { ClassicSpec, Range } from './classic-spec.ts'
import type { TestPacket } from './commands.ts'
import { refused } from './problem.ts'

const isEvery = ({ from, to }: Range) => from === 0 && to === 0xffff

/**
 * @param chain where it goes: the one interface of 2.2 is the way in for `input` and the way out for the rest; for user chains see edit.ts
 * @throws LanguageProblem for what 2.2 took although it could never match
 */
export function classicRuleOf(spec: ClassicSpec, chain: string): Rule {
  const { inverted, protocol } = spec
  const device = deviceOf(spec)
  if (protocol > 255)
    throw refused(`protocol ${protocol} never occurs: the field of an IP packet ends at 255`)
  return {
    ...anyRule(1),
    source: network(spec.source, inverted.has('s')),
    destination: network(spec.destination, inverted.has('d')),
    protocol: protocol === 0 ? null : { number: protocol, invert: inverted.has('p') },
    ...portsOf(spec),
    ...(chain === 'input' ? { inInterface: device } : { outInterface: device }),
    fragment: spec.fragment ? { invert: inverted.has('f') } : null,
    tcpFlags: spec.syn ? { ...SYN_ONLY, invert: inverted.has('y') } : null,
    log: spec.log,
    // Adding nothing is no change.
    setMark:
      spec.mark && (spec.mark.absolute || spec.mark.value !== 0)
        ? { value: spec.mark.value, add: !spec.mark.absolute }
        : null,
    setTos:
      spec.tos && (spec.tos[0] !== 0xff || spec.tos[1] !== 0) ? { and: spec.tos[0], xor: spec.tos[1] } : null,
    target: targetOf(spec),
  }
}

function network(text: string, invert: boolean): Rule['source'] {
  return text === '0.0.0.0/0' && !invert ? null : { network: text, invert }
}

function deviceOf({ device, inverted }: ClassicSpec): Rule['inInterface'] {
  if (device === '') {
    if (inverted.has('i')) throw refused('a rule for no interface at all could never match')
    return null
  }
  return { name: device, invert: inverted.has('i') }
}

function portsOf(spec: ClassicSpec): Pick<Rule, 'sourcePorts' | 'destinationPorts' | 'icmp'> {
  const { inverted, protocol, sourcePorts, destinationPorts } = spec
  if (protocol === 1) return { sourcePorts: null, destinationPorts: null, icmp: icmpOf(spec) }
  const ports = (range: Range, invert: boolean) => {
    if (range.from > range.to)
      throw refused(`the ports ${range.from}:${range.to} end before they begin: this rule could never match`)
    return isEvery(range) && !invert ? null : { ...range, invert }
  }
  return {
    sourcePorts: ports(sourcePorts, inverted.has('1')),
    destinationPorts: ports(destinationPorts, inverted.has('2')),
    icmp: null,
  }
}

function icmpOf({ sourcePorts: type, destinationPorts: code, inverted }: ClassicSpec): Rule['icmp'] {
  if (isEvery(type) && isEvery(code) && !inverted.has('1') && !inverted.has('2')) return null
  if (type.from !== type.to) throw refused('a range of ICMP types is not kept; write one rule for each type')
  if (!isEvery(code) && code.from !== code.to)
    throw refused('a range of ICMP codes is not kept; write one rule for each code')
  if (type.from > 255 || (!isEvery(code) && code.from > 255))
    throw refused('ICMP types and codes end at 255: this rule could never match')
  if (inverted.has('2') || (inverted.has('1') && !isEvery(code)))
    throw refused('an inverted ICMP code is not kept; write rules for the codes that are meant')
  return { type: type.from, code: isEvery(code) ? null : code.from, invert: inverted.has('1') }
}

const VERDICTS = ['ACCEPT', 'DENY', 'REJECT', 'MASQ', 'RETURN'] as const

function targetOf({ target, redirect }: ClassicSpec): Rule['target'] {
  if (target === '') return null
  if (target === 'REDIRECT')
    return { verdict: 'REDIRECT', ports: redirect === 0 ? null : { from: redirect, to: redirect } }
  const verdict = VERDICTS.find((name) => name === target)
  return verdict ? { verdict } : { chain: target }
}

/** As 2.2 compared for -D: mark and TOS masks do not count. */
export function sameClassicRule(one: Rule, other: Rule): boolean {
  const compared = (rule: Rule) =>
    JSON.stringify({
      ...rule,
      id: 0,
      enabled: true,
      comment: '',
      setMark: null,
      setTos: null,
      interfaces: 0,
      inInterface: rule.inInterface ?? rule.outInterface,
      outInterface: rule.inInterface ? rule.outInterface : null,
    })
  return compared(one) === compared(other)
}

/** The packet of -C. */
export function testPacketOf(spec: ClassicSpec): TestPacket {
  const icmp = spec.protocol === 1
  const [from, to] = [spec.sourcePorts.from, spec.destinationPorts.from]
  return {
    source: spec.source.replace(/\/.*/, ''),
    destination: spec.destination.replace(/\/.*/, ''),
    protocol: spec.protocol,
    sourcePort: icmp ? 0 : from,
    destinationPort: icmp ? 0 : to,
    icmpType: icmp ? from : 0,
    icmpCode: icmp ? to : 0,
    syn: spec.syn,
    fragment: spec.fragment,
    device: spec.device,
  }
}
