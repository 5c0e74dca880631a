/**
 * Dialling in over the socket:
 *
 *   GET    /v1/dialin                    DialinStatus: what each line does now
 */
import { z } from 'zod'

const dialinLineSchema = z.object({
  /** The serial line. */
  device: z.string(),
  /** The device of the packet path while somebody is on. */
  interface: z.string(),
  /** What a caller gets. */
  address: z.string(),
  /** `setup`: the line is opened, and the modem told what to do; `answering`: somebody calls, and proves who it is; `open`: SLIP over a cable, whoever is at its end; `failed`: see `problem` */
  state: z.enum(['setup', 'waiting', 'answering', 'on', 'open', 'failed']),
  /** Why nobody can call, in words. */
  problem: z.string().nullable(),
  /** Who is on, by the name of the account; since when, in milliseconds of Unix time. */
  caller: z.object({ name: z.string(), since: z.number() }).nullable(),
  /** How the last call ended, in words. */
  last: z.object({ at: z.number(), text: z.string(), failed: z.boolean() }).nullable(),
})
export type DialinLineStatus = z.infer<typeof dialinLineSchema>

export const dialinStatusSchema = z.object({ lines: z.array(dialinLineSchema) })
export type DialinStatus = z.infer<typeof dialinStatusSchema>
