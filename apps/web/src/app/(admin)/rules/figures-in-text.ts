/** Numbers, ranges and lists of them as people type them; what makes no sense stays as it is, for the schema to complain about. */
import { asFigure, figureText } from '../../../forms/figure.ts'

export interface FigureRange {
  from: number
  to: number
}

/** Decimal, or hexadecimal as `0x1f`. */
export function asWord(text: string): number {
  const trimmed = text.trim()
  return /^(0x[0-9a-f]+|\d{1,10})$/i.test(trimmed) ? Number(trimmed) : asFigure(trimmed)
}

/** `80`, `1024:65535`, `1024-65535`, `1024:` (to the end), `:1023` (from 0) */
export function asRange(text: string): FigureRange {
  const trimmed = text.trim()
  const [from = '', to, ...rest] = trimmed.split(/\s*[:–-]\s*/)
  if (rest.length > 0) return { from: asFigure(trimmed), to: asFigure(trimmed) }
  if (to === undefined) return { from: asFigure(from), to: asFigure(from) }
  return { from: from === '' ? 0 : asFigure(from), to: to === '' ? 65535 : asFigure(to) }
}

export function rangeText({ from, to }: FigureRange): string {
  return from === to ? figureText(from) : `${from}:${to}`
}

export const listOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean)

/** `0x10`, or `0x10/0x1e` with a mask. @param all the mask that stands for every bit */
export function asMasked(text: string, all: number): { value: number; mask: number } {
  const [value = '', mask] = text.split('/')
  return { value: asWord(value), mask: mask === undefined ? all : asWord(mask) }
}

export function maskedText({ value, mask }: { value: number; mask: number }, all: number): string {
  return mask === all ? hexText(value) : `${hexText(value)}/${hexText(mask)}`
}

export const hexText = (value: number): string =>
  Number.isInteger(value) ? `0x${value.toString(16)}` : figureText(value)
