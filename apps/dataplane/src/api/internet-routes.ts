/** The Internet connections over the socket; see packages/control/src/internet.ts. */
import { faultsOf } from '@bauta/config'
import {
  type CheckReply,
  type DialerLogin,
  type DialerRights,
  type DialRequest,
  dialerLoginSchema,
  dialRequestSchema,
  type InternetStatus,
  type ProbeReply,
} from '@bauta/control/schemas'
import { DialRefused, type InternetService } from '../services/internet/service.ts'
import { HttpError, type Request, type Route } from './http.ts'

export interface InternetSource {
  status: () => InternetStatus
  /** @throws DialRefused */
  dial: (request: DialRequest) => Promise<void>
  hangUp: (request: DialRequest) => Promise<void>
  /** @returns null where name or password is wrong */
  login: (login: DialerLogin) => Promise<DialerRights | null>
  probe: () => Promise<ProbeReply>
  check: () => Promise<CheckReply>
}

/** @param ports that a provider may be behind */
export const internetSource = (internet: InternetService, ports: () => string[]): InternetSource => ({
  status: () => internet.status(),
  dial: ({ connection, who, as }) => internet.dial(connection, who, as),
  hangUp: ({ connection, who, as }) => internet.hangUp(connection, who, as),
  login: (login) => internet.login(login),
  probe: () => internet.probe(ports()),
  check: () => internet.check(),
})

export function internetRoutes(source: InternetSource): Route[] {
  const press = (button: (request: DialRequest) => Promise<void>) => async (request: Request) => {
    const parsed = dialRequestSchema.safeParse(await request.body())
    if (!parsed.success) throw new HttpError(422, 'this is no request to dial', faultsOf(parsed.error))
    await refusing(() => button(parsed.data))
    return { json: source.status() }
  }
  // Who asks while the wires are being asked hears the same answer.
  let asked: Promise<ProbeReply> | null = null
  const probing = () => {
    asked ??= source.probe().finally(() => {
      asked = null
    })
    return asked
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
    {
      method: 'POST',
      path: /^\/v1\/internet\/dialer$/,
      answer: async (request) => {
        const parsed = dialerLoginSchema.safeParse(await request.body())
        const rights = parsed.success ? await source.login(parsed.data) : null
        if (!rights) throw new HttpError(403, 'the name or the password is wrong, or was tried too often')
        return { json: rights }
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/internet\/probe$/,
      answer: async () => ({ json: await probing() }),
    },
    {
      method: 'POST',
      path: /^\/v1\/internet\/check$/,
      answer: async () => ({ json: await source.check() }),
    },
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
