/** Every endpoint of packages/control/src/schemas.ts. */
import { faultsOf, faultsTogether } from '@bauta/config'
import {
  type AppliedSettings,
  type ApplyReply,
  type ApplyRequest,
  applyRequestSchema,
  type ConfirmRequest,
  type ConnectionPage,
  type ConnectionQuery,
  type Counters,
  confirmRequestSchema,
  connectionQuerySchema,
  type Status,
  type TraceReply,
  type TraceRequest,
  traceRequestSchema,
  type ZeroRequest,
  zeroRequestSchema,
} from '@bauta/control/schemas'
import { ApplyRefused, NotStored } from '../apply/apply.ts'
import { TraceRefused } from '../trace/tracer.ts'
import { HttpError, type Route } from './http.ts'
import { metricsText } from './metrics.ts'

/** What the API shows and does. */
export interface ApiSource {
  status: () => Status
  counters: () => Counters
  /** What protocol helpers asked for in vain. */
  helperRefusals: () => number
  connections: (query: ConnectionQuery) => ConnectionPage
  /** @returns whether there was such a connection */
  endConnection: (id: string) => Promise<boolean>
  zeroCounters: (request: ZeroRequest) => void
  settings: () => AppliedSettings
  /** @returns whether this revision waited */
  confirm: (request: ConfirmRequest) => Promise<boolean>
  apply: (request: ApplyRequest) => Promise<ApplyReply>
  check: (request: ApplyRequest) => ApplyReply
  /** @throws TraceRefused */
  trace: (request: TraceRequest) => TraceReply
  /** @param path below /proc/net */
  proc: (path: string) => string | Iterable<string> | null
}

export function apiRoutes(source: ApiSource): Route[] {
  const get = (path: RegExp, answer: Route['answer']): Route => ({ method: 'GET', path, answer })
  const post = (path: RegExp, answer: Route['answer']): Route => ({ method: 'POST', path, answer })
  return [
    get(/^\/v1\/status$/, () => ({ json: source.status() })),
    get(/^\/v1\/status\/stream$/, () => ({ event: 'status', value: source.status })),
    get(/^\/v1\/counters$/, () => ({ json: source.counters() })),
    get(/^\/v1\/counters\/stream$/, () => ({ event: 'counters', value: source.counters })),
    post(/^\/v1\/counters\/zero$/, async ({ body }) => {
      const parsed = zeroRequestSchema.safeParse(await body())
      if (!parsed.success) throw new HttpError(422, 'name rules and policies', faultsOf(parsed.error))
      source.zeroCounters(parsed.data)
      return { json: source.counters() }
    }),
    get(/^\/v1\/connections$/, ({ url }) => ({ json: source.connections(queryOf(url)) })),
    get(/^\/v1\/connections\/stream$/, ({ url }) => {
      const query = queryOf(url)
      return { event: 'page', value: () => source.connections(query) }
    }),
    {
      method: 'DELETE',
      path: /^\/v1\/connections\/([^/]+)$/,
      answer: async ({ captured }) => {
        if (!(await source.endConnection(captured[0]!)))
          throw new HttpError(404, `there is no connection ${captured[0]}; it may have ended by itself`)
        return { json: { ended: true } }
      },
    },
    get(/^\/v1\/settings$/, () => ({ json: source.settings() })),
    post(/^\/v1\/apply$/, async ({ body }) => ({ json: await refusing(source.apply, await body()) })),
    post(/^\/v1\/check$/, async ({ body }) => ({ json: await refusing(source.check, await body()) })),
    post(/^\/v1\/confirm$/, async ({ body }) => {
      const parsed = confirmRequestSchema.safeParse(await body())
      if (!parsed.success) throw new HttpError(422, 'this is no confirmation', faultsOf(parsed.error))
      if (!(await source.confirm(parsed.data)))
        throw new HttpError(409, `Revision ${parsed.data.revision} does not wait to be confirmed any more.`)
      return { json: source.settings() }
    }),
    post(/^\/v1\/trace$/, async ({ body }) => ({ json: tracing(source.trace, await body()) })),
    get(/^\/proc\/net\/(.+)$/, ({ captured, url }) => {
      const text = source.proc(captured[0]!)
      if (text === null) throw new HttpError(404, `there is no ${url.pathname}`)
      return { text }
    }),
    get(/^\/metrics$/, () => ({
      text: metricsText(source.status(), source.counters(), source.helperRefusals()),
    })),
  ]
}

function queryOf(url: URL): ConnectionQuery {
  const parsed = connectionQuerySchema.safeParse(Object.fromEntries(url.searchParams))
  if (parsed.success) return parsed.data
  throw new HttpError(400, 'the query is not well formed', faultsOf(parsed.error))
}

function tracing(trace: ApiSource['trace'], body: unknown): TraceReply {
  const parsed = traceRequestSchema.safeParse(body)
  if (!parsed.success) throw new HttpError(422, 'this packet cannot be', faultsOf(parsed.error))
  try {
    return trace(parsed.data)
  } catch (error) {
    if (error instanceof TraceRefused) throw new HttpError(422, error.message)
    throw error
  }
}

async function refusing(
  act: (request: ApplyRequest) => ApplyReply | Promise<ApplyReply>,
  body: unknown,
): Promise<ApplyReply> {
  const parsed = applyRequestSchema.safeParse(body)
  if (!parsed.success) throw new HttpError(422, 'these settings are not well formed', faultsOf(parsed.error))
  const together = faultsTogether(parsed.data.snapshot)
  if (together.length > 0) throw new HttpError(422, 'these settings do not fit together', together)
  try {
    return await act(parsed.data)
  } catch (error) {
    if (error instanceof NotStored) throw new HttpError(507, error.message)
    if (error instanceof ApplyRefused) throw new HttpError(422, error.message, error.faults)
    throw error
  }
}
