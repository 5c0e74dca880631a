/**
 * The Internet connections over the socket:
 *
 *   GET    /v1/internet                  InternetStatus
 *   GET    /v1/internet/stream           SSE, event "internet": InternetStatus every second
 *   POST   /v1/internet/dial             DialRequest → InternetStatus | 403, 404, 409 Refusal
 *   POST   /v1/internet/hang-up          DialRequest → InternetStatus | 403, 404 Refusal
 *   POST   /v1/internet/dialer           DialerLogin → DialerRights | 403 Refusal (slow on purpose; a rate limit per name)
 *   POST   /v1/internet/probe            → ProbeReply: who answers on which port; takes some seconds
 *   POST   /v1/internet/check            → CheckReply: “is it me?”, step by step; takes some seconds
 */
import { z } from 'zod'

export const CONNECTION_STATES = ['up', 'connecting', 'waiting', 'down', 'failed'] as const

export const internetConnectionStatusSchema = z.object({
  name: z.string(),
  kind: z.enum(['system', 'dhcp', 'static', 'pppoe', 'serial']),
  when: z.enum(['always', 'demand', 'manual']),
  /** The one that is dialled, or would be. */
  inUse: z.boolean(),
  /** `waiting`: on demand, and nobody needed it yet; `failed`: tries again at `nextAttemptAt`. */
  state: z.enum(CONNECTION_STATES),
  /** ms since 1970, of the state */
  since: z.number(),
  /** What carries the packets (wan0, ppp0) and what carries that (the port, the serial line). */
  device: z.string().nullable(),
  port: z.string().nullable(),
  address: z.string().nullable(),
  gateway: z.string().nullable(),
  mtu: z.int().nullable(),
  dnsServers: z.array(z.string()),
  lease: z
    .object({ server: z.string(), obtainedAt: z.number(), renewsAt: z.number(), expiresAt: z.number() })
    .nullable(),
  session: z.object({ peer: z.string(), service: z.string(), id: z.int(), since: z.number() }).nullable(),
  /** What went wrong last, in words: wrong password, no answer, no carrier. Null while up. */
  problem: z.string().nullable(),
  attempts: z.int(),
  nextAttemptAt: z.number().nullable(),
  /** Bits per second. */
  rate: z.object({ down: z.number(), up: z.number() }),
  /** Bytes since it came up. */
  bytes: z.object({ down: z.number(), up: z.number() }),
})
export type InternetConnectionStatus = z.infer<typeof internetConnectionStatusSchema>

export const internetEventSchema = z.object({
  at: z.number(),
  /** `admin`, the name of a dialer, or `box` for what happened by itself */
  who: z.string(),
  connection: z.string(),
  /** one sentence: dialled; up with 203.0.113.7 after 2.1 s; hung up; the password was refused */
  text: z.string(),
})
export type InternetEvent = z.infer<typeof internetEventSchema>

export const internetStatusSchema = z.object({
  use: z.string(),
  connections: z.array(internetConnectionStatusSchema),
  /** The last 200 events, newest first. */
  events: z.array(internetEventSchema),
})
export type InternetStatus = z.infer<typeof internetStatusSchema>

export const dialRequestSchema = z.strictObject({
  connection: z.string(),
  /** For the log: the administrator, or a dialer whose rights are then checked. */
  who: z.string(),
  as: z.enum(['administrator', 'dialer']),
})
export type DialRequest = z.infer<typeof dialRequestSchema>

export const dialerLoginSchema = z.strictObject({ name: z.string().max(64), password: z.string().max(256) })
export type DialerLogin = z.infer<typeof dialerLoginSchema>
export const dialerRightsSchema = z.object({ name: z.string(), connections: z.array(z.string()) })
export type DialerRights = z.infer<typeof dialerRightsSchema>

export const probeReplySchema = z.object({
  ports: z.array(
    z.object({
      device: z.string(),
      carrier: z.boolean(),
      /** A DHCP server offered an address here. */
      dhcp: z
        .object({ server: z.string(), address: z.string(), bits: z.int(), gateway: z.string().nullable() })
        .nullable(),
      /** An access concentrator answered discovery (RFC 2516 PADO). */
      pppoe: z.object({ concentrator: z.string(), services: z.array(z.string()) }).nullable(),
    }),
  ),
  /** The port that leads out, where one answered; and how. */
  wan: z.object({ device: z.string(), method: z.enum(['dhcp', 'pppoe']) }).nullable(),
})
export type ProbeReply = z.infer<typeof probeReplySchema>

export const CHECKS = ['cable', 'address', 'gateway', 'dns', 'mtu', 'site'] as const
export const checkReplySchema = z.object({
  at: z.number(),
  steps: z.array(
    z.object({
      name: z.enum(CHECKS),
      state: z.enum(['ok', 'failed', 'skipped']),
      /** What was found, one sentence. */
      text: z.string(),
      /** What to do; null where all is well. */
      advice: z.string().nullable(),
      ms: z.number(),
    }),
  ),
})
export type CheckReply = z.infer<typeof checkReplySchema>
