/** One at a time: a file that names its holder. A holder that died without letting go is passed over. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startTimeOf } from '@bauta/tun-tap/process-start'
import { isAlive } from './processes.ts'
import { until } from './shell.ts'

/** Longer than taking a whole lab away. */
const PATIENCE_SECONDS = 30

export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true })
  await until(`the lock ${file}`, PATIENCE_SECONDS, () => take(file))
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file: string): boolean {
  const me = { pid: process.pid, startTime: startTimeOf(process.pid) }
  try {
    writeFileSync(file, JSON.stringify(me), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  if (!holderLives(file)) rmSync(file, { force: true })
  return false
}

function holderLives(file: string): boolean {
  try {
    return isAlive(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // just let go of, or not written to its end yet: ask again
    return true
  }
}
