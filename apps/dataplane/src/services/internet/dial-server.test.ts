import net, { type AddressInfo } from 'node:net'
import { INTERNET_BY_SYSTEM } from '@bauta/config'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DialServer, MOST_OF_ONE } from './dial-server.ts'
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

const connect = async (from = '127.0.0.1') => {
  const client = net.connect({ port, host: '127.0.0.1', localAddress: from })
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

const greetingOf = (client: net.Socket) =>
  new Promise<string>((resolve) => client.once('data', (text) => resolve(`${text}`.trim())))

test('one machine cannot take the places of the others', async () => {
  for (let i = 0; i < MOST_OF_ONE; i++) expect(await greetingOf(await connect())).toBe('+OK Bauta dial 1')
  expect(await greetingOf(await connect())).toBe('-ERR too many clients')
  expect(await greetingOf(await connect('127.0.0.2'))).toBe('+OK Bauta dial 1')
})

test('clients for whom there is no room and who break off take nothing down', async () => {
  const held = await Promise.all(
    Array.from({ length: 32 }, (_, i) => connect(`127.0.1.${1 + Math.floor(i / 4)}`)),
  )
  const refused = await Promise.all(Array.from({ length: 20 }, () => connect()))
  for (const client of refused) client.resetAndDestroy()
  // An error that nobody hears of ends the process, which vitest tells as a failure.
  await new Promise((resolve) => setTimeout(resolve, 200))
  for (const client of held) client.destroy()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await greetingOf(await connect())).toBe('+OK Bauta dial 1')
})
