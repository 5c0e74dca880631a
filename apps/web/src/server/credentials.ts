/** Name and password as pages send them. */
import { z } from 'zod'

export const credentials = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'write a name')
    .max(64, 'at most 64 characters')
    .regex(/^\P{C}+$/u, 'a name is made of letters, digits and signs'),
  /** How good it must be is said where one is chosen. */
  password: z.string().min(1, 'write a password').max(1024, 'at most 1024 characters'),
})
