/**
 * The secrets among the settings leave the box in a backup and in nothing else: every route that can be asked is asked, whatever
 * it answers, and every way a save can end. An administrator is who asks; nobody else is let in at all (routes.test.ts).
 */
import { readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { applianceSnapshot, SECRET_KEPT, type Snapshot } from '@bauta/config'
import { beforeAll, expect, it } from 'vitest'
import { GET as backup } from '../app/api/backup/route.ts'
import { POST as bring } from '../app/api/restore/route.ts'
import { POST as check } from '../app/api/settings/[noun]/check/route.ts'
import { PUT as save } from '../app/api/settings/[noun]/route.ts'
import { hashPassword } from './password.ts'
import type { RouteContext } from './route.ts'
import { ask, logIn, openBench } from './testing.ts'

type Handler = (request: Request, context: RouteContext) => Promise<Response>
const APP = join(import.meta.dirname, '../app')
const BACKUP = 'api/backup'
const PASSWORDS = ['first word of the provider', 'second word of the provider']

let snapshot: Snapshot
let hash: string
beforeAll(async () => {
  hash = await hashPassword('open the line please')
  snapshot = applianceSnapshot([
    { name: 'lan0', role: 'lan' },
    { name: 'wan0', role: 'wan' },
  ])
  snapshot.internet = withPassword(PASSWORDS[0]!)
})

const withPassword = (password: string): Snapshot['internet'] => ({
  use: 'DSL',
  connections: [
    {
      name: 'DSL',
      method: { kind: 'pppoe', user: 'household@isp.example', password, service: '', mtu: 'auto' },
      when: 'always',
      idleSeconds: 300,
    },
  ],
  dialers: [{ name: 'lea', passwordHash: hash, connections: ['DSL'] }],
})

/** What the whole reply says; of a stream its first words. */
async function textOf(reply: Response): Promise<string> {
  if (!reply.headers.get('content-type')?.startsWith('text/event-stream')) return reply.text()
  const reader = reply.body!.getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return Buffer.from(value ?? []).toString()
}

it('in no answer, whatever is asked and however a save ends', async () => {
  await using bench = await openBench(false)
  bench.dataplane.current.snapshot = structuredClone(snapshot)
  await bench.services.keepInStep.step()
  const { token, csrf } = await logIn(bench.services)
  const said: Record<string, string> = {}
  const put = async (what: string, handler: Handler, base: number, value: unknown) => {
    const asked = { method: 'PUT', params: { noun: 'internet' }, body: { base, value }, token, csrf }
    const reply = await ask(handler, asked)
    said[what] = await reply.text()
    return reply.status
  }
  expect(await put('dry run', check, 1, withPassword(PASSWORDS[1]!))).toBe(200)
  expect(await put('saved', save, 1, withPassword(PASSWORDS[1]!))).toBe(200)
  expect(await put('conflict', save, 1, { ...withPassword(SECRET_KEPT), use: 'DSL' })).toBe(409)
  expect(await put('invalid', save, 2, { ...withPassword(PASSWORDS[1]!), use: 'none' })).toBe(422)
  const bad = { ...withPassword(PASSWORDS[1]!), dialers: [{ name: 'lea', passwordHash: `${hash}\n`, x: 1 }] }
  expect(await put('malformed', save, 2, bad)).toBe(422)

  const file = await (await ask(backup, { token, csrf })).json()
  const restore = (base: number) =>
    ask(bring, { method: 'POST', body: { base, file, password: null }, token, csrf }).then((it) => it.text())
  said.restoreConflict = await restore(1)
  said.restored = await restore(2)

  const files = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('route.ts'),
  )
  for (const name of files) {
    const path = name.replaceAll(sep, '/').replace('/route.ts', '')
    const { GET } = (await import(join(APP, name))) as { GET?: Handler }
    if (!GET || path === BACKUP) continue
    for (const number of ['1', '2']) {
      const params = {
        noun: 'internet',
        number,
        id: '1.1',
        address: '192.168.77.10',
        path: ['net', 'ip_masquerade'],
      }
      said[`GET /${path} ${number}`] = await textOf(await ask(GET, { params, token, csrf }))
    }
  }
  said.log = bench.log.join('\n')

  const secrets = [...PASSWORDS, hash, hash.split('$').at(-1)!]
  // The test sees what it looks for: a backup has them.
  expect(JSON.stringify(file)).toContain(PASSWORDS[1])
  expect(Object.keys(said).length).toBeGreaterThan(40)
  const leaks = Object.entries(said).filter(([, text]) => secrets.some((secret) => text.includes(secret)))
  expect(leaks.map(([what]) => what)).toEqual([])
})
