/** `bauta log`: the newest line last, as in a terminal. */
import type { LogPage } from '@bauta/control'
import { printable } from './format.ts'

const MARK = { info: ' ', warn: '!', error: '!!' } as const

export function formatLog({ lines }: LogPage): string {
  return [...lines]
    .reverse()
    .map(
      ({ at, source, level, text }) =>
        `${timeOf(at)} ${MARK[level].padEnd(2)} ${source}: ${printable(text)}\n`,
    )
    .join('')
}

const timeOf = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 19)
