/** People who may dial without being administrators: their door, their rights, and that they have no others. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { applianceSnapshot, type Snapshot } from '@bauta/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POST as connect } from '../app/api/dial/connect/route.ts'
import { POST as hangUp } from '../app/api/dial/hang-up/route.ts'
import { POST as login } from '../app/api/dial/login/route.ts'
import { POST as logout } from '../app/api/dial/logout/route.ts'
import { GET as look } from '../app/api/dial/route.ts'
import { hashPassword } from './password.ts'
import { type Asked, ask, type Bench, logIn, openBench } from './testing.ts'

const WORD = 'open the line please'
let snapshot: Snapshot
beforeAll(async () => {
  const passwordHash = await hashPassword(WORD)
  snapshot = applianceSnapshot([
    { name: 'lan0', role: 'lan' },
    { name: 'wan0', role: 'wan' },
  ])
  snapshot.internet.connections.push({
    name: 'Modem',
    method: {
      kind: 'serial',
      device: '/dev/ttyS0',
      speed: 115_200,
      phone: '1',
      chat: [],
      user: 'household@isp.example',
      password: 'secret of the provider',
    },
    when: 'manual',
    idleSeconds: 300,
  })
  snapshot.internet.dialers = [
    { name: 'lea', passwordHash, connections: ['Internet'] },
    { name: 'max', passwordHash, connections: [] },
  ]
})

async function house(): Promise<Bench> {
  const bench = await openBench(false)
  bench.dataplane.current.snapshot = structuredClone(snapshot)
  await bench.services.keepInStep.step()
  return bench
}

async function enter(name: string, password = WORD, more: Asked = {}) {
  const reply = await ask(login, { method: 'POST', body: { name, password }, ...more })
  const cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { status: reply.status, headers: { cookie }, setCookie: reply.headers.get('set-cookie') }
}
type View = { csrf: string; connections: { name: string; mayDial: boolean; state: string }[] }
const see = async (headers: Record<string, string>) => {
  const reply = await ask(look, { headers })
  return { status: reply.status, view: (await reply.json()) as View }
}
const press = async (button: typeof connect, headers: Record<string, string>, connection: string) => {
  const { csrf } = (await see(headers)).view
  return (await ask(button, { method: 'POST', body: { connection }, headers, csrf })).status
}

describe('somebody who may dial', () => {
  it('logs in from the household only, and the cookie is theirs alone', async () => {
    await using bench = await house()
    expect((await enter('lea', WORD, { peer: '203.0.113.9' })).status).toBe(403)
    expect((await enter('lea', 'a wrong word here')).status).toBe(401)
    expect((await enter('nobody')).status).toBe(401)
    const { status, setCookie } = await enter(' Lea ')
    expect(status).toBe(200)
    expect(setCookie).toMatch(/^bauta_dial=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=28800$/)
    expect(bench.log.join('\n')).not.toContain(WORD)
  })
  it('sees state and load, and no secret', async () => {
    await using _bench = await house()
    const { headers } = await enter('lea')
    const { status, view } = await see(headers)
    expect(status).toBe(200)
    expect(view.connections.map(({ name, mayDial, state }) => [name, mayDial, state])).toEqual([
      ['Internet', true, 'up'],
      ['Modem', false, 'down'],
    ])
    expect(JSON.stringify(view)).not.toMatch(/secret of the provider|household@isp|argon2|203\.0\.113/)
  })
  it('presses the buttons of their own connections, which the log tells by name', async () => {
    await using bench = await house()
    const { headers } = await enter('lea')
    expect(await press(hangUp, headers, 'Internet')).toBe(200)
    expect((await see(headers)).view.connections[0]!.state).toBe('down')
    expect(await press(connect, headers, 'Internet')).toBe(200)
    expect(bench.dataplane.internet.events.map(({ who, text }) => `${who} ${text}`)).toEqual([
      'lea dialled',
      'lea hung up',
    ])
    for (const button of [connect, hangUp]) {
      expect(await press(button, headers, 'Modem')).toBe(403)
      expect(await press(button, headers, 'nowhere')).toBe(403)
      expect(await press(button, (await enter('max')).headers, 'Internet')).toBe(403)
    }
    expect(bench.dataplane.internet.events).toHaveLength(2)
  })
  it('needs the token of the page for every press', async () => {
    await using bench = await house()
    const { headers } = await enter('lea')
    for (const csrf of [undefined, 'wrong'])
      for (const button of [connect, hangUp, logout])
        expect(
          (await ask(button, { method: 'POST', body: { connection: 'Internet' }, headers, csrf })).status,
        ).toBe(403)
    expect(bench.dataplane.internet.events).toEqual([])
  })
  it('is out after half an hour, after logging out, and when the settings forget them or their password', async () => {
    await using bench = await house()
    const stays = async (headers: Record<string, string>) => (await see(headers)).status
    const idle = (await enter('lea')).headers
    bench.clock.now += 31 * 60_000
    expect(await stays(idle)).toBe(401)

    const out = (await enter('lea')).headers
    const { csrf } = (await see(out)).view
    expect((await ask(logout, { method: 'POST', headers: out, csrf })).status).toBe(200)
    expect(await stays(out)).toBe(401)

    const { headers } = await enter('lea')
    const other = (await enter('max')).headers
    const base = (await bench.services.history.current()).revision.number
    const value = structuredClone(snapshot.internet)
    value.dialers = [{ ...value.dialers[0]!, passwordHash: await hashPassword('another word for her') }]
    expect(await bench.services.settings.save('anna', { noun: 'internet', base, value })).toMatchObject({
      kind: 'saved',
    })
    expect([await stays(headers), await stays(other)]).toEqual([401, 401])
  })
  it('guesses slowly', async () => {
    await using _bench = await house()
    for (let i = 0; i < 5; i++) expect((await enter('lea', `a wrong guess ${i}`)).status).toBe(401)
    expect((await enter('lea')).status).toBe(429)
  })
})

describe('has no other rights:', () => {
  const API = join(import.meta.dirname, '../app/api')
  const files = readdirSync(API, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('route.ts') && !file.startsWith('dial'),
  )
  const OPEN = /^(health|login|session|setup|recover|confirm\/code)\/route\.ts$/
  let bench: Bench
  let headers: Record<string, string>
  let csrf: string
  beforeAll(async () => {
    bench = await house()
    headers = (await enter('lea')).headers
    csrf = (await see(headers)).view.csrf
  })
  afterAll(() => bench[Symbol.asyncDispose]())
  it.each(files)('%s', async (file) => {
    const handlers = (await import(join(API, file))) as Record<string, typeof look>
    const params = { noun: 'internet', number: '1', id: '1.1', path: ['net', 'ip_masquerade'] }
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
      if (handlers[method]) {
        const body = method === 'GET' ? undefined : { base: 1, value: snapshot.internet }
        const { status } = await ask(handlers[method], { method, body, params, headers, csrf })
        if (!OPEN.test(file)) expect(status, method).toBe(401)
        else expect([200, 401, 422]).toContain(status)
      }
    expect(bench.dataplane.applied).toHaveLength(1)
  })
  it('and an administrator’s cookie does not open the dialling page', async () => {
    await using bench = await house()
    const { token, csrf } = await logIn(bench.services)
    expect((await ask(look, { token })).status).toBe(401)
    for (const button of [connect, hangUp, logout])
      expect(
        (await ask(button, { method: 'POST', body: { connection: 'Internet' }, token, csrf })).status,
      ).toBe(401)
  })
})
