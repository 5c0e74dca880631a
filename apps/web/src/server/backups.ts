/** Backups as the API gives and takes them. */
import type { Snapshot } from '@bauta/config'
import { BackupRefused, type Made, readBackup, writeBackup } from './backup.ts'
import { passwordFault } from './password.ts'
import { Problem } from './problem.ts'

/** @throws Problem 422 where the password is too weak to keep anything */
async function write(snapshot: Snapshot, made: Made, password: string | null): Promise<string> {
  const fault = password === null ? null : passwordFault(password, '')
  if (fault)
    throw new Problem(422, `The backup was not made: ${fault}.`, {
      faults: [{ path: ['password'], message: fault }],
    })
  return writeBackup(snapshot, made, password)
}

/** @throws Problem 422, with `locked` where only the password is missing or wrong */
async function read(file: unknown, password: string | null): Promise<{ snapshot: Snapshot; made: Made }> {
  try {
    return await readBackup(file, password)
  } catch (error) {
    if (!(error instanceof BackupRefused)) throw error
    const { message, faults, locked } = error
    throw new Problem(422, `Nothing was changed. ${message}`, { faults, ...(locked ? { locked } : {}) })
  }
}

export const backups = { write, read }
