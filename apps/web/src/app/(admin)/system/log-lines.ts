import type { LogLine } from '@bauta/control/schemas'

/** Newer and older lines as one list, newest first, each once: in the version of the newer page, whose counts are newer. */
export function joined(newer: readonly LogLine[], older: readonly LogLine[]): LogLine[] {
  const seen = new Set(newer.map(({ id }) => id))
  return [...newer, ...older.filter(({ id }) => !seen.has(id))].sort((a, b) => b.id - a.id)
}
