/** Every route of the API, found in the folders: who may ask it, and what it answers. */
import { readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { anyRule } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import type { RouteContext } from './route.ts'
import { IDLE_MS } from './session.ts'
import { type Asked, ask, type Bench, logIn, openBench, PASSWORD } from './testing.ts'

type Handler = (request: Request, context: RouteContext) => Promise<Response>
const APP = join(import.meta.dirname, '../app')
const files = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith(`route.ts`),
)
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const

async function load(file: string): Promise<Partial<Record<(typeof METHODS)[number], Handler>>> {
  return import(join(APP, file))
}
const all = (
  await Promise.all(
    files.map(async (file) => {
      const module = await load(file)
      return METHODS.filter((method) => module[method]).map((method) => ({
        name: `${method} /${file.replaceAll(sep, '/').replace('/route.ts', '')}`,
        method,
        handler: module[method]!,
      }))
    }),
  )
).flat()
const handler = (name: string): Handler => all.find((route) => route.name === name)!.handler
const json = async (reply: Response) => ({
  status: reply.status,
  body: (await reply.json()) as Record<string, unknown>,
})

/** For everybody who reaches the box; each one is a decision. */
const OPEN = [
  'POST /api/confirm/code',
  'GET /api/health',
  'GET /api/session',
  'POST /api/login',
  'POST /api/setup',
  'POST /api/recover',
  'POST /api/dial/login',
  'GET /metrics',
]
/** For people of the household who may dial, and for nobody else: see dialers.test.ts. */
const DIALLING = [
  'GET /api/dial',
  'POST /api/dial/connect',
  'POST /api/dial/hang-up',
  'POST /api/dial/logout',
]
const params = { noun: 'timeouts', number: '1', id: '1.1', path: ['net', 'ip_masquerade'] }

it('finds the routes of the contract', () => {
  expect(all.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'GET /api/settings',
      'PUT /api/settings/[noun]',
      'POST /api/settings/[noun]/check',
      'GET /api/revisions',
      'GET /api/revisions/[number]',
      'POST /api/revisions/[number]/restore',
      'DELETE /api/connections/[id]',
      'GET /api/live/connections',
      'GET /api/proc/[...path]',
      ...OPEN,
      ...DIALLING,
    ]),
  )
})

describe('without a session', () => {
  it.each(all.filter(({ name }) => !OPEN.includes(name)))(
    '$name answers 401',
    async ({ handler, method }) => {
      await using bench = await openBench()
      const { csrf } = await logIn(bench.services)
      const body = method === 'GET' ? undefined : {}
      for (const asked of [{}, { token: 'x'.repeat(43), csrf }]) {
        const reply = await ask(handler, { method, params, body, ...asked })
        expect(reply.status).toBe(401)
        expect(Object.keys((await reply.json()) as object)).toEqual(['message'])
      }
      expect(bench.dataplane.applied).toHaveLength(1)
    },
  )
})

describe('a change', () => {
  const changing = all.filter(({ method }) => method !== 'GET')
  const forged: [string, Asked['headers']][] = [
    ['of another site', { origin: 'http://evil.example' }],
    ['of another port', { origin: 'http://192.168.77.1:81' }],
    ['of nowhere', { origin: 'null' }],
    ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls same-site', { 'sec-fetch-site': 'same-site' }],
  ]
  it.each(changing)('$name needs a page of the box', async ({ handler, method }) => {
    await using bench = await openBench()
    const { token, csrf } = await logIn(bench.services)
    for (const [, headers] of forged)
      expect((await ask(handler, { method, params, body: {}, token, csrf, headers })).status).toBe(403)
  })
  it.each(changing.filter(({ name }) => ![...OPEN, ...DIALLING].includes(name)))(
    '$name needs the token of the session',
    async ({ handler, method }) => {
      await using bench = await openBench()
      const { token } = await logIn(bench.services)
      for (const csrf of [undefined, 'wrong'])
        expect((await ask(handler, { method, params, body: {}, token, csrf })).status).toBe(403)
    },
  )
})

describe('the first administrator', () => {
  const setup = handler('POST /api/setup')
  const body = { name: 'anna', password: PASSWORD }
  it('comes from the household, is logged in at once, and is the only one', async () => {
    await using _bench = await openBench()
    const session = handler('GET /api/session')
    expect((await json(await ask(session))).body).toEqual({ state: 'unclaimed', idleSeconds: 600 })
    expect((await ask(setup, { method: 'POST', body, peer: '203.0.113.9' })).status).toBe(403)
    const reply = await ask(setup, { method: 'POST', body })
    const token = /bauta_session=([^;]+)/.exec(reply.headers.get('set-cookie')!)![1]!
    expect(await json(reply)).toMatchObject({ status: 200, body: { state: 'in', name: 'anna' } })
    expect((await json(await ask(session, { token }))).body).toMatchObject({ state: 'in', name: 'anna' })
    expect((await json(await ask(session))).body).toMatchObject({ state: 'anonymous' })
    expect((await ask(setup, { method: 'POST', body })).status).toBe(409)
  })
  it('needs a password that is not guessed at once', async () => {
    await using bench = await openBench()
    const reply = await ask(setup, { method: 'POST', body: { name: 'anna', password: 'short' } })
    expect(await json(reply)).toMatchObject({ status: 422, body: { faults: [{ path: ['password'] }] } })
    expect(await bench.services.accounts.unclaimed()).toBe(true)
  })
  it('is one, also when two come at the same time', async () => {
    await using bench = await openBench()
    const names = ['anna', 'bert', 'cleo']
    const replies = await Promise.all(
      names.map((name) => ask(setup, { method: 'POST', body: { name, password: PASSWORD } })),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect(await bench.services.db.reader.administrator.count()).toBe(1)
  })
})

describe('logging in and out', () => {
  it('gives a new session, and takes it away', async () => {
    await using bench = await openBench()
    const old = await logIn(bench.services)
    const login = handler('POST /api/login')
    const reply = await ask(login, {
      method: 'POST',
      body: { name: 'anna', password: PASSWORD },
      token: old.token,
    })
    const token = /bauta_session=([^;]+)/.exec(reply.headers.get('set-cookie')!)![1]!
    const { csrf } = (await reply.json()) as { csrf: string }
    expect(token).not.toBe(old.token)
    const status = handler('GET /api/status')
    expect((await ask(status, { token: old.token })).status).toBe(401)
    expect((await ask(status, { token })).status).toBe(200)
    expect((await ask(handler('POST /api/logout'), { method: 'POST', token, csrf })).status).toBe(200)
    expect((await ask(status, { token })).status).toBe(401)
  })
  it('tells the wait in words, in the body and in the header', async () => {
    await using bench = await openBench()
    await logIn(bench.services)
    const login = () =>
      ask(handler('POST /api/login'), { method: 'POST', body: { name: 'anna', password: 'wrong one' } })
    for (let i = 0; i < 5; i++) expect((await login()).status).toBe(401)
    const reply = await login()
    expect(reply.headers.get('retry-after')).toBe('1')
    expect(await json(reply)).toMatchObject({ status: 429, body: { retryAfter: 1 } })
  })
  it('a page that only watches does not keep the session, a deed does', async () => {
    await using bench = await openBench()
    const { token, csrf } = await logIn(bench.services)
    bench.clock.now += IDLE_MS / 2
    await ask(handler('GET /api/status'), { token })
    await ask(handler('POST /api/session'), { method: 'POST', token, csrf })
    bench.clock.now += IDLE_MS / 2 + 1
    expect((await ask(handler('GET /api/status'), { token })).status).toBe(200)
    bench.clock.now += IDLE_MS / 2
    expect((await ask(handler('GET /api/status'), { token })).status).toBe(401)
  })
})

describe('settings over the API', () => {
  const put = handler('PUT /api/settings/[noun]')
  const timeouts = { tcp: 7440, tcpfin: 240, udp: 10, icmp: 60 }
  const page = async (bench: Bench) => logIn(bench.services)
  it('are read, checked, saved, refused, looked back at and restored', async () => {
    await using bench = await openBench()
    const me = await page(bench)
    const change = { method: 'PUT', params: { noun: 'timeouts' }, body: { base: 1, value: timeouts }, ...me }
    expect((await json(await ask(handler('GET /api/settings'), me))).body).toMatchObject({
      revision: { number: 1, author: 'Bauta' },
      snapshot: { format: 1 },
    })
    const check = handler('POST /api/settings/[noun]/check')
    expect((await json(await ask(check, { ...change, method: 'POST' }))).body).toEqual({
      actions: ['take the new timeouts'],
      cut: 0,
      summary: ['UDP timeout 300 s → 10 s'],
      advice: [],
    })
    const helpers = { base: 1, value: { list: [{ name: 'ftp', enabled: true, ports: [21, 8080] }] } }
    const warned = await ask(check, { ...change, method: 'POST', params: { noun: 'helpers' }, body: helpers })
    expect((await json(warned)).body).toMatchObject({
      summary: ['Helper for FTP: TCP port 21 → TCP ports 21 and 8080'],
      advice: [{ kind: 'helper-reads-browsers', text: expect.stringContaining('8080') }],
    })
    expect((await json(await ask(put, change))).body).toMatchObject({ revision: 2, cut: 0 })
    const other = { ...change, body: { base: 1, value: { ...timeouts, udp: 20 } } }
    expect(await json(await ask(put, other))).toMatchObject({
      status: 409,
      body: { current: { revision: 2 }, diff: ['UDP timeout 20 s → 10 s'] },
    })
    const list = await json(await ask(handler('GET /api/revisions'), { ...me, path: '/?limit=1' }))
    expect(list.body).toMatchObject({ revisions: [{ number: 2, author: 'anna', at: bench.clock.now }] })
    const first = await json(
      await ask(handler('GET /api/revisions/[number]'), { ...me, params: { number: '1' } }),
    )
    expect(first.body).toMatchObject({ number: 1, snapshot: { timeouts: { udp: 300 } } })
    const restore = { method: 'POST', params: { number: '1' }, body: { base: 2 }, ...me }
    expect(
      (await json(await ask(handler('POST /api/revisions/[number]/restore'), restore))).body,
    ).toMatchObject({
      revision: 3,
      summary: ['Revision 1 restored', 'UDP timeout 10 s → 300 s'],
    })
  })
  it('rules are translated to the other dialect after a look, and are a script in the languages of their own', async () => {
    await using bench = await openBench()
    const me = await page(bench)
    const post = async (name: string, body?: object) =>
      json(await ask(handler(name), { method: 'POST', ...(body ? { body } : {}), ...me }))
    const script = async (language: string) =>
      json(await ask(handler('GET /api/script'), { ...me, path: `/?language=${language}` }))
    expect((await script('ipchains')).body).toMatchObject({
      text: expect.stringContaining('ipchains -P forward DENY'),
      unsaid: expect.arrayContaining([expect.objectContaining({ what: 'rule 2 of input' })]),
    })
    expect((await script('iptables')).status).toBe(422)
    const shown = (await post('POST /api/dialect/check')).body
    expect(shown).toMatchObject({
      base: 1,
      dialect: 'netfilter',
      rules: { dialect: 'netfilter' },
      notes: expect.arrayContaining([
        { chain: 'forward', rule: expect.any(String), text: expect.any(String) },
      ]),
      summary: expect.arrayContaining(['Rules switched from the classic dialect to netfilter']),
      refusal: null,
    })
    expect(bench.dataplane.current.snapshot.rules.dialect).toBe('classic')
    expect(await post('POST /api/dialect', { base: 7 })).toMatchObject({ status: 409 })
    expect((await post('POST /api/dialect', { base: 1 })).body).toMatchObject({
      revision: 2,
      summary: expect.arrayContaining(['Rules translated to the netfilter dialect']),
    })
    expect(bench.dataplane.current.snapshot.rules.dialect).toBe('netfilter')
    expect((await script('iptables')).body).toMatchObject({ text: expect.stringContaining('-j MASQUERADE') })
    expect((await post('POST /api/dialect', { base: 2, confirm: 60 })).body).toMatchObject({
      pending: { revision: 3 },
      code: expect.any(String),
    })
    expect(bench.dataplane.current.snapshot.rules.dialect).toBe('classic')
  })
  it('that are nonsense get a plain answer', async () => {
    await using bench = await openBench()
    const me = await page(bench)
    const body = { base: 1, value: timeouts }
    const tried = async (asked: Asked) => (await ask(put, { method: 'PUT', ...me, ...asked })).status
    expect(await tried({ params: { noun: '__proto__' }, body })).toBe(404)
    expect(await tried({ params: { noun: 'timeouts' }, body: { value: timeouts } })).toBe(422)
    expect(await tried({ params: { noun: 'timeouts' }, body: { ...body, confirm: 3 } })).toBe(422)
    expect(
      await tried({ params: { noun: 'timeouts' }, body, headers: { 'content-type': 'text/plain' } }),
    ).toBe(415)
    expect(await tried({ params: { noun: 'dns' }, body: { base: 1, value: 'x'.repeat(5e6) } })).toBe(413)
    const foreign = { base: 1, value: { chains: [{ rules: [anyRule(99)] }] } }
    expect(await tried({ params: { noun: 'rules' }, body: foreign })).toBe(422)
    for (const number of ['0', '-1', 'x', '99999999999', '7'])
      expect((await ask(handler('GET /api/revisions/[number]'), { ...me, params: { number } })).status).toBe(
        404,
      )
  })
  it('of somebody without a session may not be large: reading them keeps everybody else waiting', async () => {
    await using bench = await openBench()
    const body = { name: 'anna', password: PASSWORD, more: 'x'.repeat(20_000) }
    for (const name of ['POST /api/login', 'POST /api/setup'])
      expect((await ask(handler(name), { method: 'POST', body })).status).toBe(413)
    const me = await page(bench)
    const large = { base: 1, value: 'x'.repeat(20_000) }
    expect((await ask(put, { method: 'PUT', params: { noun: 'dns' }, body: large, ...me })).status).toBe(422)
  })
  it('and logins say what is the matter while the disk cannot be written', async () => {
    await using bench = await openBench()
    const me = await page(bench)
    await bench.services.db.write((tx) => tx.$executeRawUnsafe('PRAGMA query_only = ON'))
    const login = { method: 'POST', body: { name: 'anna', password: PASSWORD } }
    const change = { method: 'PUT', params: { noun: 'timeouts' }, body: { base: 1, value: timeouts }, ...me }
    for (const reply of [await ask(handler('POST /api/login'), login), await ask(put, change)]) {
      expect(reply.status).toBe(503)
      expect(((await reply.json()) as { message: string }).message).toMatch(/disk.*full or broken/)
    }
    expect((await ask(handler('GET /api/settings'), me)).status).toBe(200)
  })
  it('say so while there are none, and while the dataplane is away', async () => {
    await using bench = await openBench(false)
    const me = await page(bench)
    expect((await ask(handler('GET /api/settings'), me)).status).toBe(503)
    const change = { method: 'PUT', params: { noun: 'timeouts' }, body: { base: 1, value: timeouts }, ...me }
    expect((await ask(put, change)).status).toBe(503)
    await bench.services.keepInStep.step()
    await bench.dataplane.close()
    expect((await ask(put, change)).status).toBe(503)
    expect((await ask(handler('GET /api/status'), me)).status).toBe(503)
    expect((await ask(handler('GET /api/settings'), me)).status).toBe(200)
  })
})

describe('what the dataplane tells', () => {
  it('comes through: pages, files, streams, metrics', async () => {
    await using bench = await openBench()
    const me = await logIn(bench.services)
    const rows = await json(
      await ask(handler('GET /api/connections'), { ...me, path: '/?limit=3&sort=bytes' }),
    )
    expect(rows.body).toMatchObject({ total: 120, rows: [{}, {}, {}] })
    expect((await ask(handler('GET /api/connections'), { ...me, path: '/?sort=nonsense' })).status).toBe(422)
    const text = async (path: string[]) =>
      ask(handler('GET /api/proc/[...path]'), { ...me, params: { path } })
    expect(await (await text(['net', 'ip_masquerade'])).text()).toMatch(/^Prc FromIP/)
    expect((await text(['net', '..', '..', 'etc'])).status).toBe(404)
    expect((await text(['net', 'nonsense'])).status).toBe(404)
    const stream = await ask(handler('GET /api/live/connections'), {
      ...me,
      path: '/?limit=1',
      signal: AbortSignal.timeout(200),
    })
    const { value } = await stream.body!.getReader().read()
    expect(new TextDecoder().decode(value)).toMatch(/^event: page\n/)
    const [first] = (rows.body.rows as { id: string }[]) ?? []
    const end = () =>
      ask(handler('DELETE /api/connections/[id]'), { method: 'DELETE', params: { id: first!.id }, ...me })
    expect([(await end()).status, (await end()).status]).toEqual([200, 404])
    expect(await (await ask(handler('GET /metrics'))).text()).toContain('bauta_connections')
    expect((await ask(handler('GET /metrics'), { peer: '203.0.113.9' })).status).toBe(403)
  })
})
