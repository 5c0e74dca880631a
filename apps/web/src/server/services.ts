/**
 * Everything the API works with, made once per process by src/server.ts.
 *
 * Next may load the code of a route more than once, in bundles of its own; locks, counts and connections must exist
 * once. So routes hold no services of their own: they ask `services()`, which is one object for the whole process, and
 * import only its types.
 */
import { pathInterfaces, type Snapshot } from '@bauta/config'
import { DataplaneClient } from '@bauta/control'
import { Database, listRevisions, readSettings } from '@bauta/db'
import { Accounts } from './accounts.ts'
import { backups } from './backups.ts'
import { ChangeSettings } from './change-settings.ts'
import { Commands } from './commands.ts'
import { Confirmations } from './confirmations.ts'
import { Dialers } from './dialers.ts'
import { FirstRun } from './first-run.ts'
import { History } from './history.ts'
import { HostCheck } from './host-check.ts'
import { KeepInStep } from './keep-in-step.ts'
import { LiveStreams } from './live-streams.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { LoginLimit } from './rate-limit.ts'
import { publish } from './running.ts'
import { serve } from './serve.ts'
import { Sessions } from './session.ts'

const QUICK_MS = 1000

export interface ServiceOptions {
  /** migrated already */
  database: string
  dataplane: string
  hosts?: readonly string[]
  now?: () => number
  say?: (line: string) => void
}

export function openServices(options: ServiceOptions) {
  const now = options.now ?? Date.now
  const say = options.say ?? (() => {})
  const db = new Database(options.database)
  const dataplane = new DataplaneClient(options.dataplane)
  const stored = lastStored(db)
  // Every request waits for the first answer of this one: better the kernel's list than a long silence.
  const quick = new DataplaneClient(options.dataplane, QUICK_MS)
  const neighbourhood = new Neighbourhood(quick, async () => rolesIn(await stored()))
  const sessions = new Sessions(db, now)
  const settings = new ChangeSettings(db, dataplane, now)
  const limit = new LoginLimit(db, now)
  const services = {
    db,
    dataplane,
    neighbourhood,
    hosts: new HostCheck(neighbourhood, options.hosts ?? [], async () => (await stored()) ?? null),
    sessions,
    accounts: new Accounts(db, sessions, limit, now, say),
    dialers: new Dialers(dataplane, limit, stored, now, say),
    firstRun: new FirstRun(db, stored),
    history: new History(db),
    settings,
    commands: new Commands(settings, dataplane),
    confirmations: new Confirmations(dataplane),
    backups,
    keepInStep: new KeepInStep(db, dataplane, now, say),
    streams: new LiveStreams(dataplane),
    serve,
    say,
    now,
    async close() {
      services.keepInStep.stop()
      await db.close()
    },
  }
  publish(services)
  return services
}

const rolesIn = (snapshot: Snapshot | undefined) => (snapshot ? pathInterfaces(snapshot) : [])

/** The stored settings for those who ask at every request: read again only when there is another revision. */
function lastStored(db: Database) {
  let last: Awaited<ReturnType<typeof readSettings>> = null
  return async () => {
    const [head] = await listRevisions(db.reader, null, 1)
    if (head?.number !== last?.revision) last = await db.read(readSettings)
    return last?.snapshot
  }
}

export type Services = ReturnType<typeof openServices>
