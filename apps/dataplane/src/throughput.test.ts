import { expect, test } from 'vitest'
import { parseTraffic, Throughput } from './throughput.ts'

const TEXT = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
  wan0:    1000      10    0    0    0     0          0         0     2000      20    0    0    0     0       0          0
`
const at = (bytes: number) => ({
  rxBytes: bytes,
  rxPackets: bytes / 100,
  txBytes: bytes / 2,
  txPackets: bytes / 200,
})

test('/proc/net/dev', () => {
  expect(parseTraffic(TEXT).get('wan0')).toEqual({
    rxBytes: 1000,
    rxPackets: 10,
    txBytes: 2000,
    txPackets: 20,
  })
})

test('bits per second of the WAN, with 300 seconds of history', () => {
  const throughput = new Throughput()
  throughput.sample('wan0', at(0), 1, 0)
  throughput.sample('wan0', at(1000), 2, 1)
  expect(throughput.rate).toEqual({ down: 4000, up: 2000, packetsDown: 5, packetsUp: 2.5 })
  throughput.sample('ppp0', at(9000), 1, 2)
  expect(throughput.rate.down).toBe(0)
  throughput.sample('ppp0', at(10), 1, 3)
  expect(throughput.rate.down).toBe(0)
  for (let i = 0; i < 400; i++) throughput.sample(null, at(0), 1, i)
  expect(throughput.history).toHaveLength(300)
})
