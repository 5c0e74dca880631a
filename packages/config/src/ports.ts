/** The ports that masquerading may use on the WAN address, both ends inclusive; the same range for TCP, UDP and ICMP ids. */
import { z } from 'zod'

export const PORT_PRESETS = {
  /** As many as the box can give: everything that is not privileged. */
  standard: { from: 1024, to: 65535, counting: 'exact' },
  /** Linux 2.2: PORT_MASQ_BEGIN to PORT_MASQ_END - 1; free counters start at 4096 × PORT_MASQ_MUL. */
  classic: { from: 61000, to: 65095, counting: 'classic' },
} as const

const port = z
  .int('a port is a whole number')
  .min(1024, 'ports below 1024 belong to the box')
  .max(65535, 'the highest port is 65535')

export const portsSchema = z
  .strictObject({
    from: port,
    to: port,
    /** How free ports are counted: `exact`, or as 2.2 did (ten times the range, minus one per chosen port). */
    counting: z.enum(['exact', 'classic']),
  })
  .superRefine(({ from, to }, context) => {
    if (to - from < 63)
      context.addIssue({
        code: 'custom',
        path: ['to'],
        message: `the range ${from} to ${to} is too small; give at least 64 ports`,
      })
  })

export type Ports = z.infer<typeof portsSchema>
