/**
 * The HTTP server in front of Next: what must hold for every request, whatever it asks for.
 *
 * In this order: the request line is a path and the method one of ours; the Host header is on the allow-list; headers
 * that only this process may set are taken off; the peer's address from the socket and the page's nonce are put on;
 * the body is not announced larger than any of ours. Then Next. Slow and greedy clients are bounded by time limits, by
 * connections in all and by connections per address, so that one machine cannot keep the others out.
 */
import { randomBytes } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { BACKUP_MAX, BODY_MAX } from './body.ts'
import type { HostCheck } from './host-check.ts'
import type { ProblemBody } from './problem.ts'
import { contentSecurityPolicy, SECURITY_HEADERS } from './security-headers.ts'
import { CONNECTED_HEADER, LOCAL_HEADER, PEER_HEADER } from './serve.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE'])
/** Ours, a proxy's, and what Next believes without asking. */
const NOT_FROM_OUTSIDE =
  /^(x-forwarded-.*|forwarded|x-real-ip|x-bauta-.*|x-nonce|content-security-policy(-report-only)?|x-middleware-.*|x-invoke-.*|x-matched-path|x-now-.*)$/

const LIMITS = {
  maxHeaderSize: 16 * 1024,
  /** ms to send the header, and the whole request */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 2000,
}
/** ms without a byte in either direction: a reader that takes nothing. Event streams move every second. */
const STILL_MAX = 60_000
/** Next's service of resized images, which we have no use for: it would fetch and write files for anybody who asks. */
const IMAGE_SERVICE = '/_next/image'
/** Takes a backup, which may be larger than any other request. */
const RESTORE = '/api/restore'
const CONNECTIONS_MAX = 512
const CONNECTIONS_PER_ADDRESS_MAX = 96

export interface Front {
  hosts: HostCheck
  /** Next's request handler */
  pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Connections from before this moment are closed after their answer. */
  freshSince?: () => number
  say: (line: string) => void
}

export function createFront(front: Front): http.Server {
  const server = http.createServer(LIMITS, (request, response) => {
    handle(front, request, response).catch((error: unknown) => {
      front.say(`${request.method} ${request.url} failed: ${String(error)}`)
      if (!response.headersSent) refuse(response, 500, 'Something failed inside the box; its log tells what.')
      else response.destroy()
    })
  })
  server.maxConnections = CONNECTIONS_MAX
  server.maxHeadersCount = 100
  server.timeout = STILL_MAX
  // All places taken: those who hold one and ask nothing make way.
  server.on('drop', () => server.closeIdleConnections())
  boundPerAddress(server)
  server.on('upgrade', (_request, socket) => socket.destroy())
  return server
}

async function handle(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const nonce = randomBytes(16).toString('base64')
  const policy = contentSecurityPolicy(nonce)
  response.setHeader('content-security-policy', policy)
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)

  if (!request.url?.startsWith('/')) return refuse(response, 400, 'The request line must name a path.')
  if (!METHODS.has(request.method ?? ''))
    return refuse(response, 405, `The box does not know the method ${request.method}.`)
  if (!(await front.hosts.allows(request.headers.host)))
    return refuse(
      response,
      403,
      'The box does not answer to this name; open it by its address on the home network, http://192.168.… for instance.',
    )
  if (request.url.startsWith(IMAGE_SERVICE))
    return refuse(response, 404, 'There is no such page on this box.')
  const most = request.url.startsWith(RESTORE) ? BACKUP_MAX : BODY_MAX
  if (Number(request.headers['content-length'] ?? 0) > most)
    return refuse(response, 413, `The request is larger than ${most / 1024 / 1024} MB.`)

  for (const name of Object.keys(request.headers))
    if (NOT_FROM_OUTSIDE.test(name)) delete request.headers[name]
  request.headers[PEER_HEADER] = request.socket.remoteAddress ?? ''
  const connected = connectedAt.get(request.socket) ?? 0
  request.headers[CONNECTED_HEADER] = String(connected)
  request.headers[LOCAL_HEADER] = request.socket.localAddress ?? ''
  // See confirmations.ts: the next request of this browser comes over a new connection.
  if (connected < (front.freshSince?.() ?? 0)) response.setHeader('connection', 'close')
  request.headers['x-nonce'] = nonce
  // Next reads the nonce for its own scripts from here.
  request.headers['content-security-policy'] = policy
  await front.pages(request, response)
}

/** The request's body, where there is one, is not read: the connection ends with the answer. */
function refuse(response: ServerResponse, status: number, message: string): void {
  const body: ProblemBody = { message }
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    connection: 'close',
  })
  response.end(JSON.stringify(body))
}

const connectedAt = new WeakMap<Socket, number>()

function boundPerAddress(server: http.Server): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    connectedAt.set(socket, Date.now())
    const address = socket.remoteAddress ?? ''
    const count = (open.get(address) ?? 0) + 1
    if (count > CONNECTIONS_PER_ADDRESS_MAX) {
      socket.destroy()
      return
    }
    open.set(address, count)
    socket.on('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left === 0) open.delete(address)
      else open.set(address, left)
    })
  })
}
