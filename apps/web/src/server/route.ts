/**
 * How a route of the API is written: `export const GET = route({ … }, async (call) => …)`.
 *
 * Every route goes through here, so every handler runs only for whom its line allows. There is no middleware that
 * guards paths: what a route demands stands in the route.
 */
import type { z } from 'zod'
import type { DialSession } from './dialers.ts'
import { services } from './running.ts'
import type { Services } from './services.ts'
import type { Session } from './session.ts'

export interface RouteSpec<Body> {
  /**
   * `session`: only for a logged-in administrator; `dialer`: only for somebody of the household who may dial, who has no
   * rights elsewhere; `none`: for everybody who reaches the box
   */
  auth: 'session' | 'dialer' | 'none'
  /** Only for machines of the household and the box itself. */
  lanOnly?: boolean
  /** What the JSON body must be. */
  body?: z.ZodType<Body>
  /** Bytes that the body may have; without it, 4 MB (16 KB where nobody needs to be logged in). */
  most?: number
  /** The page asks this by itself: it does not keep a session alive. */
  watching?: boolean
}

export interface Call<Body = undefined> {
  request: Request
  services: Services
  body: Body
  params: Record<string, string | string[] | undefined>
  query: URLSearchParams
  /** address of the client, IPv4 in plain form */
  peer: string
  /** By which way it came: when its connection was opened (ms since 1970), and to which of the box's addresses. */
  via: { connectedAt: number; address: string }
  /** null but where `auth` is `session`, or where it is `none` and an administrator asks */
  session: Session | null
  /** null but where `auth` is `dialer` */
  dialer: DialSession | null
}

/** What a handler gives: a `Response`, or a value to be sent as JSON. */
export type Handler<Body> = (call: Call<Body>) => Promise<unknown>
export type RouteContext = { params: Promise<Record<string, string | string[] | undefined>> }

export function route<Body = undefined>(spec: RouteSpec<Body>, handler: Handler<Body>) {
  return async (request: Request, context: RouteContext): Promise<Response> => {
    const running = services()
    return running.serve(running, request, await context.params, spec, handler)
  }
}
