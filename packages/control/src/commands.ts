/**
 * What the command socket of the web process takes and gives: `bauta ipchains -A …` in a shell of the box ends here. The socket
 * belongs to the web process's user, so whoever can open it is that user or root; there is no other login.
 */
import http from 'node:http'
import { z } from 'zod'

export * from './command-schemas.ts'

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
