/** The unix socket: reachable for root and the socket's group, nobody else. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import type http from 'node:http'
import net from 'node:net'
import { dirname } from 'node:path'
import { handler, type Route } from './http.ts'

const MODE = 0o660
/** `import` of this module also loads the HTTP client of `fetch`, a tenth of the time that a start may take. */
const { createServer } = process.getBuiltinModule('node:http')

/** @throws when another dataplane answers on the socket */
export async function serve(
  socket: string,
  routes: readonly Route[],
  say: (line: string) => void,
): Promise<http.Server> {
  if (await answers(socket)) throw new Error(`another dataplane answers on ${socket}; stop it first`)
  mkdirSync(dirname(socket), { recursive: true })
  rmSync(socket, { force: true })
  const handle = handler(routes, say)
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, resolve)
  })
  chmodSync(socket, MODE)
  return server
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.connect(socket)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}
