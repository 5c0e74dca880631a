/** The few words of ip(8) that the lines need. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** @throws Error with what ip said */
export async function ip(...words: string[]): Promise<void> {
  try {
    await run('ip', words)
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    throw new Error(`ip ${words.join(' ')}: ${stderr?.trim() || message}`)
  }
}

/** For steps whose failure means that there was nothing to do. */
export const tryIp = (...words: string[]): Promise<void> => ip(...words).catch(() => undefined)

/** Takes the IPv4 addresses of a port away, and the routes over it with them. */
export const clearPort = (port: string): Promise<void> => tryIp('-4', 'addr', 'flush', 'dev', port)
