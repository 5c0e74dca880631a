/**
 * Traffic shaping over the socket:
 *
 *   GET    /v1/shaping                   ShapingStatus: what is in force, as the kernel counts it now
 */
import { z } from 'zod'

const shapedQueueSchema = z.object({
  device: z.string(),
  direction: z.enum(['upload', 'download']),
  /** kbit/s, as the kernel has it */
  kbit: z.number(),
  /** Since the queue stands. */
  packets: z.int(),
  bytes: z.int(),
  drops: z.int(),
  /** Packets that were marked instead of dropped (ECN). */
  marked: z.int(),
  /** Now. */
  waiting: z.object({ packets: z.int(), bytes: z.int() }),
  /** Milliseconds that packets wait here: on average, and lately at most. */
  delay: z.object({ average: z.number(), peak: z.number() }),
})

export const shapingStatusSchema = z.object({
  /** The connection in use, whose speeds count. */
  connection: z.string(),
  /**
   * `unset`: switched on, but nobody has said how fast this connection is; `waiting`: a device is not there yet (the line is down);
   * `failed`: see `problem`, nothing is shaped
   */
  state: z.enum(['off', 'unset', 'waiting', 'on', 'failed']),
  problem: z.string().nullable(),
  queues: z.array(shapedQueueSchema),
})
export type ShapingStatus = z.infer<typeof shapingStatusSchema>
