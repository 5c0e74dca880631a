/** The little of HTTP that the dataplane's socket needs: routes, JSON in and out, text, event streams. */
import type { IncomingMessage, ServerResponse } from 'node:http'

/** An answer other than 200. */
export class HttpError extends Error {
  readonly status: number
  readonly faults: { path: (string | number)[]; message: string }[]
  constructor(status: number, message: string, faults: HttpError['faults'] = []) {
    super(message)
    this.status = status
    this.faults = faults
  }
}

export interface Request {
  url: URL
  /** What the route's pattern captured. */
  captured: string[]
  body: () => Promise<unknown>
  signal: AbortSignal
}

export type Reply =
  | { json: unknown }
  | { text: string | Iterable<string> }
  | { bytes: Uint8Array; type: string }
  /** An event every second (`event`, `value`), until the other side goes. */
  | { event: string; value: () => unknown }

export interface Route {
  method: 'GET' | 'POST' | 'DELETE'
  path: RegExp
  answer: (request: Request) => Reply | Promise<Reply>
}

/** A snapshot with 2000 rules per chain is about 2 MB. */
const BODY_LIMIT = 16 * 1024 * 1024
const EVENT_MS = 1000
/** Event streams that may be open at once: tabs of a household's browsers. */
const MOST_STREAMS = 64

/** @param say is told of every failure that is the program's own */
export function handler(routes: readonly Route[], say: (line: string) => void) {
  let streams = 0
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const failed = (error: unknown) => {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
      say(`${request.method} ${request.url}: ${what}`)
      if (response.headersSent) response.destroy()
      else refuse(response, new HttpError(500, 'something failed inside the dataplane; its log tells what'))
    }
    try {
      const { reply, signal } = await answerTo(routes, request, response)
      if ('json' in reply) return send(response, 200, 'application/json', JSON.stringify(reply.json))
      if ('bytes' in reply) {
        response.writeHead(200, { 'content-type': reply.type, 'content-length': reply.bytes.length })
        return void response.end(reply.bytes)
      }
      if ('text' in reply) return sendText(response, reply.text)
      if (streams >= MOST_STREAMS) throw new HttpError(503, 'too many event streams are open already')
      streams++
      signal.addEventListener('abort', () => streams--, { once: true })
      stream(response, reply.event, reply.value, { signal, failed })
    } catch (error) {
      if (error instanceof HttpError && !response.headersSent) refuse(response, error)
      else failed(error)
    }
  }
}

function refuse(response: ServerResponse, { status, message, faults }: HttpError): void {
  send(response, status, 'application/json', JSON.stringify({ message, faults }))
}

async function answerTo(routes: readonly Route[], request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://dataplane')
  const fitting = routes.filter((route) => route.path.test(url.pathname))
  const route = fitting.find(({ method }) => method === request.method)
  if (!route)
    throw fitting.length > 0
      ? new HttpError(405, `${request.method} is not possible here`)
      : new HttpError(404, `there is no ${url.pathname}`)
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const reply = await route.answer({
    url,
    captured: route.path.exec(url.pathname)!.slice(1).map(decoded),
    body: () => readJson(request),
    signal: gone.signal,
  })
  return { reply, signal: gone.signal }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new HttpError(400, `“${part}” is no part of an address`)
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_LIMIT) throw new HttpError(413, 'the request is larger than 16 MB')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new HttpError(400, 'the request is not JSON')
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` })
  response.end(body)
}

/** Records are joined in pieces: 100,000 of them are 13 MB. */
function sendText(response: ServerResponse, text: string | Iterable<string>): void {
  if (typeof text === 'string') {
    send(response, 200, 'text/plain', text)
    return
  }
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
  const parts: string[] = []
  for (const part of text) {
    parts.push(part)
    if (parts.length >= 4096) response.write(parts.splice(0).join(''))
  }
  response.end(parts.join(''))
}

interface Reader {
  /** Aborts when the reader is gone. */
  signal: AbortSignal
  failed: (error: unknown) => void
}

/** A reader that does not keep up misses events, it does not make them pile up. */
function stream(response: ServerResponse, event: string, value: () => unknown, reader: Reader): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  const push = () => {
    if (!response.writableNeedDrain) response.write(`event: ${event}\ndata: ${JSON.stringify(value())}\n\n`)
  }
  push()
  // What a timer throws would end the process.
  const timer = setInterval(() => {
    try {
      push()
    } catch (error) {
      reader.failed(error)
    }
  }, EVENT_MS)
  reader.signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}
