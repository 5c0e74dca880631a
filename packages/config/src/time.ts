/** The clock: where the box gets the time from, and whether it gives it to the household; chrony does both. */
import { z } from 'zod'
import { parseAddress } from './address.ts'
import { isName } from './names.ts'

export const timeSchema = z.strictObject({
  /** False: the operating system keeps the clock. */
  enabled: z.boolean(),
  /** Asked in turn; names or addresses. */
  servers: z
    .array(
      z.string().refine((text) => text !== '' && (isName(text) || parseAddress(text) !== null), {
        error: (issue) =>
          issue.input === '' ? 'the name is missing' : `“${issue.input}” is not a host name or address`,
      }),
    )
    .max(8, 'at most 8 time servers'),
  /** Answer NTP in the home network. */
  serve: z.boolean(),
  /** `Europe/Vienna`, `UTC` */
  zone: z.string().refine(isZone, {
    error: (issue) => `“${issue.input}” is not a time zone; write one like Europe/Vienna or UTC`,
  }),
})

export type Time = z.infer<typeof timeSchema>

function isZone(text: string): boolean {
  if (!/^[A-Za-z0-9_+/-]{1,40}$/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

export const TIME_BY_SYSTEM: Time = { enabled: false, servers: [], serve: false, zone: 'UTC' }
