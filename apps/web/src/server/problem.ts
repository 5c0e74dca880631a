/**
 * A request that cannot be answered as asked: the status, and one sentence that says what, where and what to do.
 * Thrown by the services, turned into the reply in one place (serve.ts).
 */
import type { Fault } from '@bauta/config'

export interface ProblemBody {
  message: string
  faults?: Fault[]
  /** seconds */
  retryAfter?: number
  /** A backup that is encrypted, whose password is missing or wrong. */
  locked?: boolean
}

export class Problem extends Error {
  readonly status: number
  readonly body: ProblemBody
  constructor(status: number, message: string, more: Omit<ProblemBody, 'message'> = {}) {
    super(message)
    this.status = status
    this.body = { message, ...more }
  }
}

/** @param body what the API promises for this status; goes out as it is */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } })
}
