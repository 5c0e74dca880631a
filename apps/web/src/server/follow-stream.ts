/** A live route: the dataplane's stream, for as long as the reader is there and logged in. */
import type { Call } from './route.ts'
import { tokenOf } from './session.ts'

export function followStream(
  { services, request }: Pick<Call, 'services' | 'request'>,
  path: string,
): Promise<Response> {
  const token = tokenOf(request.headers.get('cookie'))
  const allowed = async () => (await services.sessions.find(token)) !== null
  return services.streams.open(path, request.signal, allowed)
}
