/**
 * Port forwarding over the socket; the settings themselves go by /v1/apply.
 *
 *   POST   /v1/forwards/test             ForwardTest → ForwardTestReply: does the machine answer? Takes up to three seconds.
 */
import { parseAddress } from '@bauta/config'
import { z } from 'zod'

export const forwardTestSchema = z.strictObject({
  protocol: z.enum(['tcp', 'udp']),
  address: z.string().refine((text) => parseAddress(text) !== null, 'this is not an IPv4 address'),
  port: z.int().min(1).max(65535),
})
export type ForwardTest = z.infer<typeof forwardTestSchema>

export const forwardTestReplySchema = z.object({
  /** `unknown`: UDP that neither answered nor refused */
  result: z.enum(['answers', 'refused', 'silent', 'unknown']),
  /** In a sentence, with what to do. */
  text: z.string(),
})
export type ForwardTestReply = z.infer<typeof forwardTestReplySchema>
