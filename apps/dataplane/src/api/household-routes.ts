/** The home network over the socket; see packages/control/src/household.ts, shaping.ts and dialin.ts. */
import type {
  DeviceList,
  DialinStatus,
  LanStatus,
  PortList,
  ShapingStatus,
  TimeStatus,
} from '@bauta/control/schemas'
import { HttpError, type Route } from './http.ts'

export interface HouseholdSource {
  lan: () => LanStatus
  ports: () => PortList
  devices: () => DeviceList
  /** @returns whether there was such a lease */
  endLease: (address: string) => Promise<boolean>
  time: () => Promise<TimeStatus>
  shaping: () => Promise<ShapingStatus>
  dialin: () => DialinStatus
}

export function householdRoutes(source: HouseholdSource): Route[] {
  const get = (path: RegExp, answer: Route['answer']): Route => ({ method: 'GET', path, answer })
  return [
    get(/^\/v1\/lan$/, () => ({ json: source.lan() })),
    get(/^\/v1\/ports$/, () => ({ json: source.ports() })),
    get(/^\/v1\/devices$/, () => ({ json: source.devices() })),
    get(/^\/v1\/devices\/stream$/, () => ({ event: 'devices', value: source.devices })),
    get(/^\/v1\/time$/, async () => ({ json: await source.time() })),
    get(/^\/v1\/dialin$/, () => ({ json: source.dialin() })),
    get(/^\/v1\/shaping$/, async () => ({ json: await source.shaping() })),
    {
      method: 'DELETE',
      path: /^\/v1\/leases\/([0-9.]+)$/,
      answer: async ({ captured }) => {
        if (await source.endLease(captured[0]!)) return { json: { ended: true } }
        throw new HttpError(
          404,
          `nobody has the address ${captured[0]}; the lease may have run out by itself`,
        )
      },
    },
  ]
}
