/** Which line brings which kind of connection up. */
import { type InternetConnection, isPpp, PPP_DEVICE, type Snapshot } from '@bauta/config'
import { systemLine } from './by-system.ts'
import { dhcpLine } from './dhcp.ts'
import type { Line, LineReport } from './line.ts'
import { pppLine } from './ppp.ts'
import { staticLine } from './static.ts'

/** Where a connection runs. */
export interface Place {
  /** What carries its packets; null while no port leads out. */
  device: string | null
  /** What carries that: the port, the serial line. */
  port: string | null
}

export function placeOf({ method }: InternetConnection, { interfaces }: Pick<Snapshot, 'interfaces'>): Place {
  const wan = interfaces.list.find(({ role }) => role === 'wan')?.name ?? null
  const port = method.kind === 'serial' ? method.device : wan
  return { device: isPpp(method.kind) ? PPP_DEVICE : wan, port }
}

export type LineOf = (
  connection: InternetConnection,
  place: Place,
  folder: string,
  report: LineReport,
) => Line

export const lineOf: LineOf = (connection, { device, port }, folder, report) => {
  const { method, when, idleSeconds } = connection
  if (method.kind === 'system') return systemLine(device, report)
  if (port === null) return systemLine(null, report)
  switch (method.kind) {
    case 'dhcp':
      return dhcpLine({ folder, port, hostname: method.hostname, mac: method.mac }, report)
    case 'static':
      return staticLine(port, method, report)
    default:
      return pppLine({ folder, port, method, idleSeconds: when === 'demand' ? idleSeconds : null }, report)
  }
}
