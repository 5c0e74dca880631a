/** What can be done to a draft of the shaping, and what the queues say, in words. */
import type { ShapedLine, Shaping } from '@bauta/config'
import type { ShapingStatus } from '@bauta/control/schemas'
import { mergeFields, mergeList } from '../../../forms/merge.ts'
import { bitRate, percent } from '../../../live/format.ts'
import type { Tone } from '../../../ui/index.ts'

/** @returns the speeds of a connection as a form shows them, and where they stand among the lines; -1: nowhere yet */
export function lineIn({ lines }: Shaping, connection: string): { line: ShapedLine; at: number } {
  const at = lines.findIndex((line) => line.connection === connection)
  return { line: lines[at] ?? { connection, download: null, upload: null, link: 'none' }, at }
}

/** Keeps an edit; a line that says nothing any more is none. */
export function keepLine(shaping: Shaping, line: ShapedLine): Shaping {
  const { at } = lineIn(shaping, line.connection)
  const says = line.download !== null || line.upload !== null || line.link !== 'none'
  const rest = shaping.lines
  const lines = !says ? rest.filter((_, i) => i !== at) : at < 0 ? [...rest, line] : rest.with(at, line)
  return { ...shaping, lines }
}

/** An empty field is no limit; anything else is a figure, or refused as one. */
export const speedOf = (typed: number): number | null =>
  typeof typed === 'string' && (typed as string).trim() === '' ? null : typed

/** Speeds of several connections are merged one by one. */
export function mergeShaping(origin: Shaping, mine: Shaping, theirs: Shaping): Shaping {
  return {
    ...mergeFields(origin, mine, theirs),
    lines: mergeList(origin.lines, mine.lines, theirs.lines, ({ connection }) => connection),
  }
}

export const STATE_TAGS: Record<ShapingStatus['state'], { tone: Tone; word: string }> = {
  off: { tone: 'plain', word: 'off' },
  unset: { tone: 'warn', word: 'no speed yet' },
  waiting: { tone: 'plain', word: 'waits for the line' },
  on: { tone: 'good', word: 'in force' },
  failed: { tone: 'bad', word: 'not in force' },
}

type Queue = ShapingStatus['queues'][number]

/** `4.50 Mbit/s at lan0`: what is in force. */
export const heldWords = ({ kbit, device }: Queue): string => `${bitRate(kbit * 1000)} at ${device}`

/** The share of what came that was dropped; null where nothing came. */
export function dropShare({ packets, drops }: Queue): string | null {
  const all = packets + drops
  return all > 0 ? percent(drops / all) : null
}
