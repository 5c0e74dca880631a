/**
 * A rule as the form shows it: flat, and text where people type. Each way is total: what is typed and makes no sense goes
 * into the rule as it is, and the schema says what is wrong with it, in the words that the box would use.
 */

import { SYN_ONLY } from '@bauta/chains'
import { type Fault, type Rule, TARGETS } from '@bauta/config'
import { asFigure, figureText } from '../../../forms/figure.ts'

export interface RuleForm {
  comment: string
  enabled: boolean
  source: string
  sourceNot: boolean
  destination: string
  destinationNot: boolean
  /** `any`, `1`, `6`, `17`, or `other` */
  protocol: string
  otherProtocol: string
  protocolNot: boolean
  sourcePorts: string
  sourcePortsNot: boolean
  destinationPorts: string
  destinationPortsNot: boolean
  /** empty: any; `8`, or `3/4` */
  icmp: string
  inInterface: string
  inInterfaceNot: boolean
  outInterface: string
  outInterfaceNot: boolean
  fragment: 'any' | 'later' | 'first'
  /** `new`: SYN on, RST and ACK off, as `-y` */
  flags: 'any' | 'new' | 'not-new' | 'chosen'
  /** Bits; only with `chosen`. */
  flagsMask: number
  flagsSet: number
  flagsNot: boolean
  connection: 'any' | 'known' | 'new'
  /** empty: count only; `verdict:DENY`, `action:LOG` or `chain:guests` */
  target: string
  /** The rule as it was: what the form does not show stays as it is. */
  rule: Rule
}

export const COMMON_PROTOCOLS = ['1', '6', '17'] as const

export function formOfRule(rule: Rule): RuleForm {
  const protocol = rule.protocol ? String(rule.protocol.number) : 'any'
  const common = protocol === 'any' || (COMMON_PROTOCOLS as readonly string[]).includes(protocol)
  return {
    comment: rule.comment,
    enabled: rule.enabled,
    source: rule.source?.network ?? '',
    sourceNot: rule.source?.invert ?? false,
    destination: rule.destination?.network ?? '',
    destinationNot: rule.destination?.invert ?? false,
    protocol: common ? protocol : 'other',
    otherProtocol: common ? '' : protocol,
    protocolNot: rule.protocol?.invert ?? false,
    sourcePorts: portsToText(rule.sourcePorts),
    sourcePortsNot: rule.sourcePorts?.invert ?? false,
    destinationPorts: portsToText(rule.destinationPorts),
    destinationPortsNot: rule.destinationPorts?.invert ?? false,
    icmp: icmpToText(rule.icmp),
    inInterface: rule.inInterface?.name ?? '',
    inInterfaceNot: rule.inInterface?.invert ?? false,
    outInterface: rule.outInterface?.name ?? '',
    outInterfaceNot: rule.outInterface?.invert ?? false,
    fragment: rule.fragment ? (rule.fragment.invert ? 'first' : 'later') : 'any',
    ...flagsToForm(rule.tcpFlags),
    connection: rule.connection ?? 'any',
    target: targetToText(rule.target),
    rule,
  }
}

/** @param id of the rule; negative for a new one */
export function ruleOfForm(form: RuleForm, id: number): Rule {
  const tcp = form.protocol === '6' && !form.protocolNot
  const ports = tcp || (form.protocol === '17' && !form.protocolNot)
  return {
    ...form.rule,
    id,
    enabled: form.enabled,
    comment: form.comment.trim(),
    source: networkMatch(form.source, form.sourceNot),
    destination: networkMatch(form.destination, form.destinationNot),
    protocol: protocolOf(form),
    sourcePorts: ports ? portsOf(form.sourcePorts, form.sourcePortsNot) : null,
    destinationPorts: ports ? portsOf(form.destinationPorts, form.destinationPortsNot) : null,
    icmp: form.protocol === '1' && !form.protocolNot ? icmpOf(form.icmp, form.rule.icmp?.invert) : null,
    inInterface: interfaceMatch(form.inInterface, form.inInterfaceNot),
    outInterface: interfaceMatch(form.outInterface, form.outInterfaceNot),
    fragment: form.fragment === 'any' ? null : { invert: form.fragment === 'first' },
    tcpFlags: tcp ? flagsOf(form) : null,
    connection: form.connection === 'any' ? null : form.connection,
    target: targetOf(form.target, form.rule.target),
  }
}

function protocolOf({ protocol, otherProtocol, protocolNot }: RuleForm): Rule['protocol'] {
  if (protocol === 'any') return null
  return { number: asFigure(protocol === 'other' ? otherProtocol : protocol), invert: protocolNot }
}

function networkMatch(text: string, invert: boolean): Rule['source'] {
  const network = text.trim()
  return network === '' ? null : { network, invert }
}

function interfaceMatch(text: string, invert: boolean): Rule['inInterface'] {
  const name = text.trim()
  return name === '' ? null : { name, invert }
}

/** `80`, `1024:65535`, `1024-65535`, `1024:` (to the end), `:1023` (from 0) */
export function portsOf(text: string, invert: boolean): Rule['sourcePorts'] {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const [from = '', to, ...rest] = trimmed.split(/\s*[:–-]\s*/)
  if (rest.length > 0) return { from: asFigure(trimmed), to: asFigure(trimmed), invert }
  if (to === undefined) return { from: asFigure(from), to: asFigure(from), invert }
  return { from: from === '' ? 0 : asFigure(from), to: to === '' ? 65535 : asFigure(to), invert }
}

export function portsToText(ports: Rule['sourcePorts']): string {
  if (!ports) return ''
  return ports.from === ports.to ? figureText(ports.from) : `${ports.from}:${ports.to}`
}

function icmpOf(text: string, invert = false): Rule['icmp'] {
  const [type = '', code] = text.trim().split('/')
  if (type === '') return null
  return { type: asFigure(type), code: code === undefined || code === '' ? null : asFigure(code), invert }
}

function icmpToText(icmp: Rule['icmp']): string {
  if (!icmp) return ''
  return icmp.code === null ? figureText(icmp.type) : `${icmp.type}/${icmp.code}`
}

type FlagsPart = Pick<RuleForm, 'flags' | 'flagsMask' | 'flagsSet' | 'flagsNot'>

function flagsToForm(match: Rule['tcpFlags']): FlagsPart {
  if (!match) return { flags: 'any', flagsMask: SYN_ONLY.mask, flagsSet: SYN_ONLY.set, flagsNot: false }
  const { mask: flagsMask, set: flagsSet, invert: flagsNot } = match
  const synOnly = flagsMask === SYN_ONLY.mask && flagsSet === SYN_ONLY.set
  const flags = synOnly ? (flagsNot ? 'not-new' : 'new') : 'chosen'
  return { flags, flagsMask, flagsSet, flagsNot }
}

function flagsOf({ flags, flagsMask, flagsSet, flagsNot }: FlagsPart): Rule['tcpFlags'] {
  if (flags === 'any') return null
  if (flags === 'chosen') return { mask: flagsMask, set: flagsSet, invert: flagsNot }
  return { ...SYN_ONLY, invert: flags === 'not-new' }
}

export function targetToText(target: Rule['target']): string {
  if (!target) return ''
  if ('chain' in target) return `chain:${target.chain}`
  return 'verdict' in target ? `verdict:${target.verdict}` : `action:${target.action}`
}

/** @param was keeps its particulars where the kind of target is the same */
function targetOf(text: string, was: Rule['target']): Rule['target'] {
  if (text === targetToText(was)) return was
  if (text.startsWith('chain:')) return { chain: text.slice('chain:'.length) }
  const verdict = text.slice('verdict:'.length)
  return (TARGETS as readonly string[]).includes(verdict) ? ({ verdict } as { verdict: 'ACCEPT' }) : null
}

/** Which field of the form shows a fault of the rule. */
const FIELD_OF: Partial<Record<string, keyof RuleForm>> = {
  comment: 'comment',
  source: 'source',
  destination: 'destination',
  protocol: 'protocol',
  sourcePorts: 'sourcePorts',
  destinationPorts: 'destinationPorts',
  icmp: 'icmp',
  inInterface: 'inInterface',
  outInterface: 'outInterface',
  fragment: 'fragment',
  tcpFlags: 'flags',
  connection: 'connection',
  target: 'target',
}

/**
 * @param faults with paths that begin at the rule
 * @returns the first message of each field, and under `form` what belongs to none
 */
export function faultsByField(faults: readonly Fault[]): Partial<Record<keyof RuleForm | 'form', string>> {
  const found: Partial<Record<keyof RuleForm | 'form', string>> = {}
  for (const { path, message } of faults) {
    const field = FIELD_OF[String(path[0])] ?? 'form'
    found[field] ??= message
  }
  return found
}
