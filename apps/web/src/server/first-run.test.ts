import { applianceSnapshot, defaultSnapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { GET as session } from '../app/api/session/route.ts'
import { POST as claim, PUT as progress } from '../app/api/setup/route.ts'
import { isGuest } from './first-run.ts'
import { ask, type Bench, openBench, PASSWORD } from './testing.ts'

const HOUSE = [
  { name: 'lan0', role: 'lan' as const },
  { name: 'wan0', role: 'wan' as const },
]
type Reply = { csrf: string; setup: unknown; recovery?: string }

async function appliance(): Promise<Bench> {
  const bench = await openBench(false)
  bench.dataplane.current.snapshot = applianceSnapshot(HOUSE)
  await bench.services.keepInStep.step()
  return bench
}

async function own(name = 'anna') {
  const reply = await ask(claim, { method: 'POST', body: { name, password: PASSWORD } })
  const token = /bauta_session=([^;]+)/.exec(reply.headers.get('set-cookie') ?? '')?.[1] ?? ''
  return { status: reply.status, token, ...((await reply.json()) as Reply) }
}

it('knows where the operating system cares for the networks', () => {
  expect(isGuest(defaultSnapshot(HOUSE))).toBe(true)
  expect(isGuest(applianceSnapshot(HOUSE))).toBe(false)
})

it('begins with the claim, goes on in another browser, can be left, and is over when it is done', async () => {
  await using bench = await appliance()
  const me = await own()
  expect(me).toMatchObject({ status: 200, setup: { step: 'recovery', aside: false } })
  const move = async (body: object) =>
    (await (await ask(progress, { method: 'PUT', body, ...me })).json()) as Reply
  expect(await move({ step: 'home' })).toMatchObject({ setup: { step: 'home', aside: false } })

  const token = await bench.services.accounts.logIn({ name: 'anna', password: PASSWORD }, '192.168.77.12')
  const there = (await (await ask(session, { token })).json()) as Reply
  expect(there.setup).toEqual({ step: 'home', aside: false })
  expect(there).not.toHaveProperty('recovery')

  expect(await move({ step: 'home', aside: true })).toMatchObject({ setup: { step: 'home', aside: true } })
  expect(await move({ step: 'over' })).toMatchObject({ setup: null })
  expect((await ask(progress, { method: 'PUT', body: { step: 'nowhere' }, ...me })).status).toBe(422)
})

it('asks nothing more where the operating system cares for the networks', async () => {
  await using _bench = await openBench()
  expect(await own()).toMatchObject({ status: 200, setup: null })
})

it('leaves nothing behind for those who came too late', async () => {
  await using bench = await appliance()
  const [first, second] = await Promise.all([own('anna'), own('bert')])
  expect([first.status, second.status].sort()).toEqual([200, 409])
  expect(first.status === 409 ? first : second).not.toHaveProperty('recovery')
  expect(await bench.services.db.reader.setup.count()).toBe(1)
})
