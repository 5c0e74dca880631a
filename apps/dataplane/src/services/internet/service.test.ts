import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applianceSnapshot, type InternetConnection, type Snapshot } from '@bauta/config'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noLinks } from '../../links.ts'
import { LastingDaemon } from './lasting-daemon.ts'
import { NO_FACTS } from './line.ts'
import { InternetService } from './service.ts'

let runDir: string
let diary: string[]
let aim: Snapshot
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'bauta-internet-'))
  diary = []
  aim = withConnection({ when: 'always' })
})
afterEach(() => rmSync(runDir, { recursive: true }))

function withConnection(change: Partial<InternetConnection>, password = 'p'): Snapshot {
  const ports: Snapshot['interfaces']['list'] = [
    { name: 'wan0', role: 'wan' },
    { name: 'lan0', role: 'lan' },
  ]
  const method = { kind: 'pppoe', user: 'u', password, service: '', mtu: 'auto' } as const
  const connection: InternetConnection = { name: 'DSL', method, when: 'always', idleSeconds: 60, ...change }
  return { ...applianceSnapshot(ports), internet: { use: 'DSL', connections: [connection], dialers: [] } }
}

/** A dataplane's service, with a line that only notes what it is told. */
async function start(): Promise<InternetService> {
  const service = new InternetService({
    runDir,
    lineOf: () => ({
      start: async () => void diary.push('start'),
      stop: async () => void diary.push('stop'),
      relink: () => undefined,
      leave: () => undefined,
      facts: () => NO_FACTS,
      daemons: () => [],
    }),
  })
  service.connect({ settings: () => aim.internet, reconsider: async () => undefined })
  await service.apply(aim, noLinks())
  return service
}

test('hung up by hand lasts over a killed dataplane, and until the settings change', async () => {
  const first = await start()
  await first.hangUp('DSL', 'admin', 'administrator')
  diary = []
  const second = await start()
  expect(second.resting).toBe(true)
  // what the one before may have left half-way
  expect(diary).toEqual(['stop'])
  aim = withConnection({}, 'the right one')
  await second.apply(aim, noLinks())
  expect(second.resting).toBe(false)
  expect(diary).toEqual(['stop', 'stop', 'start'])
})

test('on demand: what was up when the dataplane was killed is taken over, not forgotten', async () => {
  aim = withConnection({ when: 'demand' })
  const spec = { name: 'pppd', command: 'sleep', args: ['60.6'], settings: '', restart: false }
  const left = await LastingDaemon.start({ ...spec, folder: join(runDir, 'internet') }, () => undefined)
  left.leave()
  try {
    const service = await start()
    expect(service.resting).toBe(false)
    expect(diary).toEqual(['start'])
  } finally {
    await left.stop()
  }
})

test('on demand: a start with nothing left behind waits until somebody needs it', async () => {
  aim = withConnection({ when: 'demand' })
  const service = await start()
  expect(service.awaited).toBe(true)
  service.need()
  await new Promise((resolve) => setImmediate(resolve))
  expect(diary).toEqual(['stop', 'start'])
})
