/** Ways in that programs ask for: packages/control/src/expectations.ts. */
import { faultsOf, parseAddress } from '@bauta/config'
import { type ExpectationRequest, expectationRequestSchema } from '@bauta/control/schemas'
import { PROTOCOL } from '@bauta/packet'
import type { CommandBody } from '../thread-protocol.ts'
import { HttpError, type Route } from './http.ts'

export interface ExpectationSource {
  /** @throws Error with the reason */
  expect: (request: ExpectationRequest) => Promise<void>
  /** @returns whether something was waited for there */
  forget: (protocol: 'tcp' | 'udp', masqPort: number) => Promise<boolean>
}

/** The packet thread's supervisor. */
export interface CommandTaker {
  send: (command: CommandBody) => Promise<{ ended: number }>
}

/** The packet thread keeps them. */
export function expectations(thread: CommandTaker): ExpectationSource {
  return {
    expect: async ({ protocol, masqPort, near, far, seconds }) => {
      const expectation = {
        protocol: PROTOCOL[protocol],
        near: parseAddress(near.address)!,
        nearPort: near.port,
        masqPort,
        far: far ? parseAddress(far.address)! : 0,
        farPort: far?.port ?? 0,
        seconds,
      }
      await thread.send({ kind: 'expect', expectation })
    },
    forget: async (protocol, masqPort) =>
      (await thread.send({ kind: 'forget', protocol: PROTOCOL[protocol], masqPort })).ended > 0,
  }
}

export function expectationRoutes({ expect, forget }: ExpectationSource): Route[] {
  return [
    {
      method: 'POST',
      path: /^\/v1\/expectations$/,
      answer: async ({ body }) => {
        const parsed = expectationRequestSchema.safeParse(await body())
        if (!parsed.success) throw new HttpError(422, 'this can be opened for nobody', faultsOf(parsed.error))
        try {
          await expect(parsed.data)
        } catch (error) {
          throw new HttpError(409, (error as Error).message)
        }
        return { json: { waiting: true } }
      },
    },
    {
      method: 'DELETE',
      path: /^\/v1\/expectations\/(tcp|udp)\/(\d{1,5})$/,
      answer: async ({ captured }) => {
        const [protocol, port] = [captured[0] as 'tcp' | 'udp', Number(captured[1])]
        if (!(await forget(protocol, port)))
          throw new HttpError(404, `nothing is waited for at ${protocol} port ${port}; its time may be over`)
        return { json: { ended: true } }
      },
    },
  ]
}
