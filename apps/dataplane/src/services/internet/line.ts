/** What brings one kind of connection up, behind the one interface that connection.ts knows. */
import type { InternetConnectionStatus } from '@bauta/control/schemas'
import type { Links } from '../../links.ts'
import type { DaemonStatus } from '../../services.ts'

/** What the provider gave. */
export interface LineFacts {
  dnsServers: string[]
  lease: InternetConnectionStatus['lease']
  session: InternetConnectionStatus['session']
  /** The other end of a point-to-point line; elsewhere the kernel’s route says it. */
  gateway?: string | null
}
export const NO_FACTS: LineFacts = { dnsServers: [], lease: null, session: null }

/** Why a line is not up. */
export interface Trouble {
  /** In words: what, where, and what to do where that helps. */
  text: string
  /** `auth`: trying again at once would only lock the account; `idle`: no trouble at all */
  kind: 'auth' | 'idle' | 'other'
  /** The line goes on trying without being told. */
  triesItself: boolean
}

/** How a line tells what happens to it. */
export interface LineReport {
  established: () => void
  lost: (trouble: Trouble) => void
  /** The provider gave other servers, another lease. */
  changed: () => void
  /** Worth a line in the log, and nothing else. */
  note: (text: string) => void
}

export interface Line {
  /** One attempt, or all of them where the line tries itself. Never throws for what the provider or the port does. */
  start: (links: Links) => Promise<void>
  /** The kernel's picture changed. */
  relink: (links: Links) => void
  /** Ends the lease or session and takes the address away. */
  stop: () => Promise<void>
  /** The dataplane ends; the line goes on. */
  leave: () => void
  facts: () => LineFacts
  daemons: () => DaemonStatus[]
}
