/** Another password, and the way back in for whoever forgot it; over the routes, as pages ask for them. */
import { describe, expect, it } from 'vitest'
import { POST as changePassword } from '../app/api/account/password/route.ts'
import { POST as newCode } from '../app/api/account/recovery/route.ts'
import { POST as recover } from '../app/api/recover/route.ts'
import { POST as claim } from '../app/api/setup/route.ts'
import type { Services } from './services.ts'
import { type Asked, ask, LAN_PEER, openBench, PASSWORD } from './testing.ts'

const NEXT = 'quite another sentence'
const post = async (handler: Parameters<typeof ask>[0], body: unknown, more: Asked = {}) => {
  const reply = await ask(handler, { method: 'POST', body, ...more })
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown>, reply }
}
const me = async (services: Services) => {
  const { id } = await services.db.reader.administrator.findFirstOrThrow()
  const token = await services.sessions.open(id, LAN_PEER)
  return { token, csrf: (await services.sessions.find(token))!.csrf }
}
const logsIn = (services: Services, password: string) =>
  services.accounts.logIn({ name: 'anna', password }, '192.168.77.99').then(
    () => true,
    () => false,
  )
const claimed = async () => String((await post(claim, { name: 'anna', password: PASSWORD })).body.recovery)

describe('another password', () => {
  it('needs the old one, ends the sessions of other browsers, and keeps this one', async () => {
    await using bench = await openBench()
    await claimed()
    const [here, elsewhere] = [await me(bench.services), await me(bench.services)]
    const wrong = await post(changePassword, { old: 'not the old one', password: NEXT }, here)
    expect(wrong).toMatchObject({ status: 422, body: { faults: [{ path: ['old'] }] } })
    const weak = await post(changePassword, { old: PASSWORD, password: 'short' }, here)
    expect(weak).toMatchObject({ status: 422, body: { faults: [{ path: ['password'] }] } })
    expect(await bench.services.sessions.find(elsewhere.token)).not.toBeNull()

    expect((await post(changePassword, { old: PASSWORD, password: NEXT }, here)).status).toBe(200)
    expect(await bench.services.sessions.find(here.token)).not.toBeNull()
    expect(await bench.services.sessions.find(elsewhere.token)).toBeNull()
    expect(await logsIn(bench.services, PASSWORD)).toBe(false)
    expect(await logsIn(bench.services, NEXT)).toBe(true)
  })
  it('cannot be guessed by whoever finds an open page', async () => {
    await using bench = await openBench()
    await claimed()
    const here = await me(bench.services)
    const guess = () => post(changePassword, { old: 'a guess of somebody', password: NEXT }, here)
    for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(422)
    expect(await guess()).toMatchObject({ status: 429, body: { retryAfter: 1 } })
  })
})

describe('the recovery code', () => {
  it('is told once and kept as a hash only', async () => {
    await using bench = await openBench()
    const code = await claimed()
    expect(code).toMatch(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/)
    const row = await bench.services.db.reader.administrator.findFirstOrThrow()
    expect(row.recoveryHash).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(row)).not.toContain(code.replaceAll('-', '').toLowerCase())
    expect(bench.log.join()).not.toContain(code.slice(0, 5))
  })
  it('sets a new password from the household, once; every session ends, and a new code is made', async () => {
    await using bench = await openBench()
    const code = await claimed()
    const before = await me(bench.services)
    const wanted = { code: code.toLowerCase().replaceAll('-', ' '), password: NEXT }
    expect((await post(recover, wanted, { peer: '203.0.113.9' })).status).toBe(403)
    expect((await post(recover, { ...wanted, password: 'short' })).status).toBe(422)

    const { status, body, reply } = await post(recover, wanted)
    expect([status, body.state, body.name]).toEqual([200, 'in', 'anna'])
    const token = /bauta_session=([^;]+)/.exec(reply.headers.get('set-cookie')!)![1]!
    expect(await bench.services.sessions.find(token)).not.toBeNull()
    expect(await bench.services.sessions.find(before.token)).toBeNull()
    expect(await logsIn(bench.services, PASSWORD)).toBe(false)
    expect((await post(recover, wanted)).status).toBe(401)
    expect((await post(recover, { ...wanted, code: body.recovery })).status).toBe(200)
  })
  it('works for one of two who come with it at the same time', async () => {
    await using _bench = await openBench()
    const code = await claimed()
    const peers = ['192.168.77.31', '192.168.77.32', '192.168.77.33']
    const replies = await Promise.all(
      peers.map((peer, i) => post(recover, { code, password: `${NEXT} ${i}` }, { peer })),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401])
  })
  it('cannot be guessed fast, and nonsense is counted like a guess', async () => {
    await using bench = await openBench()
    await claimed()
    for (let i = 0; i < 5; i++)
      expect(
        (await post(recover, { code: i % 2 ? 'nonsense' : '0'.repeat(20), password: NEXT })).status,
      ).toBe(401)
    expect((await post(recover, { code: 'nonsense', password: NEXT })).status).toBe(429)
    expect(bench.log.filter((line) => line.includes('a recovery from'))).toHaveLength(5)
  })
  it('can be made anew with the password, and the one before is worth nothing then', async () => {
    await using bench = await openBench()
    const old = await claimed()
    const here = await me(bench.services)
    expect((await post(newCode, { password: 'not the password' }, here)).status).toBe(422)
    const { body } = await post(newCode, { password: PASSWORD }, here)
    expect((await post(recover, { code: old, password: NEXT })).status).toBe(401)
    expect((await post(recover, { code: body.recovery, password: NEXT })).status).toBe(200)
  })
})
