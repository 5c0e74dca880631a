/**
 * A rule as the form shows it: flat, and text where people type. Each way is total: what is typed and makes no sense goes
 * into the rule as it is, and the schema says what is wrong with it, in the words that the box would use.
 */

import { SYN_ONLY } from '@bauta/chains'
import type { Fault, Rule } from '@bauta/config'
import { asFigure, figureText } from '../../../forms/figure.ts'
import { asRange, rangeText } from './figures-in-text.ts'
import { type MoreForm, moreOfRule, moreToRule } from './more-form.ts'
import { type TargetForm, targetForm, targetOf } from './target-form.ts'

export interface RuleForm extends MoreForm, TargetForm {
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
  icmpNot: boolean
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
    icmpNot: rule.icmp?.invert ?? false,
    ...moreOfRule(rule),
    ...targetForm(rule.target),
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
    icmp: form.protocol === '1' && !form.protocolNot ? icmpOf(form.icmp, form.icmpNot) : null,
    inInterface: interfaceMatch(form.inInterface, form.inInterfaceNot),
    outInterface: interfaceMatch(form.outInterface, form.outInterfaceNot),
    fragment: form.fragment === 'any' ? null : { invert: form.fragment === 'first' },
    tcpFlags: tcp ? flagsOf(form) : null,
    connection: form.connection === 'any' ? null : form.connection,
    ...moreToRule(form, ports, form.rule),
    target: targetOf(form, form.rule.target),
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

export function portsOf(text: string, invert: boolean): Rule['sourcePorts'] {
  return text.trim() === '' ? null : { ...asRange(text), invert }
}

export const portsToText = (ports: Rule['sourcePorts']): string => (ports ? rangeText(ports) : '')

function icmpOf(text: string, invert: boolean): Rule['icmp'] {
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
  multiport: 'multiport',
  states: 'states',
  tos: 'tos',
  mark: 'mark',
  mac: 'mac',
  limit: 'limit',
  length: 'length',
  setMark: 'setMark',
  setTos: 'setTos',
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
