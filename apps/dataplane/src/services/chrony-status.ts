/** What `chronyc -c` says, as the API tells it. */
import type { TimeStatus } from '@bauta/control/schemas'

type Source = TimeStatus['sources'][number]

/** The characters of chronyc(1), “sources”. */
const STATES: Record<string, Source['state']> = {
  '*': 'used',
  '+': 'good',
  '-': 'good',
  '?': 'silent',
  x: 'wrong',
  '~': 'wrong',
}
const NOT_SYNCHRONISED = 'Not synchronised'

/** @param text of `chronyc -c -N sources -a`: also those whose name nobody has found an address for */
export function parseSources(text: string): Source[] {
  return text.split('\n').flatMap((line): Source[] => {
    const [mode, state = '', name, , , reach, , offset] = line.split(',')
    if (mode !== '^' || !name) return []
    const heard = Number(reach) > 0
    return [{ name, state: STATES[state] ?? 'silent', offset: heard ? Number(offset) : null }]
  })
}

/** @param text of `chronyc -c tracking` */
export function parseTracking(text: string): Pick<TimeStatus, 'synchronised' | 'offset'> {
  const fields = text.trim().split(',')
  const synchronised = fields.length >= 14 && fields[13] !== NOT_SYNCHRONISED
  return { synchronised, offset: synchronised ? Number(fields[4]) : null }
}
