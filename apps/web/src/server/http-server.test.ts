import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFront } from './http-server.ts'
import { type Bench, openBench } from './testing.ts'

let bench: Bench
let server: http.Server
let seen: http.IncomingHttpHeaders | null
beforeEach(async () => {
  bench = await openBench()
  seen = null
  const pages = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    seen = request.headers
    response.end('page')
  }
  server = createFront({ hosts: bench.services.hosts, pages, say: () => {} })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await bench[Symbol.asyncDispose]()
})

const port = () => (server.address() as AddressInfo).port
function get(
  options: http.RequestOptions = {},
): Promise<{ status: number; headers: http.IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: port(), ...options }, async (reply) => {
      const chunks: Buffer[] = []
      for await (const chunk of reply) chunks.push(chunk as Buffer)
      resolve({
        status: reply.statusCode ?? 0,
        headers: reply.headers,
        body: Buffer.concat(chunks).toString(),
      })
    })
    request.on('error', reject)
    request.end()
  })
}
/** @returns everything the server says to raw bytes */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port(), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', () => resolve(answer))
    socket.write(text)
  })
}

describe('every request', () => {
  it('of a foreign name is refused before anything else', async () => {
    const reply = await get({ headers: { host: 'evil.example' } })
    expect(reply.status).toBe(403)
    expect(JSON.parse(reply.body).message).toContain('does not answer to this name')
    expect(seen).toBeNull()
  })
  it('loses what only this process may say, and gains the peer', async () => {
    await get({
      headers: {
        'x-bauta-peer': '192.168.77.11',
        'x-forwarded-for': '192.168.77.11',
        'x-forwarded-host': 'evil.example',
        forwarded: 'for=1.2.3.4',
        'x-middleware-subrequest': 'middleware',
        'x-nonce': 'mine',
        'content-security-policy': "script-src 'nonce-mine'",
        accept: 'text/html',
      },
    })
    expect(seen).toMatchObject({ 'x-bauta-peer': '127.0.0.1', accept: 'text/html' })
    expect(Object.keys(seen!).filter((name) => /forwarded|middleware/.test(name))).toEqual([])
    expect(JSON.stringify(seen)).not.toContain('mine')
  })
  it('gets the headers that tell the browser what to refuse, with a nonce of its own', async () => {
    const first = (await get()).headers['content-security-policy'] as string
    expect(first).toMatch(/^default-src 'none'; script-src 'self' 'nonce-[\w+/=]{24}'/)
    expect(first).toContain(seen!['x-nonce'])
    const second = await get()
    expect(second.headers['content-security-policy']).not.toBe(first)
    expect(second.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    })
    expect(first).toContain("frame-ancestors 'none'")
  })
  it('with a strange method, target or size is refused', async () => {
    expect((await get({ method: 'TRACE' })).status).toBe(405)
    expect((await get({ method: 'OPTIONS' })).status).toBe(405)
    expect((await get({ path: 'http://192.168.77.1/' })).status).toBe(400)
    expect(
      (await get({ method: 'POST', headers: { 'content-length': String(5 * 1024 * 1024) } })).status,
    ).toBe(413)
    expect((await get({ headers: { cookie: 'x'.repeat(20_000) } })).status).toBe(431)
    expect(seen).toBeNull()
  })
  it('for Next’s image service finds none: it would fetch and write files for anybody', async () => {
    expect((await get({ path: '/_next/image?url=%2Fapi%2Fhealth&w=64&q=75' })).status).toBe(404)
    expect(seen).toBeNull()
  })
  it('that cannot be one gets no further', async () => {
    expect(await raw('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')).toMatch(/^HTTP\/1\.1 (400|403)/)
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/)
    expect(
      await raw('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    ).toBe('')
    expect(seen).toBeNull()
  })
})

it('one machine cannot take all the connections', async () => {
  const sockets = Array.from({ length: 120 }, () => connect(port(), '127.0.0.1').on('error', () => {}))
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(sockets.filter((socket) => !socket.destroyed && !socket.readableEnded)).toHaveLength(96)
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect((await get()).status).toBe(200)
})

it('many machines that hold connections open make way for one that asks', async () => {
  server.maxConnections = 4
  const agent = new http.Agent({ keepAlive: true })
  await Promise.all([1, 2, 3, 4].map((n) => get({ agent, localAddress: `127.0.0.${n}` })))
  await get({ localAddress: '127.0.0.9', agent: false }).catch(() => {})
  expect((await get({ localAddress: '127.0.0.9', agent: false })).status).toBe(200)
  agent.destroy()
})

it('a reader that takes nothing is hung up on', () => {
  expect(server.timeout).toBe(60_000)
})
