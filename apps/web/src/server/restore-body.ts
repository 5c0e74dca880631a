/** The body of a restore and of its dry run, and the backup in it. */
import { z } from 'zod'
import { BACKUP_MAX, BackupRefused, readBackup } from './backup.ts'
import { Problem } from './problem.ts'

export const restoreBody = z.object({
  /** number of the revision that was seen */
  base: z.int().min(1),
  /** What the file holds. */
  file: z.unknown(),
  password: z.string().max(1024).nullable().default(null),
})

export const RESTORE_SPEC = { auth: 'session', body: restoreBody, most: BACKUP_MAX } as const

/** @throws Problem 422, with `locked` where only the password is missing or wrong */
export async function backupIn({ file, password }: z.infer<typeof restoreBody>) {
  try {
    return await readBackup(file, password)
  } catch (error) {
    if (!(error instanceof BackupRefused)) throw error
    const { message, faults, locked } = error
    throw new Problem(422, `Nothing was changed. ${message}`, { faults, ...(locked ? { locked } : {}) })
  }
}
