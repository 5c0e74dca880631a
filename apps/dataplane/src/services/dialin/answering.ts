/** What a protocol has to say for a line to answer by it: a daemon that serves one call, and what its log means. */
import type { DialinLineStatus } from '@bauta/control/schemas'
import type { CallEnd, EndedCall } from './call-words.ts'

export const ANSWERING_DAEMONS = ['pppd', 'slip'] as const

export interface Answering {
  /** As people know it; also the name of its files. */
  daemon: (typeof ANSWERING_DAEMONS)[number]
  command: readonly [string, ...string[]]
  /** What it reads, by name: put into the folder of the line, root's alone. Another text makes another daemon of it. */
  files: Readonly<Record<string, string>>
  /** @returns what goes on while it runs and nobody is on yet */
  stateOf: (log: string) => DialinLineStatus['state']
  /** @returns null where nothing happened that anybody would want to know */
  endOf: (ended: EndedCall) => CallEnd | null
}
