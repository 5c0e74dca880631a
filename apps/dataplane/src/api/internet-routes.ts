/** The Internet connections over the socket; see packages/control/src/internet.ts. */
import { faultsOf } from '@bauta/config'
import { type DialRequest, dialRequestSchema, type InternetStatus } from '@bauta/control/schemas'
import { DialRefused } from '../services/internet/service.ts'
import { HttpError, type Request, type Route } from './http.ts'

export interface InternetSource {
  status: () => InternetStatus
  /** @throws DialRefused */
  dial: (request: DialRequest) => Promise<void>
  hangUp: (request: DialRequest) => Promise<void>
}

export function internetRoutes(source: InternetSource): Route[] {
  const press = (button: (request: DialRequest) => Promise<void>) => async (request: Request) => {
    const parsed = dialRequestSchema.safeParse(await request.body())
    if (!parsed.success) throw new HttpError(422, 'this is no request to dial', faultsOf(parsed.error))
    await refusing(() => button(parsed.data))
    return { json: source.status() }
  }
  return [
    { method: 'GET', path: /^\/v1\/internet$/, answer: () => ({ json: source.status() }) },
    {
      method: 'GET',
      path: /^\/v1\/internet\/stream$/,
      answer: () => ({ event: 'internet', value: source.status }),
    },
    { method: 'POST', path: /^\/v1\/internet\/dial$/, answer: press(source.dial) },
    { method: 'POST', path: /^\/v1\/internet\/hang-up$/, answer: press(source.hangUp) },
  ]
}

async function refusing(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof DialRefused) throw new HttpError(error.status, error.message)
    throw error
  }
}
