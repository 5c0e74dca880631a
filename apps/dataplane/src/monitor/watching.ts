/** What the API does with the monitor. */
import type { ConnectionTable } from '@bauta/masq'
import type { MonitorRouteSource } from '../api/monitor-routes.ts'
import type { Monitor } from './monitor.ts'
import { watchFilter } from './watch-filter.ts'

export const watching = (
  monitor: Monitor,
  names: () => string[],
  table: () => ConnectionTable,
): MonitorRouteSource => ({
  start: async (request) => {
    const found = watchFilter(request, names(), table())
    return found && monitor.start(found.filter, found.words)
  },
  stop: () => monitor.stop(null),
  state: () => monitor.state(),
  file: () => monitor.file(),
})
