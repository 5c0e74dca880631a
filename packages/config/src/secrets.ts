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
  if (noun !== 'internet' || !isRecord(value)) return []
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
  return { ...snapshot, internet: withoutSecrets('internet', snapshot.internet) }
}

/**
 * Puts the stored secrets where the marks are. An entry that was renamed finds its secret by its place in the list.
 * @param value as it came, unchecked; marks that no stored secret answers become empty, which the schema refuses with a sentence
 */
export function withSecrets(noun: string, value: unknown, stored: unknown): unknown {
  const copy = structuredClone(value)
  const known = placesIn(noun, stored)
  const byKey = new Map(known.map(({ key, holder, field }) => [key, holder[field]]))
  placesIn(noun, copy).forEach(({ key, holder, field }, i) => {
    if (holder[field] !== SECRET_KEPT) return
    const beside = known[i]?.field === field ? known[i].holder[field] : ''
    holder[field] = byKey.get(key) ?? beside
  })
  return copy
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const records = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : []
