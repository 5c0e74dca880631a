import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { HttpError, handler, type Route } from './http.ts'

let server: http.Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})
const log: string[] = []

async function start(...routes: Route[]): Promise<string> {
  log.length = 0
  const handle = handler(routes, (line) => log.push(line))
  server = http.createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const get = (path: RegExp, answer: Route['answer']): Route => ({ method: 'GET', path, answer })

describe('an answer that fails', () => {
  test('for a reason that was foreseen says it', async () => {
    const url = await start(
      get(/^\/x$/, () => {
        throw new HttpError(422, 'too much')
      }),
    )
    const reply = await fetch(`${url}/x`)
    expect(reply.status).toBe(422)
    expect(await reply.json()).toEqual({ message: 'too much', faults: [] })
  })

  test('by a fault of the program tells the log, and the reader only that', async () => {
    const url = await start(
      get(/^\/x$/, () => {
        throw new TypeError("Cannot read properties of undefined (reading 'password')")
      }),
    )
    const reply = await fetch(`${url}/x`)
    expect(reply.status).toBe(500)
    expect(await reply.json()).toEqual({
      message: 'something failed inside the dataplane; its log tells what',
      faults: [],
    })
    expect(log.join()).toContain(
      "GET /x: TypeError: Cannot read properties of undefined (reading 'password')",
    )
  })

  test('because the address is no address is the reader’s fault', async () => {
    const url = await start(get(/^\/x\/(.*)$/, () => ({ json: 1 })))
    expect((await fetch(`${url}/x/%E0%A4%A`)).status).toBe(400)
    expect(log).toEqual([])
  })
})

test('an event stream that fails on its way ends; the dataplane does not', async () => {
  let values = 0
  const url = await start(
    get(/^\/s$/, () => ({
      event: 'count',
      value: () => {
        if (values === 1) throw new TypeError('passes is not a function')
        return values++
      },
    })),
    get(/^\/x$/, () => ({ json: 'alive' })),
  )
  const reply = await fetch(`${url}/s`)
  await expect(reply.text()).rejects.toThrow()
  expect(log.join()).toContain('GET /s: TypeError: passes is not a function')
  expect(await (await fetch(`${url}/x`)).json()).toBe('alive')
})
