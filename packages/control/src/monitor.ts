/**
 * The live packet monitor: packets as they come into the path and as they leave it, in pairs.
 *
 *   POST   /v1/monitor          WatchRequest → MonitorState; takes the place of a watch that is under way
 *   DELETE /v1/monitor          MonitorState: stopped
 *   GET    /v1/monitor          MonitorState
 *   GET    /v1/monitor/stream   SSE, event "monitor": MonitorState every second
 *   GET    /v1/monitor/pcapng   what was caught, as a file: one interface per device
 */
import { z } from 'zod'

export const watchRequestSchema = z.strictObject({
  /** `slot.generation` of a connection: both of its sides. */
  connection: z.string().max(30).optional(),
  interface: z.string().max(15).optional(),
  host: z.ipv4({ error: 'an IPv4 address, please: 192.168.77.12' }).optional(),
  port: z.int().min(1, 'a port from 1 to 65535').max(65_535, 'a port from 1 to 65535').optional(),
  /** IP protocol number. */
  protocol: z.int().min(1).max(255).optional(),
})
export type WatchRequest = z.infer<typeof watchRequestSchema>

export const monitorPacketSchema = z.object({
  interface: z.string(),
  text: z.string(),
  source: z.string(),
  sourcePort: z.int().nullable(),
  destination: z.string(),
  destinationPort: z.int().nullable(),
  icmpId: z.int().nullable(),
  ttl: z.int(),
  tos: z.int(),
  length: z.int(),
  /** Of TCP. */
  sequence: z.number().nullable(),
})
export type MonitorPacket = z.infer<typeof monitorPacketSchema>

export const monitorTurnSchema = z.object({
  turn: z.int(),
  /** ms since 1970 */
  at: z.number(),
  in: monitorPacketSchema,
  /** What was written because of it: itself, translated; or an ICMP error; empty: it was dropped, or waits. */
  out: z.array(monitorPacketSchema),
})
export type MonitorTurn = z.infer<typeof monitorTurnSchema>

export const monitorStateSchema = z.object({
  at: z.number(),
  watching: z.boolean(),
  /** What is watched. */
  words: z.string(),
  startedAt: z.number().nullable(),
  /** Why it ended; null while it goes on, or where there never was a watch. */
  ended: z.string().nullable(),
  /** Packets that came in and fit. */
  seen: z.int(),
  /** Of those: no longer, or never, among `turns`. */
  notShown: z.int(),
  /** Packets, in or out, for which the packet thread found no room. */
  lost: z.int(),
  /** Packets in the file, and those that the file had no room for. */
  kept: z.int(),
  notKept: z.int(),
  /** The latest hundred. */
  turns: z.array(monitorTurnSchema),
})
export type MonitorState = z.infer<typeof monitorStateSchema>
