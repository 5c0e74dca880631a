/** Ways to administer the box other than its page. None is open until somebody opens it. */
import { z } from 'zod'

const KEY =
  /^(ssh-ed25519|ecdsa-sha2-nistp256|ssh-rsa|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/]+={0,2}( [^\p{Cc}]*)?$/u

export const accessSchema = z
  .strictObject({
    /** A shell from the home network, with keys only. */
    ssh: z.boolean(),
    keys: z
      .array(
        z
          .string()
          .max(2000, 'this is too long for a public key')
          .regex(KEY, 'this is not a public key; paste the line of a .pub file: ssh-ed25519 AAAA… name'),
      )
      .max(16, 'at most 16 keys'),
  })
  .superRefine(({ ssh, keys }, context) => {
    if (ssh && keys.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['keys'],
        message: 'without a key nobody could log in; paste a public key first',
      })
  })

export type Access = z.infer<typeof accessSchema>

export const NO_ACCESS: Access = { ssh: false, keys: [] }
