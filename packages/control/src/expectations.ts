/**
 * Ways in that a program on the box asks for (`ip_masq_user` of Linux 2.2), over the socket. They are no settings: they last as long as it was said,
 * and not beyond a restart of the machine.
 *
 *   POST   /v1/expectations                  ExpectationRequest → { waiting: true }; 409 where it cannot be had, with the reason
 *   DELETE /v1/expectations/udp/7078         → { ended: true }; 404 where nothing is waited for there
 */
import { parseAddress } from '@bauta/config'
import { z } from 'zod'

const address = z.string().refine((text) => parseAddress(text) !== null, 'this is not an IPv4 address')
const port = z.int().min(1).max(65535)
const safePort = z
  .int()
  .min(1024, 'ports below 1024 are opened for nobody in passing; a forward can lead in there')
  .max(65535)

export const expectationRequestSchema = z.strictObject({
  protocol: z.enum(['tcp', 'udp']),
  /** Of the WAN address. */
  masqPort: safePort,
  /** The machine that it leads to. */
  near: z.strictObject({ address, port: safePort }),
  /** Who may come; null: anybody. Named with a port it is one connection. */
  far: z.strictObject({ address, port: port.nullable() }).nullable(),
  seconds: z.int().min(1).max(86_400, 'at most a day'),
})
export type ExpectationRequest = z.infer<typeof expectationRequestSchema>

export const waitingSchema = z.object({ waiting: z.literal(true) })
