/**
 * Calls of the box's own API. Every failure is an `ApiError`, whose message is a sentence fit to be shown:
 * what happened, where, what to do. Status 0 means that the box did not answer at all.
 */
import type { Fault } from '@bauta/config'

export type { Fault }

export class ApiError extends Error {
  readonly status: number
  readonly faults: readonly Fault[]
  /** The whole answer, for replies that carry more (a conflict tells the other's value). */
  readonly body: Record<string, unknown>

  constructor(status: number, message: string, body: Record<string, unknown> = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.body = body
    this.faults = Array.isArray(body.faults) ? (body.faults as Fault[]) : []
  }

  /** No answer: the cable, the Wi-Fi, or the box itself. */
  get unreachable(): boolean {
    return this.status === 0
  }
  /** Seconds until another try makes sense (429). */
  get retryAfter(): number | null {
    return typeof this.body.retryAfter === 'number' ? this.body.retryAfter : null
  }
}

export const UNREACHABLE =
  'The box does not answer. Check that this device is on the home network; the page goes on by itself when the box is back.'

/** Who wants to know that the session has ended: the shell, which asks for the password again. */
const sessionEnd = new Set<() => void>()
export function onSessionEnd(listener: () => void): () => void {
  sessionEnd.add(listener)
  return () => sessionEnd.delete(listener)
}

let csrf: string | undefined
/** The token of this session; sent back with every change. */
export function rememberCsrf(token: string | undefined): void {
  csrf = token
}

/** Answers to these mean “wrong password”, not “session over”. */
const ENTRANCES = new Set(['/api/login', '/api/setup', '/api/recover', '/api/dial', '/api/dial/login'])

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET' && csrf) headers['x-csrf-token'] = csrf
  let reply: Response
  try {
    reply = await fetch(path, {
      method,
      headers,
      cache: 'no-store',
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(0, UNREACHABLE)
  }
  if (reply.ok) return (await readBody(reply)) as T
  const value = await readBody(reply).catch(() => null)
  if (reply.status === 401 && !ENTRANCES.has(path)) for (const tell of sessionEnd) tell()
  throw toError(reply.status, value)
}

function readBody(reply: Response): Promise<unknown> {
  return reply.headers.get('content-type')?.includes('json') ? reply.json() : reply.text()
}

function toError(status: number, value: unknown): ApiError {
  if (typeof value === 'object' && value !== null && 'message' in value)
    return new ApiError(status, String(value.message), value as Record<string, unknown>)
  return new ApiError(
    status,
    `The box answered with an error (${status}). Try again; if it stays, restart the box.`,
  )
}

export const api = {
  get: <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal),
  post: <T>(path: string, body: unknown = {}) => call<T>('POST', path, body),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, body),
  delete: <T>(path: string) => call<T>('DELETE', path),
}

/** The sentence of any failure. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something failed that has no name. Load the page again.'
}

/** Where a value stands inside a form, dotted: `chains.1.rules.0.target`. */
export const pathName = (path: Fault['path']): string => path.join('.')
