/** States and kinds of Internet connections in words, for every page that shows them. */
import type { InternetConnectionStatus } from '@bauta/control/schemas'
import { lasting } from '../live/format.ts'
import type { Tone } from '../ui/tag.tsx'

export const KINDS: Record<InternetConnectionStatus['kind'], string> = {
  system: 'Set up by the operating system',
  dhcp: 'DHCP',
  static: 'Fixed address',
  pppoe: 'PPPoE',
  serial: 'PPP over a serial line',
}

export const WHEN: Record<InternetConnectionStatus['when'], string> = {
  always: 'always up',
  demand: 'when needed',
  manual: 'by hand',
}

type Stated = Pick<InternetConnectionStatus, 'state' | 'inUse'>

export function stateWords({ state, inUse }: Stated): string {
  switch (state) {
    case 'up':
      return 'up'
    case 'connecting':
      return 'connecting'
    case 'waiting':
      return 'waits until somebody needs it'
    case 'failed':
      return 'failed, tries again'
    case 'down':
      return inUse ? 'hung up' : 'not in use'
  }
}

/** What it does and for how long, as a sentence. @param now the box's clock, ms */
export function sinceWords(line: Stated & Pick<InternetConnectionStatus, 'since'>, now: number): string {
  const time = lasting((now - line.since) / 1000)
  switch (line.state) {
    case 'up':
      return `Up for ${time}`
    case 'connecting':
      return `Connecting for ${time}`
    case 'waiting':
      return `Waits for ${time} until somebody in the house needs it`
    case 'failed':
      return `Down for ${time}`
    case 'down':
      return line.inUse ? `Hung up ${time} ago` : 'Not in use'
  }
}

/** One or two words, for a tag. */
export function stateTag({ state, inUse }: Stated): { tone: Tone; word: string } {
  switch (state) {
    case 'up':
      return { tone: 'good', word: 'up' }
    case 'connecting':
      return { tone: 'warn', word: 'connecting' }
    case 'waiting':
      return { tone: 'down', word: 'waiting' }
    case 'failed':
      return { tone: 'bad', word: 'failed' }
    case 'down':
      return { tone: 'plain', word: inUse ? 'down' : 'not in use' }
  }
}

/** Where pressing “Connect” makes sense. */
export const canConnect = ({ state, inUse }: Stated): boolean =>
  !inUse || state === 'down' || state === 'waiting' || state === 'failed'
export const canHangUp = ({ state, inUse }: Stated): boolean =>
  inUse && state !== 'down' && state !== 'waiting'
