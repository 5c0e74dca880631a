import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchList, type Known, leadsInside, MOST_BYTES } from './list-fetch.ts'

let base: string
let server: http.Server
const NOTHING: Known = { etag: null, lastModified: null }

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://x')
    if (pathname === '/list') {
      if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end()
      response.writeHead(200, { etag: '"1"' })
      return void response.end('# a list\n0.0.0.0 a.example\r\n||b.example^\na.example\nc.example')
    }
    if (pathname === '/moved') return void response.writeHead(302, { location: '/list' }).end()
    if (pathname === '/round') return void response.writeHead(302, { location: '/round' }).end()
    if (pathname === '/file') return void response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    if (pathname === '/page') return void response.end('<html><body>Log in first</body></html>')
    if (pathname === '/endless') return endless(response)
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

/** Lines without an end are the worst a server may send: nothing of them may be kept. */
function endless(response: http.ServerResponse): void {
  const piece = Buffer.alloc(1 << 20, 'x')
  const more = () => {
    while (response.write(piece));
  }
  response.on('drain', more)
  more()
}

const fetched = async (path: string, known = NOTHING) => {
  const names: string[] = []
  const outcome = await fetchList(`${base}${path}`, known, (name) => {
    names.push(name)
  })
  return { names, outcome }
}

test('every name comes once, whatever the format and the line ends', async () => {
  expect(await fetched('/list')).toEqual({
    names: ['a.example', 'b.example', 'c.example'],
    outcome: { unchanged: false, names: 3, etag: '"1"', lastModified: null },
  })
  expect((await fetched('/moved')).names).toHaveLength(3)
})

test('a list that did not change is not sent again', async () => {
  expect(await fetched('/list', { etag: '"1"', lastModified: null })).toEqual({
    names: [],
    outcome: { unchanged: true },
  })
})

test.each([
  ['/none', 'the server answers 404 (Not Found)'],
  ['/page', 'there are no names in it; is it a list of names to block?'],
  ['/round', 'the server sends us on and on, more than 5 times'],
  ['/file', 'the server sends us on to file:, which is not the web'],
  ['/endless', `it is longer than ${MOST_BYTES >> 20} MB`],
])('%s: %s', async (path, sentence) => {
  await expect(fetched(path)).rejects.toThrow(sentence)
})

test('nobody there: so it says', async () => {
  await expect(fetchList('http://127.0.0.1:9/x', NOTHING, () => {})).rejects.toThrow(
    /127\.0\.0\.1:9 (refuses the connection|cannot be reached)/,
  )
})

test('a stranger’s server cannot send the box to the machines of the house, or to itself', () => {
  for (const inside of [
    '127.0.0.1',
    '192.168.77.20',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    'fe80::1',
    '::ffff:127.0.0.1',
  ])
    expect([inside, leadsInside(['198.51.100.7'], [inside])]).toEqual([inside, true])
  expect(leadsInside(['198.51.100.7'], ['198.51.100.8', '192.168.77.20'])).toBe(true)
  expect(leadsInside(['198.51.100.7'], ['203.0.113.9', '2001:db8::1'])).toBe(false)
  expect(leadsInside(['192.168.77.5'], ['192.168.77.20'])).toBe(false)
})
