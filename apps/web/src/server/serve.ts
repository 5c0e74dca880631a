/** One request of the API from the outside in: who asks, may they, is it well formed; then the handler; then the reply. */
import { faultsOf } from '@bauta/config'
import { DataplaneRefusal, DataplaneUnreachable } from '@bauta/control'
import { WriteFailed } from '@bauta/db'
import { BODY_MAX, OPEN_BODY_MAX, readJson } from './body.ts'
import { DIAL_COOKIE } from './dial-cookie.ts'
import { plainAddress } from './neighbourhood.ts'
import { Problem, reply } from './problem.ts'
import type { Call, Handler, RouteSpec } from './route.ts'
import { isSameOrigin } from './same-origin.ts'
import type { Services } from './services.ts'
import { csrfMatches, tokenOf } from './session.ts'

export const CSRF_HEADER = 'x-csrf-token'
/** Set by http-server.ts from the socket; one that came from outside was taken off there. */
export const PEER_HEADER = 'x-bauta-peer'
/** ms since 1970, when the connection of the request was opened; put on by the same server. */
export const CONNECTED_HEADER = 'x-bauta-connected'
/** The box's own address that the request came to. */
export const LOCAL_HEADER = 'x-bauta-local'

const NOBODY = 'Nobody is logged in, or the session has ended; log in and try again.'

export async function serve<Body>(
  services: Services,
  request: Request,
  params: Call['params'],
  spec: RouteSpec<Body>,
  handler: Handler<Body>,
): Promise<Response> {
  try {
    const peer = plainAddress(request.headers.get(PEER_HEADER) ?? '')
    const who = await admit(services, request, peer, spec)
    const most = spec.most ?? (spec.auth === 'session' ? BODY_MAX : OPEN_BODY_MAX)
    const body = spec.body ? parseBody(spec.body, await readJson(request, most)) : (undefined as Body)
    const query = new URL(request.url).searchParams
    const via = {
      connectedAt: Number(request.headers.get(CONNECTED_HEADER) ?? Number.MAX_SAFE_INTEGER),
      address: plainAddress(request.headers.get(LOCAL_HEADER) ?? ''),
    }
    const result = await handler({ request, services, body, params, query, peer, via, ...who })
    return result instanceof Response ? result : reply(200, result)
  } catch (error) {
    return answerTo(error, services)
  }
}

async function admit(
  services: Services,
  request: Request,
  peer: string,
  spec: Pick<RouteSpec<unknown>, 'auth' | 'lanOnly' | 'watching'>,
): Promise<Pick<Call, 'session' | 'dialer'>> {
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (changes && !isSameOrigin(request.headers))
    throw new Problem(
      403,
      'This request does not come from a page of this box; open the box’s own page and try there.',
    )
  if (spec.lanOnly && !(await services.neighbourhood.isLan(peer)))
    throw new Problem(403, 'This works only from the home network; connect to it and try again.')
  const cookies = request.headers.get('cookie')
  if (spec.auth === 'dialer') {
    const dialer = await services.dialers.find(tokenOf(cookies, DIAL_COOKIE))
    if (!dialer) throw new Problem(401, NOBODY)
    if (changes) refuseForeign(dialer, request)
    if (!spec.watching) services.dialers.touch(dialer)
    return { session: null, dialer }
  }
  const session = await services.sessions.find(tokenOf(cookies))
  if (spec.auth === 'none') return { session, dialer: null }
  if (!session) throw new Problem(401, NOBODY)
  if (changes) refuseForeign(session, request)
  if (!spec.watching) services.sessions.touch(session)
  return { session, dialer: null }
}

function refuseForeign(session: { csrf: string }, request: Request): void {
  if (csrfMatches(session, request.headers.get(CSRF_HEADER))) return
  throw new Problem(403, `The token of the session is missing (header ${CSRF_HEADER}); load the page again.`)
}

function parseBody<Body>(schema: NonNullable<RouteSpec<Body>['body']>, value: unknown): Body {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Problem(422, 'The request does not have the form that this address expects.', {
    faults: faultsOf(parsed.error),
  })
}

function answerTo(error: unknown, services: Services): Response {
  if (error instanceof Problem) {
    const { retryAfter } = error.body
    return reply(error.status, error.body, retryAfter ? { 'retry-after': String(retryAfter) } : {})
  }
  if (error instanceof DataplaneUnreachable)
    return reply(503, {
      message: 'The dataplane does not answer; it is restarting, perhaps. Try again in a moment.',
    })
  if (error instanceof WriteFailed)
    return reply(503, {
      message: 'The box cannot write to its disk. Look whether it is full or broken, then try again.',
    })
  if (error instanceof DataplaneRefusal) return reply(error.status, error.refusal)
  services.say(`a request failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return reply(500, { message: 'Something failed inside the box; its log tells what. Try again.' })
}
