/** What a target needs to know, as the form shows it: text where people type. */
import { type RejectWith, type RuleTarget, TARGETS, type Table } from '@bauta/config'
import { asFigure, figureText } from '../../../forms/figure.ts'
import { asMasked, asRange, asWord, hexText, listOf, maskedText, rangeText } from './figures-in-text.ts'

export interface TargetForm {
  /** empty: count only; `verdict:DENY`, `action:LOG` or `chain:guests` */
  target: string
  /** empty: the usual one */
  rejectWith: RejectWith | ''
  /** SNAT and DNAT: `203.0.113.5`, or a range, or several; NETMAP: a network */
  to: string
  toPorts: string
  persistent: boolean
  random: boolean
  logLevel: number
  logPrefix: string
  /** MARK and TOS: value, or value/mask; DSCP, TTL and TCPMSS: a number; TCPMSS empty: the path's */
  value: string
  ttlOperation: 'set' | 'inc' | 'dec'
}

const OPEN: Omit<TargetForm, 'target'> = {
  rejectWith: '',
  to: '',
  toPorts: '',
  persistent: false,
  random: false,
  logLevel: 4,
  logPrefix: '',
  value: '',
  ttlOperation: 'set',
}
const BYTE = 0xff
const WORD = 0xffffffff

export function targetToText(target: RuleTarget): string {
  if (!target) return ''
  if ('chain' in target) return `chain:${target.chain}`
  return 'verdict' in target ? `verdict:${target.verdict}` : `action:${target.action}`
}

export function targetForm(target: RuleTarget): TargetForm {
  return { ...OPEN, target: targetToText(target), ...particularsOf(target) }
}

function particularsOf(target: RuleTarget): Partial<TargetForm> {
  if (!target || 'chain' in target) return {}
  if ('action' in target) return actionForm(target)
  const random = 'random' in target ? (target.random ?? false) : false
  const toPorts = 'ports' in target && target.ports ? rangeText(target.ports) : ''
  switch (target.verdict) {
    case 'REJECT':
      return { rejectWith: target.with ?? '' }
    case 'SNAT':
    case 'DNAT': {
      const to = target.ranges.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join(', ')
      return { to, toPorts, random, persistent: target.persistent }
    }
    case 'NETMAP':
      return { to: target.network }
    default:
      return { toPorts, random }
  }
}

function actionForm(target: Extract<RuleTarget, { action: string }>): Partial<TargetForm> {
  switch (target.action) {
    case 'LOG':
      return { logLevel: target.level, logPrefix: target.prefix }
    case 'MARK':
      return { value: maskedText(target, WORD) }
    case 'TOS':
      return { value: maskedText(target, BYTE) }
    case 'DSCP':
      return { value: hexText(target.value) }
    case 'TTL':
      return { value: figureText(target.value), ttlOperation: target.operation }
    case 'TCPMSS':
      return { value: target.mss === null ? '' : figureText(target.mss) }
  }
}

/** @param was what the form does not show of a target (LOG's options) stays as it was */
export function targetOf(form: TargetForm, was: RuleTarget): RuleTarget {
  const [kind, name = ''] = form.target.split(/:(.*)/s)
  if (kind === 'chain') return { chain: name }
  const ports = form.toPorts.trim() === '' ? null : asRange(form.toPorts)
  const random = form.random
  switch (name) {
    case 'ACCEPT':
    case 'DENY':
    case 'RETURN':
    case 'QUEUE':
      return { verdict: name }
    case 'REJECT':
      return form.rejectWith === '' ? { verdict: name } : { verdict: name, with: form.rejectWith }
    case 'MASQ':
      return { verdict: name, ...(ports ? { ports } : {}), ...(random ? { random } : {}) }
    case 'SNAT':
    case 'DNAT':
      return { verdict: name, ranges: rangesOf(form.to), ports, persistent: form.persistent, random }
    case 'REDIRECT':
      return { verdict: name, ports, ...(random ? { random } : {}) }
    case 'NETMAP':
      return { verdict: name, network: form.to.trim() }
    case 'LOG': {
      const before = was && 'action' in was && was.action === 'LOG' ? was : null
      return {
        action: name,
        level: form.logLevel,
        prefix: form.logPrefix,
        tcpSequence: before?.tcpSequence ?? false,
        tcpOptions: before?.tcpOptions ?? false,
        ipOptions: before?.ipOptions ?? false,
      }
    }
    case 'MARK':
      return { action: name, ...asMasked(form.value, WORD) }
    case 'TOS':
      return { action: name, ...asMasked(form.value, BYTE) }
    case 'DSCP':
      return { action: name, value: asWord(form.value) }
    case 'TTL':
      return { action: name, operation: form.ttlOperation, value: asFigure(form.value) }
    case 'TCPMSS':
      return { action: name, mss: form.value.trim() === '' ? null : asFigure(form.value) }
    default:
      return null
  }
}

const rangesOf = (text: string) =>
  listOf(text).map((range) => {
    const [from = '', to = from] = range.split('-')
    return { from, to }
  })

/** Targets to choose from, as `target` has them: those that may stand in the chain. */
export function targetsFor(dialect: 'classic' | 'netfilter', table: Table, chain: string): string[] {
  const verdicts = (...names: string[]) => names.map((name) => `verdict:${name}`)
  if (dialect === 'classic') return verdicts(...TARGETS, 'REDIRECT')
  const plain = verdicts('ACCEPT', 'DENY', 'RETURN', 'QUEUE')
  if (table === 'filter') return [...plain, ...verdicts('REJECT'), 'action:LOG']
  if (table === 'mangle')
    return [...plain, ...['LOG', 'MARK', 'TOS', 'DSCP', 'TTL', 'TCPMSS'].map((name) => `action:${name}`)]
  const source = verdicts('MASQ', 'SNAT')
  const destination = verdicts('DNAT', 'REDIRECT')
  const own =
    chain === 'POSTROUTING'
      ? source
      : ['PREROUTING', 'OUTPUT'].includes(chain)
        ? destination
        : [...source, ...destination]
  return [...plain, ...own, ...verdicts('NETMAP'), 'action:LOG']
}
