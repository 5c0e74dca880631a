/**
 * The machine over the socket:
 *
 *   GET    /v1/system                    SystemStatus
 *   GET    /v1/system/log?…              LogPage         (LogQuery as the query string)
 *   POST   /v1/system/reboot             {at} | 409 Refusal where the box may not (a lab, a container)
 *   POST   /v1/system/factory-reset      {at} | 409 Refusal; forgets everything at the next start, and starts
 */
import { z } from 'zod'

export const systemStatusSchema = z.object({
  version: z.string(),
  /** `appliance`: the box is the whole machine; `guest`: Bauta runs on somebody's Linux box, a container or a lab */
  kind: z.enum(['appliance', 'guest']),
  /** What the machine is: “Raspberry Pi 4 Model B”, “PC Engines apu2”; null where it does not say. */
  model: z.string().nullable(),
  architecture: z.string(),
  kernel: z.string(),
  /** Seconds. */
  uptime: z.number(),
  now: z.number(),
  /** Bytes. */
  memory: z.object({ total: z.number(), available: z.number(), dataplane: z.number() }),
  load: z.tuple([z.number(), z.number(), z.number()]),
  processors: z.int(),
  /** Degrees Celsius; null where there is no sensor. */
  temperature: z.number().nullable(),
  disk: z.object({ total: z.number(), free: z.number(), writable: z.boolean() }),
  /** The image that runs, of two; null on a guest. */
  slot: z.enum(['a', 'b']).nullable(),
  daemons: z.array(
    z.object({
      /** dnsmasq, dhcpcd, pppd, chronyd, unbound */
      name: z.string(),
      running: z.boolean(),
      pid: z.int().nullable(),
      startedAt: z.number().nullable(),
      restarts: z.int(),
      problem: z.string().nullable(),
    }),
  ),
})
export type SystemStatus = z.infer<typeof systemStatusSchema>

export const logLineSchema = z.object({
  /** counts up; a later line has a higher number */
  id: z.int(),
  at: z.number(),
  /** dataplane, dnsmasq, pppd, … */
  source: z.string(),
  level: z.enum(['info', 'warn', 'error']),
  text: z.string(),
})
export type LogLine = z.infer<typeof logLineSchema>
export const logQuerySchema = z.object({
  /** Only lines before this id: the next page of older ones. */
  before: z.coerce.number().int().min(0).optional(),
  source: z.string().max(32).optional(),
  level: z.enum(['info', 'warn', 'error']).default('info'),
  q: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export type LogQuery = z.infer<typeof logQuerySchema>
/** Newest first. */
export const logPageSchema = z.object({ lines: z.array(logLineSchema), sources: z.array(z.string()) })
export type LogPage = z.infer<typeof logPageSchema>

export const powerReplySchema = z.object({
  /** ms since 1970, when it goes down */
  at: z.number(),
})
export type PowerReply = z.infer<typeof powerReplySchema>
