import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { testTarget } from './target-test.ts'

const address = '127.0.0.1'

it('a TCP port on which somebody listens answers, and one on which nobody does is refused', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  const { port } = server.address() as { port: number }
  expect(await testTarget({ protocol: 'tcp', address, port })).toMatchObject({ result: 'answers' })
  await new Promise((resolve) => server.close(resolve))
  expect(await testTarget({ protocol: 'tcp', address, port })).toMatchObject({ result: 'refused' })
})

it('of UDP only an answer and a refusal are certain', async () => {
  const server = createSocket('udp4')
  await new Promise<void>((resolve) => server.bind(0, address, resolve))
  const { port } = server.address()
  expect(await testTarget({ protocol: 'udp', address, port })).toMatchObject({ result: 'unknown' })
  server.on('message', (_, from) => server.send('!', from.port, from.address))
  expect(await testTarget({ protocol: 'udp', address, port })).toMatchObject({ result: 'answers' })
  await new Promise<void>((resolve) => server.close(resolve))
  expect(await testTarget({ protocol: 'udp', address, port })).toMatchObject({ result: 'refused' })
})
