/** Interfaces: which network device plays which part. */
import { z } from 'zod'

export const ROLES = ['lan', 'wan', 'unused'] as const
export type Role = (typeof ROLES)[number]

/** A device name as the kernel allows it: 1 to 15 characters (IFNAMSIZ), no blank, no slash. */
export const interfaceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,14}$/,
    'a device name has 1 to 15 letters, digits or . _ : - (lan0, eth1, ppp0)',
  )

export const interfacesSchema = z
  .strictObject({
    list: z
      .array(z.strictObject({ name: interfaceName, role: z.enum(ROLES) }))
      .max(32, 'at most 32 interfaces'),
  })
  .superRefine(({ list }, context) => {
    list.forEach((entry, i) => {
      if (list.findIndex((other) => other.name === entry.name) !== i)
        context.addIssue({
          code: 'custom',
          path: ['list', i, 'name'],
          message: `${entry.name} is listed twice`,
        })
    })
    const wans = list.flatMap((entry, i) => (entry.role === 'wan' ? [i] : []))
    for (const i of wans.slice(1))
      context.addIssue({
        code: 'custom',
        path: ['list', i, 'role'],
        message: `only one interface can be the WAN; ${list[wans[0]!]!.name} is it already`,
      })
    if (list.length > 0 && !list.some((entry) => entry.role === 'lan'))
      context.addIssue({
        code: 'custom',
        path: ['list'],
        message: 'at least one interface must be LAN, or nobody could reach this page',
      })
  })

export type Interfaces = z.infer<typeof interfacesSchema>
