import { describe, expect, it } from 'vitest'
import { POST as withCode } from '../app/api/confirm/code/route.ts'
import { POST as confirm } from '../app/api/confirm/route.ts'
import { PUT as save } from '../app/api/settings/[noun]/route.ts'
import { CONNECTED_HEADER, LOCAL_HEADER } from './serve.ts'
import { ask, type Bench, LAN_PEER, logIn, openBench } from './testing.ts'

/** @returns the maker's session and what the box said of the change that waits */
async function change(bench: Bench) {
  const maker = await logIn(bench.services)
  const { timeouts } = bench.dataplane.current.snapshot
  const reply = await ask(save, {
    method: 'PUT',
    params: { noun: 'timeouts' },
    body: { base: 1, value: { ...timeouts, udp: 33 }, confirm: 60 },
    ...maker,
  })
  const said = (await reply.json()) as { code: string; pending: { revision: number; since: number } }
  return { maker, said }
}
type Sent = { token?: string; csrf?: string; at?: number; keep?: boolean; revision?: number }
const answer = ({ at, keep = true, revision = 2, ...who }: Sent) =>
  ask(confirm, {
    method: 'POST',
    body: { revision, keep },
    headers: at === undefined ? {} : { [CONNECTED_HEADER]: String(at) },
    ...who,
  })

describe('a change that waits to be confirmed', () => {
  it('is told as such, and its maker keeps it over a new connection', async () => {
    await using bench = await openBench()
    const { maker, said } = await change(bench)
    expect(said).toMatchObject({ revision: 2, pending: { revision: 2 } })
    expect(bench.services.confirmations.freshSince).toBe(said.pending.since)
    const old = await answer({ ...maker, at: said.pending.since - 1 })
    expect(await old.json()).toEqual({ revision: 2, kept: false, again: true })
    expect(bench.dataplane.current.pending).not.toBeNull()
    expect((await answer({ ...maker, at: said.pending.since + 1 })).status).toBe(200)
    expect(bench.dataplane.current).toMatchObject({ revision: 2, pending: null })
    expect(bench.services.confirmations.freshSince).toBe(0)
  })

  it('cannot be kept by another session, nor by nobody', async () => {
    await using bench = await openBench()
    await change(bench)
    const token = await bench.services.sessions.open(1, LAN_PEER)
    const other = { token, csrf: (await bench.services.sessions.find(token))!.csrf }
    expect((await answer(other)).status).toBe(403)
    expect((await answer({})).status).toBe(401)
    expect(bench.dataplane.current.pending).not.toBeNull()
  })

  it('can be taken back at once, by any administrator, and the history says so', async () => {
    await using bench = await openBench()
    await change(bench)
    const token = await bench.services.sessions.open(1, LAN_PEER)
    const other = { token, csrf: (await bench.services.sessions.find(token))!.csrf }
    expect((await answer({ ...other, keep: false })).status).toBe(200)
    expect(bench.dataplane.current).toMatchObject({ revision: 3, pending: null })
    const [newest] = await bench.services.history.list(null, 1)
    expect(newest!.summary[0]).toBe('Revision 2 was taken back before it was confirmed')
  })

  it('is kept at another address by the code, once, which opens a session there', async () => {
    await using bench = await openBench()
    const { said } = await change(bench)
    const bring = (code: string, peer = LAN_PEER) =>
      ask(withCode, { method: 'POST', body: { revision: 2, code }, peer })
    expect((await bring('wrong')).status).toBe(403)
    expect((await bring(said.code, '203.0.113.9')).status).toBe(403)
    expect(bench.dataplane.current.pending).not.toBeNull()
    const kept = await bring(said.code)
    expect(kept.status).toBe(200)
    expect(kept.headers.get('set-cookie')).toMatch(/^bauta_session=.{40}/)
    expect(bench.dataplane.current.pending).toBeNull()
    expect((await bring(said.code)).status).toBe(403)
  })

  it('that moved the box is kept at its new address alone, by session as by code', async () => {
    await using bench = await openBench()
    const maker = await logIn(bench.services)
    const { lan } = bench.dataplane.current.snapshot
    const value = { ...lan, addressing: 'box', address: '10.77.0.1' }
    const body = { base: 1, value, confirm: 60 }
    const reply = await ask(save, { method: 'PUT', params: { noun: 'lan' }, body, ...maker })
    const { code, at } = (await reply.json()) as { code: string; at: string }
    expect(at).toBe('10.77.0.1')
    const here = { [LOCAL_HEADER]: '192.168.77.1' }
    const there = { [LOCAL_HEADER]: '::ffff:10.77.0.1' }
    const old = await ask(confirm, {
      method: 'POST',
      body: { revision: 2, keep: true },
      headers: here,
      ...maker,
    })
    expect(old.status).toBe(403)
    expect(((await old.json()) as { message: string }).message).toContain('http://10.77.0.1/')
    const bring = (headers: Record<string, string>) =>
      ask(withCode, { method: 'POST', body: { revision: 2, code }, headers })
    expect((await bring(here)).status).toBe(403)
    expect(bench.dataplane.current.pending).not.toBeNull()
    expect((await bring(there)).status).toBe(200)
    expect(bench.dataplane.current.pending).toBeNull()
  })

  it('that is over already is a plain 409', async () => {
    await using bench = await openBench()
    const { maker } = await change(bench)
    bench.dataplane.goBack('time')
    expect((await answer(maker)).status).toBe(409)
    expect((await answer({ ...maker, revision: 99 })).status).toBe(409)
  })
})
