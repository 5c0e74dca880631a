/** The JSON body of a request, bounded. */
import { Problem } from './problem.ts'

/** Room for some eight thousand rules; a household has dozens. */
export const BODY_MAX = 4 * 1024 * 1024
/** A backup is the settings once more, and some room for what they grow by. */
export const BACKUP_MAX = 5 * 1024 * 1024
/**
 * For requests that need no session: a name and a password. Reading 4 MB of hostile JSON takes seconds, in which nobody
 * else is answered.
 */
export const OPEN_BODY_MAX = 16 * 1024

/** @param most bytes @throws Problem 415, 413 or 400 */
export async function readJson(request: Request, most: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    throw new Problem(415, 'The request must be JSON: send the header content-type: application/json.')
  const text = await readText(request, most)
  try {
    return JSON.parse(text, dropPrototypes)
  } catch {
    throw new Problem(400, 'The request is not well-formed JSON.')
  }
}

async function readText(request: Request, most: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > most)
      throw new Problem(413, `The request is larger than ${most / 1024} KB; send less at once.`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** A key that would become an object's prototype is nobody's setting. */
function dropPrototypes(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value
}
