import net, { type AddressInfo } from 'node:net'
import { INTERNET_BY_SYSTEM } from '@bauta/config'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DialServer } from './dial-server.ts'
import { Dialers } from './dialers.ts'

let port: number
let server: DialServer
beforeEach(async () => {
  const probe = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  port = (probe.address() as AddressInfo).port
  await new Promise((resolve) => probe.close(resolve))
  server = new DialServer(
    {
      dialers: new Dialers(() => INTERNET_BY_SYSTEM, Date.now),
      status: () => ({ use: '', connections: [], events: [] }),
      dial: async () => undefined,
      hangUp: async () => undefined,
      note: () => undefined,
    },
    port,
  )
  server.listen(['127.0.0.1'])
})
afterEach(() => server.listen([]))

const connect = async () => {
  const client = net.connect(port, '127.0.0.1')
  client.on('error', () => undefined)
  await new Promise((resolve) => client.once('connect', resolve))
  return client
}

test('answers line after line, in order, also when they come in one packet', async () => {
  const client = await connect()
  let said = ''
  client.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const over = new Promise((resolve) => client.once('close', resolve))
  client.write('hello\nlist\nquit\n')
  await over
  expect(
    said
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(0, 4)),
  ).toEqual(['+OK ', '+OK ', '-ERR', '+OK '])
})
