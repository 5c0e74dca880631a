/** For tests: a fresh database in a folder of its own, gone when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from './database.ts'
import { migrate } from './migrate.ts'

export interface TemporaryDatabase extends AsyncDisposable {
  readonly db: Database
  readonly file: string
  readonly folder: string
}

export function temporaryDatabase(): TemporaryDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'bauta-db-'))
  const file = join(folder, 'settings.db')
  migrate(file)
  const db = new Database(file)
  return {
    db,
    file,
    folder,
    [Symbol.asyncDispose]: async () => {
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
