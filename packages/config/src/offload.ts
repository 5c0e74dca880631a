/** Whether the kernel carries the packets of connections that are decided. */
import { z } from 'zod'

export const OFFLOAD_MODES = ['auto', 'on', 'off'] as const
export type OffloadMode = (typeof OFFLOAD_MODES)[number]

/** What each means, for the page and the history. */
export const OFFLOAD_WORDS: Record<OffloadMode, string> = {
  auto: 'connections that last, after their first packets',
  on: 'every connection, as soon as it is decided',
  off: 'none: TypeScript touches every packet',
}

export const offloadSchema = z.strictObject({
  mode: z.enum(OFFLOAD_MODES, { error: `write one of ${OFFLOAD_MODES.join(', ')}` }),
})
export type Offload = z.infer<typeof offloadSchema>

export const OFFLOAD_AT_FIRST: Offload = { mode: 'auto' }
