import dgram from 'node:dgram'
import { expect, test } from 'vitest'
import { readStats } from './dnsmasq-stats.ts'

test('an answer that is no DNS packet is as good as none', async () => {
  const liar = dgram.createSocket('udp4')
  liar.on('message', (_, { port, address }) => liar.send(Buffer.from([1, 2, 3]), port, address))
  await new Promise<void>((resolve) => liar.bind(0, '127.0.0.1', resolve))
  await expect(readStats('127.0.0.1', liar.address().port, 200)).rejects.toThrow(/no counters/)
  liar.close()
})

test('a port that nobody listens on is an error, once', async () => {
  await expect(readStats('127.0.0.1', 9, 200)).rejects.toThrow()
})
