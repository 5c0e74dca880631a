import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataplaneClient, DataplaneRefusal, DataplaneUnreachable } from './client.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bauta-control-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('every question has a connection of its own', async () => {
  const socket = join(folder, 's')
  let connections = 0
  const server = http.createServer((_, reply) => void reply.end('text'))
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  const client = new DataplaneClient(socket)
  for (let i = 0; i < 3; i++) expect(await client.text('/metrics')).toBe('text')
  expect(connections).toBe(3)
  server.close()
})

test('nobody on the socket is unreachable, and so is one who never answers', async () => {
  const socket = join(folder, 's')
  await expect(new DataplaneClient(socket).status()).rejects.toThrow(DataplaneUnreachable)
  const server = http.createServer(() => {})
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  await expect(new DataplaneClient(socket, 50).status()).rejects.toThrow(/no answer within 50 ms/)
  server.closeAllConnections()
  server.close()
})

test('ending a connection tells “there is none” from “it failed”', async () => {
  const socket = join(folder, 's')
  let status = 200
  const server = http.createServer((_, reply) => {
    reply.statusCode = status
    reply.end(JSON.stringify({ message: 'so it is', faults: [] }))
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  const client = new DataplaneClient(socket)
  expect(await client.endConnection('1.2')).toBe(true)
  status = 404
  expect(await client.endConnection('1.2')).toBe(false)
  status = 500
  await expect(client.endConnection('1.2')).rejects.toThrow(DataplaneRefusal)
  server.close()
})
