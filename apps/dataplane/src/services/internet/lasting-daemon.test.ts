import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DaemonSpec, endLeftBehind, LastingDaemon } from './lasting-daemon.ts'

let folder: string
let daemons: LastingDaemon[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-lasting-'))
  daemons = []
})
afterEach(async () => {
  for (const daemon of daemons) await daemon.stop()
  rmSync(folder, { recursive: true })
})

const start = async (changes: Partial<DaemonSpec> = {}, onEnd: (code: number | null) => void = () => {}) => {
  const spec = { name: 'd', command: 'sleep', args: ['60.5'], folder, settings: '', restart: false }
  const daemon = await LastingDaemon.start({ ...spec, ...changes }, onEnd)
  daemons.push(daemon)
  return daemon
}
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const until = async (what: () => boolean, ms = 3000) => {
  for (const end = Date.now() + ms; !what(); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > end) throw new Error('not in time')
}

describe('a daemon that was left running', () => {
  test('is adopted by the next dataplane when nothing changed', async () => {
    const first = await start()
    const { pid } = first
    first.leave()
    const second = await start()
    expect(second).toMatchObject({ pid, adopted: true })
  })

  test('is ended when its settings are others now', async () => {
    const first = await start()
    const pid = first.pid!
    first.leave()
    const second = await start({ settings: 'another file' })
    expect(second.pid).not.toBe(pid)
    // It is this process's child, and lives as a zombie until its end was heard of.
    await until(() => !lives(pid))
  })

  test('is noticed when it dies later', async () => {
    const first = await start()
    first.leave()
    let told = 0
    const second = await start({}, () => told++)
    process.kill(second.pid!, 'SIGKILL')
    await until(() => told === 1)
    expect(second.pid).toBe(null)
  })
})

test('one that shall run comes back within two seconds, and the end is told', async () => {
  let told = 0
  const daemon = await start({ restart: true }, () => told++)
  const pid = daemon.pid!
  process.kill(pid, 'SIGKILL')
  await until(() => daemon.pid !== null && daemon.pid !== pid, 2000)
  expect([told, daemon.restarts]).toEqual([1, 1])
})

test('one that cannot be started again for now is tried again, and nobody ends because of it', async () => {
  const daemon = await start({ restart: true })
  const { pid } = daemon
  renameSync(folder, `${folder}-away`)
  process.kill(pid!, 'SIGKILL')
  await until(() => /cannot be started/.test(daemon.problem ?? ''))
  renameSync(`${folder}-away`, folder)
  await until(() => daemon.pid !== null && daemon.pid !== pid, 4000)
  expect(daemon.problem).toBe(null)
})

test('what it started for itself ends with it', async () => {
  const daemon = await start({ command: 'sh', args: ['-c', 'sleep 61.5 & echo $!; wait'] })
  await until(() => daemon.log().includes('\n'))
  const helper = Number(daemon.log())
  expect(lives(helper)).toBe(true)
  process.kill(daemon.pid!, 'SIGKILL')
  await until(() => !lives(helper))
})

test('one that ignores the signal is killed', async () => {
  const daemon = await start({
    command: 'sh',
    args: ['-c', 'trap "" TERM; echo ready; sleep 62.5; sleep 62.5'],
  })
  await until(() => daemon.log().includes('ready'))
  const pid = daemon.pid!
  await daemon.stop()
  await until(() => !lives(pid))
}, 10_000)

test('a program that is not there is a problem in words', async () => {
  let told = 0
  const daemon = await start({ command: 'bauta-no-such-program' }, () => told++)
  await until(() => told === 1)
  expect(daemon.problem).toBe('bauta-no-such-program is not installed')
  expect(await endLeftBehind({ name: 'd', folder })).toBe(false)
})
