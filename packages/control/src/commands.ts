/**
 * What the command socket of the web process takes and gives: `bauta ipchains -A …` in a shell of the box ends here. The socket
 * belongs to the web process's user, so whoever can open it is that user or root; there is no other login.
 */
import http from 'node:http'
import { z } from 'zod'

const words = z.array(z.string().max(4096)).max(512)
export const commandRequestSchema = z.strictObject({
  program: z.enum(['ipchains', 'ipfwadm', 'iptables', 'ipmasqadm']),
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

export const DEFAULT_COMMAND_SOCKET = '/run/bauta-web/commands.sock'

/** The web process did not answer, or did not understand. */
export class CommandsUnreachable extends Error {}

/** @param path e.g. `/v1/command` @throws CommandsUnreachable */
export function askCommands<T>(
  socketPath: string,
  path: string,
  schema: z.ZodType<T>,
  body: unknown,
  timeoutMs = 30_000,
): Promise<T> {
  const gone = (why: string) => new CommandsUnreachable(`no answer on ${socketPath}: ${why}`)
  return new Promise((resolve, reject) => {
    const payload = JSON.stringify(body)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
    const request = http.request(
      { agent: false, socketPath, method: 'POST', path, headers, timeout: timeoutMs },
      (reply) => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk: Buffer) => chunks.push(chunk))
        reply.on('error', (error) => reject(gone(error.message)))
        reply.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          try {
            const value: unknown = JSON.parse(text)
            if (reply.statusCode === 200) return resolve(schema.parse(value))
            const { message } = z.object({ message: z.string() }).parse(value)
            reject(new CommandsUnreachable(message))
          } catch (error) {
            reject(gone(error instanceof Error ? error.message : String(error)))
          }
        })
      },
    )
    request.on('timeout', () => request.destroy(new Error(`nothing within ${timeoutMs} ms`)))
    request.on('error', (error) => reject(gone(error.message)))
    request.end(payload)
  })
}
