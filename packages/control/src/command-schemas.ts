/** What the command socket and the script routes take and give; browser-safe. */
import { z } from 'zod'

const words = z.array(z.string().max(4096)).max(512)
export const commandRequestSchema = z.strictObject({
  program: z.enum(['ipchains', 'ipfwadm', 'iptables', 'ipmasqadm', 'modprobe', 'insmod', 'rmmod']),
  words,
})
export type CommandRequest = z.infer<typeof commandRequestSchema>

export const restoreRequestSchema = z.strictObject({
  text: z.string().max(2_000_000),
  /** `--noflush` */
  keep: z.boolean(),
})

export const scriptRequestSchema = z.strictObject({
  text: z.string().max(2_000_000),
  variables: z.record(z.string(), z.string().max(1000)).default({}),
  /** of the script → of this box */
  interfaces: z.record(z.string(), z.string().max(20)).default({}),
})

export const commandReplySchema = z.object({
  exit: z.int(),
  out: z.string(),
  err: z.string(),
  revision: z.int().nullable(),
})
export type CommandReply = z.infer<typeof commandReplySchema>

export const scriptLineSchema = z.object({
  line: z.int(),
  text: z.string(),
  fate: z.enum(['done', 'nothing', 'problem', 'elsewhere']),
  says: z.array(z.string()),
  notes: z.array(z.string()),
})
export const scriptCheckedSchema = z.object({
  base: z.int(),
  script: z.object({
    lines: z.array(scriptLineSchema),
    dialect: z.enum(['classic', 'netfilter']),
    switchesDialect: z.boolean(),
    missing: z.array(z.string()),
    interfaces: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
  summary: z.array(z.string()),
  checked: z.object({ actions: z.array(z.string()), cut: z.int() }).nullable(),
  refusal: z.string().nullable(),
})
export type ScriptChecked = z.infer<typeof scriptCheckedSchema>
