import { readSettings } from '@bauta/db'
import { expect, it } from 'vitest'
import { openBench } from './testing.ts'

it('an empty database takes what the dataplane runs with, as revision 1', async () => {
  await using bench = await openBench(false)
  expect(await bench.services.keepInStep.step()).toBe('taken')
  expect(bench.dataplane.current).toMatchObject((await bench.services.db.read(readSettings))!)
  expect(bench.dataplane.current.revision).toBe(1)
  expect(await bench.services.keepInStep.step()).toBe('same')
})

it('a dataplane that is behind, ahead, or has other settings under the same number gets the stored ones', async () => {
  await using bench = await openBench()
  const stored = (await bench.services.db.read(readSettings))!
  for (const strange of [
    { revision: 0, snapshot: stored.snapshot },
    { revision: 9, snapshot: stored.snapshot },
    { revision: 1, snapshot: { ...stored.snapshot, timeouts: { ...stored.snapshot.timeouts, udp: 5 } } },
  ]) {
    Object.assign(bench.dataplane.current, strange)
    expect(await bench.services.keepInStep.step()).toBe('applied')
    expect(bench.dataplane.current).toMatchObject(stored)
  }
})

it('a change that nobody confirmed becomes a revision of its own, whoever looked meanwhile', async () => {
  await using bench = await openBench()
  const before = (await bench.services.db.read(readSettings))!
  const value = { ...before.snapshot.timeouts, udp: 33 }
  await bench.services.settings.save('anna', { noun: 'timeouts', base: 1, value, confirm: 60 })
  expect(await bench.services.keepInStep.step()).toBe('same')
  bench.dataplane.goBack('time')
  expect(await bench.services.keepInStep.step()).toBe('went-back')
  const after = (await bench.services.db.read(readSettings))!
  expect(after).toEqual({ revision: 3, snapshot: before.snapshot })
  const [newest] = await bench.services.history.list(null, 1)
  expect(newest).toMatchObject({
    author: 'Bauta',
    summary: ['Went back by itself: nobody confirmed revision 2', 'UDP timeout 33 s → 300 s'],
  })
  expect(bench.dataplane.current).toMatchObject({ revision: 3, wentBack: null, pending: null })
  expect(await bench.services.keepInStep.step()).toBe('same')
})

it('a home network that moved by itself becomes a revision, while nobody has saved anything', async () => {
  await using bench = await openBench()
  const before = (await bench.services.db.read(readSettings))!
  const moved = { ...before.snapshot, lan: { ...before.snapshot.lan, address: '10.77.0.1' } }
  Object.assign(bench.dataplane.current, { revision: 0, snapshot: moved })
  expect(await bench.services.keepInStep.step()).toBe('taken')
  expect(await bench.services.db.read(readSettings)).toEqual({ revision: 2, snapshot: moved })
  expect(bench.dataplane.current).toMatchObject({ revision: 2, snapshot: moved })
  const value = { ...before.snapshot.timeouts, udp: 33 }
  await bench.services.settings.save('anna', { noun: 'timeouts', base: 2, value })
  Object.assign(bench.dataplane.current, { revision: 0, snapshot: before.snapshot })
  expect(await bench.services.keepInStep.step()).toBe('applied')
  expect(bench.dataplane.current).toMatchObject({ revision: 3, snapshot: { lan: moved.lan } })
})

it('a dataplane that is away or refuses is told once, not at every try', async () => {
  await using bench = await openBench()
  bench.dataplane.current.revision = 0
  bench.dataplane.behaviour.refusal = { message: 'no', faults: [] }
  expect(await bench.services.keepInStep.step()).toBe('refused')
  expect(await bench.services.keepInStep.step()).toBe('refused')
  await bench.dataplane.close()
  expect(await bench.services.keepInStep.step()).toBe('unreachable')
  expect(bench.log.filter((line) => line.includes('refused'))).toHaveLength(1)
})

it('settings that cannot be read do not keep the process from starting', async () => {
  await using bench = await openBench()
  await bench.services.db.write(async (tx) => {
    await tx.$executeRawUnsafe('UPDATE Timeouts SET udp = -5')
    await tx.$executeRawUnsafe(`UPDATE Revision SET snapshot = '{}'`)
  })
  await bench.services.keepInStep.start()
  expect(bench.log.at(-1)).toMatch(/^comparing with the dataplane failed/)
})
