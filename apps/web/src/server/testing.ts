/** For tests: the whole server side over a temporary database and a stand-in dataplane, with a clock that the test moves. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type FakeDataplane, startFakeDataplane } from '@bauta/control/fake'
import { temporaryDatabase } from '@bauta/db/testing'
import type { RouteContext } from './route.ts'
import { PEER_HEADER } from './serve.ts'
import { openServices, type Services } from './services.ts'
import { SESSION_COOKIE } from './session.ts'

export const ORIGIN = 'http://192.168.77.1'
export const LAN_PEER = '192.168.77.11'

export interface Bench extends AsyncDisposable {
  readonly services: Services
  readonly dataplane: FakeDataplane
  readonly clock: { now: number }
  readonly log: string[]
  readonly file: string
}

/** @param settled take the dataplane's settings as revision 1 */
export async function openBench(settled = true): Promise<Bench> {
  const clock = { now: Date.parse('2026-11-20T10:00:00Z') }
  const home = temporaryDatabase()
  await home.db.close()
  const socket = join(home.folder, 'dataplane.sock')
  const dataplane = await startFakeDataplane({ socket, everyMs: 20 })
  const log: string[] = []
  const services = openServices({
    database: home.file,
    dataplane: socket,
    hosts: ['router.test'],
    now: () => clock.now,
    say: (line) => void log.push(line),
  })
  if (settled) await services.keepInStep.step()
  return {
    services,
    dataplane,
    clock,
    log,
    file: home.file,
    [Symbol.asyncDispose]: async () => {
      await services.close()
      await dataplane.close()
      rmSync(home.folder, { recursive: true, force: true })
    },
  }
}

type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>

export interface Asked {
  method?: string
  path?: string
  params?: Record<string, string | string[]>
  body?: unknown
  token?: string
  csrf?: string
  peer?: string
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** Calls a route as a page of the box would, from a machine of the household. */
export function ask(handler: RouteHandler, asked: Asked = {}): Promise<Response> {
  const headers = new Headers({ host: '192.168.77.1', origin: ORIGIN, [PEER_HEADER]: asked.peer ?? LAN_PEER })
  if (asked.token) headers.set('cookie', `theme=dark; ${SESSION_COOKIE}=${asked.token}`)
  if (asked.csrf) headers.set('x-csrf-token', asked.csrf)
  if (asked.body !== undefined) headers.set('content-type', 'application/json')
  for (const [name, value] of Object.entries(asked.headers ?? {})) headers.set(name, value)
  const request = new Request(`${ORIGIN}${asked.path ?? '/'}`, {
    method: asked.method ?? 'GET',
    headers,
    body: asked.body === undefined ? undefined : JSON.stringify(asked.body),
    signal: asked.signal,
  })
  return handler(request, { params: Promise.resolve(asked.params ?? {}) })
}

export const PASSWORD = 'three unrelated words'

/** @returns what a logged-in page knows */
export async function logIn(services: Services): Promise<{ token: string; csrf: string }> {
  const id = await services.accounts.claim({ name: 'anna', password: PASSWORD })
  const token = await services.sessions.open(id, LAN_PEER)
  return { token, csrf: (await services.sessions.find(token))!.csrf }
}
