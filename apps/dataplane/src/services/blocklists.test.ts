/** With the real process that fetches, from a server on the loopback. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Blocklists } from './blocklists.ts'

let stateDir: string
let server: http.Server
let url: string
let text: string | null
let lists: Blocklists
let changes: number

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'bauta-lists-'))
  text = 'a.example\nb.example\n'
  server = http.createServer((_, response) => {
    if (text === null) response.writeHead(503).end()
    else response.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list`
  begin()
})
afterEach(() => {
  lists.stop()
  server.close()
  server.closeAllConnections()
  rmSync(stateDir, { recursive: true })
})

function begin(): void {
  changes = 0
  lists = new Blocklists({ stateDir, log: () => {}, onChange: () => changes++ })
}
const wanted = (enabled = true) => [{ name: 'one', url, enabled }]
const settled = () => vi.waitFor(() => expect(lists.status()[0]?.fetching).toBe(false), { timeout: 20_000 })

test('a new list is fetched, kept, and there at the next start without asking again', async () => {
  lists.apply(wanted())
  await settled()
  expect(lists.status()).toMatchObject([{ url, names: 2, problem: null, fetchedAt: expect.any(Number) }])
  expect(changes).toBe(1)
  const [kept] = lists.kept([url])
  expect(readFileSync(kept!.file, 'utf8')).toBe('a.example\nb.example\n')

  lists.stop()
  text = null
  begin()
  lists.apply(wanted())
  expect(lists.kept([url])).toEqual([kept])
  expect(lists.status()).toMatchObject([{ names: 2, problem: null, fetching: false }])
})

test('a failure is told in words, and the names of before stay', async () => {
  lists.apply(wanted())
  await settled()
  text = null
  lists.fetchNow()
  await settled()
  expect(lists.status()).toMatchObject([
    { names: 2, problem: 'the server answers 503 (Service Unavailable)', fetching: false },
  ])
  expect(lists.kept([url])).toHaveLength(1)
  text = 'c.example\n'
  lists.fetchNow()
  await settled()
  expect(lists.status()).toMatchObject([{ names: 1, problem: null }])
  expect(changes).toBe(2)
})

test('a list that is switched off keeps its file; one that is gone leaves none', async () => {
  lists.apply(wanted())
  await settled()
  lists.apply(wanted(false))
  expect(lists.kept([url])).toEqual([])
  expect(readdirSync(join(stateDir, 'blocklists'))).toHaveLength(2)
  lists.apply([])
  expect(readdirSync(join(stateDir, 'blocklists'))).toEqual([])
})
