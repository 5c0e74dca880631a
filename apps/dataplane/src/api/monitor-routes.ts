/** Endpoints of packages/control/src/monitor.ts. */
import { faultsOf } from '@bauta/config'
import { type MonitorState, type WatchRequest, watchRequestSchema } from '@bauta/control/schemas'
import { HttpError, type Route } from './http.ts'

export interface MonitorRouteSource {
  /** @returns null where the connection or the interface is not there */
  start: (request: WatchRequest) => Promise<MonitorState | null>
  stop: () => Promise<void>
  state: () => MonitorState
  file: () => Uint8Array
}

export function monitorRoutes(source: MonitorRouteSource): Route[] {
  return [
    { method: 'GET', path: /^\/v1\/monitor$/, answer: () => ({ json: source.state() }) },
    {
      method: 'GET',
      path: /^\/v1\/monitor\/stream$/,
      answer: () => ({ event: 'monitor', value: source.state }),
    },
    {
      method: 'GET',
      path: /^\/v1\/monitor\/pcapng$/,
      answer: () => ({ bytes: source.file(), type: 'application/x-pcapng' }),
    },
    {
      method: 'POST',
      path: /^\/v1\/monitor$/,
      answer: async ({ body }) => {
        const parsed = watchRequestSchema.safeParse(await body())
        if (!parsed.success) throw new HttpError(422, 'this cannot be watched', faultsOf(parsed.error))
        const state = await source.start(parsed.data)
        if (!state) throw new HttpError(404, 'there is no such connection or interface; it may have ended')
        return { json: state }
      },
    },
    {
      method: 'DELETE',
      path: /^\/v1\/monitor$/,
      answer: async () => {
        await source.stop()
        return { json: source.state() }
      },
    },
  ]
}
