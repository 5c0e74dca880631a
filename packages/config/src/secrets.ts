/**
 * Passwords among the settings. They go into the box and into a backup, and nowhere else: what the API and the pages otherwise
 * show has a mark in their place, and a value that comes back with the mark keeps the secret that is stored.
 */
import type { Snapshot } from './snapshot.ts'

/** Stands for a stored secret. A user cannot type it: it has a control character. */
export const SECRET_KEPT = '\u0001kept'

/** A place that holds a secret, and what the entry around it is known by. */
interface Place {
  key: string
  holder: Record<string, unknown>
  field: string
}

/** @param value of the noun, whatever somebody sent */
function placesIn(noun: string, value: unknown): Place[] {
  if (!isRecord(value)) return []
  if (noun === 'dialin')
    return records(value.accounts).map(
      (account): Place => ({ key: `account ${account.name}`, holder: account, field: 'password' }),
    )
  if (noun !== 'internet') return []
  const connections = records(value.connections).flatMap((connection): Place[] =>
    isRecord(connection.method) && typeof connection.method.password === 'string'
      ? [{ key: `connection ${connection.name}`, holder: connection.method, field: 'password' }]
      : [],
  )
  const dialers = records(value.dialers).map(
    (dialer): Place => ({ key: `dialer ${dialer.name}`, holder: dialer, field: 'passwordHash' }),
  )
  return [...connections, ...dialers]
}

/** @returns a copy of the noun's value with marks instead of secrets */
export function withoutSecrets<T>(noun: string, value: T): T {
  const copy = structuredClone(value)
  for (const { holder, field } of placesIn(noun, copy)) holder[field] = SECRET_KEPT
  return copy
}

/** The same for all nouns at once. */
export function snapshotWithoutSecrets(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    internet: withoutSecrets('internet', snapshot.internet),
    dialin: withoutSecrets('dialin', snapshot.dialin),
  }
}

/**
 * Puts the stored secrets where the marks are. An entry is known by its name; one that was renamed is known by everything else
 * in it, or by being the only one that is left. Never by its place: whoever deletes one entry and renames the next would
 * hand the password of the first to the second.
 * @param value as it came, unchecked; marks that no stored secret answers become empty, which the schema refuses with a sentence
 */
export function withSecrets(noun: string, value: unknown, stored: unknown): unknown {
  const copy = structuredClone(value)
  const places = placesIn(noun, copy)
  const known = placesIn(noun, stored)
  const names = new Set(places.map(({ key }) => key))
  const gone = known.filter(({ key }) => !names.has(key))
  for (const place of places) {
    const { key, holder, field } = place
    if (holder[field] !== SECRET_KEPT) continue
    const from = known.find((one) => one.key === key) ?? formerly(place, gone)
    holder[field] = from?.holder[field] ?? ''
  }
  return copy
}

/** @returns the entry that this one was before it was renamed; undefined where that is a guess */
function formerly(place: Place, gone: readonly Place[]): Place | undefined {
  const candidates = gone.filter(({ field }) => field === place.field)
  if (candidates.length === 1) return candidates[0]
  const alike = candidates.filter((one) => besides(one) === besides(place))
  return alike.length === 1 ? alike[0] : undefined
}

/** All of an entry but its name and its secret. */
function besides({ holder, field }: Place): string {
  const { [field]: _secret, name: _name, ...rest } = holder
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const records = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : []
