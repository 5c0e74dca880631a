/** Where the routes of Next find the process's services; see services.ts. */
import type { Services } from './services.ts'

const KEY = Symbol.for('bauta.services')
const shared = globalThis as { [KEY]?: Services }

export function publish(services: Services): void {
  shared[KEY] = services
}

export function services(): Services {
  const found = shared[KEY]
  if (!found) throw new Error('the services are not open: start the web process with src/server.ts')
  return found
}
