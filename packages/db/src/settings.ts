/** The settings as rows, read and written noun by noun, and checked by the same schema on the way out as on the way in. */
import { NOUNS, type Noun, type Snapshot, snapshotSchema } from '@bauta/config'
import type { Queries, Transaction } from './database.ts'
import { readAccess, writeAccess } from './rows/access.ts'
import { readDhcp, writeDhcp } from './rows/dhcp.ts'
import { readDialin, writeDialin } from './rows/dialin.ts'
import { readDns, writeDns } from './rows/dns.ts'
import { readForwards, writeForwards } from './rows/forwards.ts'
import { readHelpers, writeHelpers } from './rows/helpers.ts'
import { readInterfaces, writeInterfaces } from './rows/interfaces.ts'
import { readInternet, writeInternet } from './rows/internet.ts'
import { readLan, writeLan } from './rows/lan.ts'
import { readOffload, writeOffload } from './rows/offload.ts'
import { readPorts, writePorts } from './rows/ports.ts'
import { readRules, writeRules } from './rows/rules.ts'
import { readShaping, writeShaping } from './rows/shaping.ts'
import { readTime, writeTime } from './rows/time.ts'
import { readTimeouts, writeTimeouts } from './rows/timeouts.ts'

export interface Settings {
  /** number of the newest revision */
  revision: number
  snapshot: Snapshot
}

const readers: { [N in Noun]: (db: Queries) => Promise<unknown> } = {
  interfaces: readInterfaces,
  rules: readRules,
  forwards: readForwards,
  helpers: readHelpers,
  timeouts: readTimeouts,
  ports: readPorts,
  dns: readDns,
  internet: readInternet,
  lan: readLan,
  dhcp: readDhcp,
  dialin: readDialin,
  offload: readOffload,
  shaping: readShaping,
  time: readTime,
  access: readAccess,
}
const writers: { [N in Noun]: (db: Transaction, value: Snapshot[N]) => Promise<void> } = {
  interfaces: writeInterfaces,
  rules: writeRules,
  forwards: writeForwards,
  helpers: writeHelpers,
  timeouts: writeTimeouts,
  ports: writePorts,
  dns: writeDns,
  internet: writeInternet,
  lan: writeLan,
  dhcp: writeDhcp,
  dialin: writeDialin,
  offload: writeOffload,
  shaping: writeShaping,
  time: writeTime,
  access: writeAccess,
}

/** @returns the settings as they are, or null in a database that has none yet */
export async function readSettings(db: Queries): Promise<Settings | null> {
  const { _max } = await db.revision.aggregate({ _max: { number: true } })
  if (_max.number === null) return null
  return { revision: _max.number, snapshot: (await fromRows(db)) ?? (await fromRevision(db, _max.number)) }
}

/** @returns null where the rows make no sense: damaged, or written by hand */
async function fromRows(db: Queries): Promise<Snapshot | null> {
  const rows: Record<string, unknown> = { format: 1 }
  try {
    // A noun that has no rows yet is younger than the database; the schema knows what it means then.
    for (const noun of NOUNS) rows[noun] = (await readers[noun](db)) ?? undefined
  } catch {
    return null
  }
  return snapshotSchema.safeParse(rows).data ?? null
}

/** The same settings once more, as the revision keeps them. */
async function fromRevision(db: Queries, number: number): Promise<Snapshot> {
  return snapshotSchema.parse((await db.revision.findUniqueOrThrow({ where: { number } })).snapshot)
}

/** Replaces the rows of one noun. The caller writes the revision in the same transaction. */
export function writeNoun<N extends Noun>(db: Transaction, noun: N, value: Snapshot[N]): Promise<void> {
  return (writers[noun] as (db: Transaction, value: Snapshot[N]) => Promise<void>)(db, value)
}
