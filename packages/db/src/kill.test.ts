/** A process that saves as fast as it can is killed at any moment; what it had acknowledged must be there, whole. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Database } from './database.ts'
import { readRevision } from './revisions.ts'
import { readSettings } from './settings.ts'
import { temporaryDatabase } from './testing.ts'

const ROUNDS = 6

it('kill -9 loses no acknowledged save, and leaves none half-way', async () => {
  await using home = temporaryDatabase()
  let before = 0
  for (let round = 0; round < ROUNDS; round++) {
    const saver = spawn(process.execPath, [join(import.meta.dirname, 'kill-saver.ts'), home.file])
    let said = ''
    saver.stdout.on('data', (chunk) => {
      said += chunk
    })
    await once(saver.stdout, 'data')
    setTimeout(() => saver.kill('SIGKILL'), 20 + Math.random() * 120)
    await once(saver, 'close')
    const acknowledged = Number(said.trimEnd().split('\n').at(-1))
    expect(acknowledged).toBeGreaterThan(before)

    const reopened = new Database(home.file)
    const settings = (await reopened.read(readSettings))!
    expect(settings.revision).toBeGreaterThanOrEqual(acknowledged)
    expect(settings.revision).toBeLessThanOrEqual(acknowledged + 1)
    expect((await readRevision(reopened.reader, settings.revision))!.snapshot).toEqual(settings.snapshot)
    expect(await reopened.reader.revision.count()).toBe(settings.revision)
    before = settings.revision
    await reopened.close()
  }
}, 60_000)
