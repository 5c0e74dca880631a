/** The history: every state the settings had, and how to write the next one. */
import { describeChange, NOUNS, type Noun, type Snapshot, snapshotSchema } from '@bauta/config'
import type { Queries, Transaction } from './database.ts'
import { advanceRuleIds } from './rule-ids.ts'
import { type Settings, writeNoun } from './settings.ts'

/** Sentences that a list shows of one revision; the revision itself has them all. */
const SUMMARY_LINES = 5

export interface RevisionHead {
  number: number
  author: string
  at: Date
  noun: Noun | 'all'
  summary: string[]
}

export interface Revision extends RevisionHead {
  snapshot: Snapshot
  diff: string[]
}

export interface Change {
  author: string
  at: Date
  noun: Noun | 'all'
  snapshot: Snapshot
  /** First sentence of the revision, before what changed. */
  title?: string
}

const HEAD = { number: true, author: true, at: true, noun: true, summary: true } as const

/** @returns newest first */
export async function listRevisions(
  db: Queries,
  before: number | null,
  limit: number,
): Promise<RevisionHead[]> {
  const rows = await db.revision.findMany({
    where: before === null ? {} : { number: { lt: before } },
    orderBy: { number: 'desc' },
    take: limit,
    select: HEAD,
  })
  return rows.map((row) => ({ ...row, noun: row.noun as Noun | 'all', summary: row.summary as string[] }))
}

export async function readRevision(db: Queries, number: number): Promise<Revision | null> {
  const row = await db.revision.findUnique({ where: { number } })
  return (
    row && {
      ...row,
      noun: row.noun as Noun | 'all',
      summary: row.summary as string[],
      diff: row.diff as string[],
      snapshot: snapshotSchema.parse(row.snapshot),
    }
  )
}

/** @returns the newest revision that changed this noun: who to name in a conflict */
export async function lastRevisionOf(db: Queries, noun: Noun): Promise<RevisionHead | null> {
  const row = await db.revision.findFirst({
    where: { noun: { in: [noun, 'all'] } },
    orderBy: { number: 'desc' },
    select: HEAD,
  })
  return row && { ...row, noun: row.noun as Noun | 'all', summary: row.summary as string[] }
}

/**
 * Writes the rows of every noun that differs, and the next revision with the whole snapshot.
 * @param old what `readSettings` gave inside this transaction; null for the first revision
 */
export async function writeRevision(
  db: Transaction,
  old: Settings | null,
  change: Change,
): Promise<Revision> {
  const { author, at, noun, snapshot } = change
  for (const each of NOUNS)
    if (!old || JSON.stringify(old.snapshot[each]) !== JSON.stringify(snapshot[each]))
      await writeNoun(db, each, snapshot[each])
  await advanceRuleIds(db, snapshot.rules)
  const changes = old ? describeChange(old.snapshot, snapshot) : []
  const diff = change.title ? [change.title, ...changes] : changes
  const summary = shorten(diff)
  const number = (old?.revision ?? 0) + 1
  await db.revision.create({ data: { number, author, at, noun, summary, diff, snapshot } })
  return { number, author, at, noun, summary, diff, snapshot }
}

function shorten(lines: string[]): string[] {
  if (lines.length <= SUMMARY_LINES) return lines
  const shown = lines.slice(0, SUMMARY_LINES - 1)
  return [...shown, `and ${lines.length - shown.length} more changes`]
}
