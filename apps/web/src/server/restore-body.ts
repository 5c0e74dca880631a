/** The body of a restore and of its dry run. */
import { z } from 'zod'
import { BACKUP_MAX } from './body.ts'

export const restoreBody = z.object({
  /** number of the revision that was seen */
  base: z.int().min(1),
  /** What the file holds. */
  file: z.unknown(),
  password: z.string().max(1024).nullable().default(null),
})

export const RESTORE_SPEC = { auth: 'session', body: restoreBody, most: BACKUP_MAX } as const
