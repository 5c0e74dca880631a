/** What only one of the dialects can look at or do beside a verdict, as the form shows it. */
import type { ConnectionStateName, LIMIT_PERIODS, Rule } from '@bauta/config'
import { asFigure, figureText } from '../../../forms/figure.ts'
import { asMasked, asRange, asWord, hexText, listOf, maskedText, rangeText } from './figures-in-text.ts'

export interface MoreForm {
  states: ConnectionStateName[]
  statesNot: boolean
  /** `80,443,6000:6063` */
  multiport: string
  multiportSide: 'source' | 'destination' | 'either'
  multiportNot: boolean
  tos: string
  tosNot: boolean
  mark: string
  markNot: boolean
  mac: string
  macNot: boolean
  length: string
  lengthNot: boolean
  /** Packets per period; empty: no limit. */
  limit: string
  limitPer: (typeof LIMIT_PERIODS)[number]
  limitBurst: string
  /** Classic. */
  log: boolean
  /** `7` sets the mark, `+7` adds to it. */
  setMark: string
  /** `0x01 0x10`: and, xor */
  setTos: string
}

const BYTE = 0xff
const WORD = 0xffffffff
/** iptables: --limit-burst */
const USUAL_BURST = '5'

export function moreOfRule(rule: Rule): MoreForm {
  const [list] = rule.multiport
  const { setMark, setTos } = rule
  return {
    states: rule.states?.list ?? [],
    statesNot: rule.states?.invert ?? false,
    multiport: list?.ranges.map(rangeText).join(',') ?? '',
    multiportSide: list?.side ?? 'destination',
    multiportNot: list?.invert ?? false,
    tos: rule.tos ? maskedText(rule.tos, BYTE) : '',
    tosNot: rule.tos?.invert ?? false,
    mark: rule.mark ? maskedText(rule.mark, WORD) : '',
    markNot: rule.mark?.invert ?? false,
    mac: rule.mac?.address ?? '',
    macNot: rule.mac?.invert ?? false,
    length: rule.length ? rangeText(rule.length) : '',
    lengthNot: rule.length?.invert ?? false,
    limit: rule.limit ? figureText(rule.limit.rate) : '',
    limitPer: rule.limit?.per ?? 'minute',
    limitBurst: rule.limit ? figureText(rule.limit.burst) : USUAL_BURST,
    log: rule.log,
    setMark: setMark ? `${setMark.add ? '+' : ''}${hexText(setMark.value)}` : '',
    setTos: setTos ? `${hexText(setTos.and)} ${hexText(setTos.xor)}` : '',
  }
}

/** @param ports whether the protocol has ports @param was lists of ports beyond the first stay as they were */
export function moreToRule(form: MoreForm, ports: boolean, was: Rule): Partial<Rule> {
  const filled = (text: string) => text.trim() !== ''
  const ranges = listOf(form.multiport).map(asRange)
  return {
    states: form.states.length > 0 ? { list: form.states, invert: form.statesNot } : null,
    multiport:
      ports && ranges.length > 0
        ? [{ side: form.multiportSide, ranges, invert: form.multiportNot }, ...was.multiport.slice(1)]
        : [],
    tos: filled(form.tos) ? { ...asMasked(form.tos, BYTE), invert: form.tosNot } : null,
    mark: filled(form.mark) ? { ...asMasked(form.mark, WORD), invert: form.markNot } : null,
    mac: filled(form.mac)
      ? { address: form.mac.trim().toLowerCase().replaceAll('-', ':'), invert: form.macNot }
      : null,
    length: filled(form.length) ? { ...asRange(form.length), invert: form.lengthNot } : null,
    limit: filled(form.limit)
      ? { rate: asFigure(form.limit), per: form.limitPer, burst: asFigure(form.limitBurst) }
      : null,
    log: form.log,
    setMark: filled(form.setMark) ? setMarkOf(form.setMark.trim()) : null,
    setTos: filled(form.setTos) ? setTosOf(form.setTos) : null,
  }
}

function setMarkOf(text: string): Rule['setMark'] {
  const add = text.startsWith('+')
  return { value: asWord(add ? text.slice(1) : text), add }
}

function setTosOf(text: string): Rule['setTos'] {
  const [and = '', xor = ''] = listOf(text)
  return { and: asWord(and), xor: asWord(xor) }
}
