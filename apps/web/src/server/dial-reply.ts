/** What somebody who may dial is shown: no address of the provider’s, no events, nothing of the settings. */
import type { InternetConnectionStatus, InternetStatus } from '@bauta/control/schemas'
import { z } from 'zod'
import type { DialSession } from './dialers.ts'

export const connectionBody = z.object({ connection: z.string().max(64) })

type Shown =
  | 'name'
  | 'kind'
  | 'when'
  | 'inUse'
  | 'state'
  | 'since'
  | 'problem'
  | 'nextAttemptAt'
  | 'rate'
  | 'bytes'
export interface DialView {
  name: string
  csrf: string
  now: number
  connections: (Pick<InternetConnectionStatus, Shown> & { mayDial: boolean })[]
}

export function dialView(
  { name, csrf, connections: mine }: DialSession,
  { connections }: InternetStatus,
  now: number,
): DialView {
  return {
    name,
    csrf,
    now,
    connections: connections.map((connection) => ({
      name: connection.name,
      kind: connection.kind,
      when: connection.when,
      inUse: connection.inUse,
      state: connection.state,
      since: connection.since,
      problem: connection.problem,
      nextAttemptAt: connection.nextAttemptAt,
      rate: connection.rate,
      bytes: connection.bytes,
      mayDial: mine.includes(connection.name) && connection.kind !== 'system',
    })),
  }
}
