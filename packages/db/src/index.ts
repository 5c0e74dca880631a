/** The settings database: the only code that knows SQLite. Settings are rows per noun; history is numbered revisions. */
export { setAsideIfDamaged } from './damage.ts'
export { Database, type Queries, type Transaction, WriteFailed } from './database.ts'
export { Lock } from './lock.ts'
export { MIGRATIONS, migrate } from './migrate.ts'
export {
  type Change,
  lastRevisionOf,
  listRevisions,
  type Revision,
  type RevisionHead,
  readRevision,
  writeRevision,
} from './revisions.ts'
export { assignRuleIds, nextRuleId, renumbered } from './rule-ids.ts'
export { readSettings, type Settings, writeNoun } from './settings.ts'
