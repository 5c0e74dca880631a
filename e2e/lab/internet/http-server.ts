/**
 * The web of the small Internet.
 *
 *   /                          a small page
 *   /bytes/<n>                 n bytes of content (content.ts)
 *   /bytes/<n>?rate=<r>        the same at r bytes a second
 *   /upload                    takes a body of any length; {"bytes", "sha256"} of what arrived
 *   /whoami                    {"address", "port"} of the client as this server sees it
 */
import { createHash } from 'node:crypto'
import http from 'node:http'
import { sendContent } from './send-content.ts'

export function httpServer(): http.Server {
  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  // A download may stand still for as long as the test likes.
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  return server
}

async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://server')
  const bytes = /^\/bytes\/(\d+)$/.exec(url.pathname)
  if (bytes) {
    const length = Number(bytes[1])
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': length })
    if (request.method !== 'HEAD')
      await sendContent(response, length, Number(url.searchParams.get('rate') ?? 0))
    response.end()
  } else if (url.pathname === '/upload') {
    response.end(JSON.stringify(await digest(request)))
  } else if (url.pathname === '/whoami') {
    const { remoteAddress, remotePort } = request.socket
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ address: remoteAddress, port: remotePort }))
  } else if (url.pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(`<!doctype html><title>${request.headers.host}</title><p>Hello from the small Internet.\n`)
  } else {
    response.writeHead(404).end('no such page\n')
  }
}

async function digest(body: AsyncIterable<Buffer>): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    hash.update(chunk)
  }
  return { bytes, sha256: hash.digest('hex') }
}
