/**
 * Fetches one blocklist and boils it down to names. Runs in a process of its own without rights (list-fetch-main.ts): what
 * strangers send is read where it can do the least.
 */
import { lookup } from 'node:dns/promises'
import { BlockList } from 'node:net'
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
    const from = at
    at = new URL(to, at)
    if (!/^https?:$/.test(at.protocol))
      throw new Error(`the server sends us on to ${at.protocol}, which is not the web`)
    if (leadsInside(await addressesOf(from), await addressesOf(at)))
      throw new Error(
        `the server sends us on to ${at.hostname}, which is in this house and none of its business`,
      )
  }
  throw new Error(`the server sends us on and on, more than ${MOST_REDIRECTS} times`)
}

/** Where only machines of the house, or the box itself, are. */
const INSIDE = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  INSIDE.addSubnet(network, bits)
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  INSIDE.addSubnet(network, bits, 'ipv6')

const isInside = (address: string): boolean => INSIDE.check(address, address.includes(':') ? 'ipv6' : 'ipv4')

/** A stranger's server must not make the box ask the machines of the house for it. A list kept in the house may move within it. */
export const leadsInside = (from: readonly string[], to: readonly string[]): boolean =>
  to.some(isInside) && !from.some(isInside)

/** @returns none where the name cannot be found: then it cannot be fetched from either */
async function addressesOf({ hostname }: URL): Promise<string[]> {
  const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  return found.map(({ address }) => address)
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
