/**
 * The states of the connection in use, as a literal table. What is not in it cannot happen: a late report of a line that was hung
 * up meanwhile changes nothing.
 *
 *   down         nobody wants it: switched off by hand, or not the one in use
 *   waiting      on demand, and nobody needed it yet
 *   connecting   a lease or a session is being asked for
 *   up           carries traffic
 *   failed       it was tried or lost; it is tried again, by its daemon or at `nextAttemptAt`
 */
import type { CONNECTION_STATES } from '@bauta/control/schemas'

export type State = (typeof CONNECTION_STATES)[number]

export type Happening =
  /** somebody or the settings say so */
  | 'wanted'
  /** on demand: be ready */
  | 'standby'
  | 'established'
  /** refused, not answered, or gone */
  | 'lost'
  /** nothing was sent for long enough */
  | 'idle'
  | 'hung-up'

export const NEXT: Readonly<Record<State, Readonly<Partial<Record<Happening, State>>>>> = {
  down: { wanted: 'connecting', standby: 'waiting' },
  waiting: { wanted: 'connecting', 'hung-up': 'down' },
  connecting: { established: 'up', lost: 'failed', idle: 'waiting', 'hung-up': 'down' },
  up: { established: 'up', lost: 'failed', idle: 'waiting', 'hung-up': 'down' },
  failed: {
    wanted: 'connecting',
    established: 'up',
    lost: 'failed',
    idle: 'waiting',
    'hung-up': 'down',
  },
}
