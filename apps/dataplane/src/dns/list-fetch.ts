/**
 * Fetches one blocklist and boils it down to names. Runs in a process of its own without rights (list-fetch-main.ts): what
 * strangers send is read where it can do the least.
 */
import { BlockTable } from './block-table.ts'
import { namesIn } from './list-format.ts'

export const MOST_BYTES = 32 << 20
export const MOST_NAMES = 1_000_000
const MOST_REDIRECTS = 5
/** A line longer than any name with its decorations is not kept while its end is awaited. */
const MOST_LINE = 4096
export const PATIENCE_MS = 120_000

/** What was there last time, so that an unchanged list is not sent again (RFC 9110 section 13). */
export interface Known {
  etag: string | null
  lastModified: string | null
}
export type Fetched = (Known & { unchanged: false; names: number }) | { unchanged: true }

/**
 * @param each is given every name once
 * @throws Error with a sentence
 */
export async function fetchList(
  url: string,
  known: Known,
  each: (name: string) => void | Promise<void>,
): Promise<Fetched> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const response = await get(url, known, signal)
  if (response.status === 304) return { unchanged: true }
  if (!response.ok)
    throw new Error(
      `the server answers ${response.status}${response.statusText ? ` (${response.statusText})` : ''}`,
    )
  const seen = new BlockTable(1)
  for await (const line of linesOf(response))
    for (const name of namesIn(line)) if (seen.size < MOST_NAMES && seen.add(name, 0)) await each(name)
  if (seen.size === 0) throw new Error('there are no names in it; is it a list of names to block?')
  return {
    unchanged: false,
    names: seen.size,
    etag: response.headers.get('etag'),
    lastModified: response.headers.get('last-modified'),
  }
}

/** What fetch throws. */
interface Failure {
  name: string
  message: string
  cause?: { code?: string; message?: string }
}

async function get(url: string, known: Known, signal: AbortSignal): Promise<Response> {
  const headers = {
    ...(known.etag ? { 'if-none-match': known.etag } : {}),
    ...(known.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  }
  let at = new URL(url)
  for (let i = 0; i <= MOST_REDIRECTS; i++) {
    const response = await fetch(at, { headers, redirect: 'manual', signal }).catch((error: Failure) => {
      throw new Error(reason(error, at))
    })
    const to = response.headers.get('location')
    if (response.status < 300 || response.status === 304 || response.status > 399 || to === null)
      return response
    await response.body?.cancel()
    at = new URL(to, at)
    if (!/^https?:$/.test(at.protocol))
      throw new Error(`the server sends us on to ${at.protocol}, which is not the web`)
  }
  throw new Error(`the server sends us on and on, more than ${MOST_REDIRECTS} times`)
}

function reason(error: Failure, { host, hostname }: URL): string {
  const { code, message } = error.cause ?? {}
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${hostname} cannot be found`
  if (code === 'ECONNREFUSED') return `${host} refuses the connection`
  if (error.name === 'TimeoutError') return `${host} did not send it in time`
  return `${host} cannot be reached: ${message ?? error.message}`
}

/** @throws Error when there is more than may be */
async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let bytes = 0
  for await (const piece of response.body ?? []) {
    bytes += piece.length
    if (bytes > MOST_BYTES) throw new Error(`it is longer than ${MOST_BYTES >> 20} MB`)
    const lines = (rest + decoder.decode(piece, { stream: true })).split(/\r?\n/)
    rest = lines.pop()!.slice(0, MOST_LINE)
    yield* lines
  }
  yield rest
}
