/** The machine: packages/control/src/system.ts. */
import { faultsOf } from '@bauta/config'
import { logQuerySchema, type SystemStatus } from '@bauta/control/schemas'
import type { LogStore } from '../log-store.ts'
import { NotOurs, type Power } from '../power.ts'
import { HttpError, type Route } from './http.ts'

export interface SystemSource {
  system: () => SystemStatus
  logs: LogStore
  power: Power
}

export function systemRoutes({ system, logs, power }: SystemSource): Route[] {
  return [
    { method: 'GET', path: /^\/v1\/system$/, answer: () => ({ json: system() }) },
    {
      method: 'GET',
      path: /^\/v1\/system\/log$/,
      answer: ({ url }) => {
        const parsed = logQuerySchema.safeParse(Object.fromEntries(url.searchParams))
        if (!parsed.success) throw new HttpError(400, 'the query is not well formed', faultsOf(parsed.error))
        return { json: logs.page(parsed.data) }
      },
    },
    { method: 'POST', path: /^\/v1\/system\/reboot$/, answer: () => ours(() => power.reboot()) },
    { method: 'POST', path: /^\/v1\/system\/factory-reset$/, answer: () => ours(() => power.factoryReset()) },
  ]
}

function ours(act: () => unknown): { json: unknown } {
  try {
    return { json: act() }
  } catch (error) {
    if (error instanceof NotOurs) throw new HttpError(409, error.message)
    throw new HttpError(503, `The box could not do that: ${(error as Error).message}`)
  }
}
