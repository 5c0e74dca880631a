import { expect, it } from 'vitest'
import { LanSockets } from './lan-sockets.ts'
import { PORTS_PER_PROTOCOL } from './layout.ts'
import { seededRandom } from './testing.ts'

it('finds every socket that is in and none that is out, with most of all ports in use', () => {
  const random = seededRandom(11)
  const owner = new Int32Array(PORTS_PER_PROTOCOL)
  const ownerPort = new Uint16Array(PORTS_PER_PROTOCOL)
  const sockets = new LanSockets(owner, ownerPort, 3)
  const present = new Uint8Array(PORTS_PER_PROTOCOL)
  for (let i = 0; i < 200_000; i++) {
    const port = random() & 0xffff
    if (present[port]) {
      // Leave two of three in place, so that the table stays crowded.
      if (i % 3 !== 0) continue
      sockets.remove(port)
      present[port] = 0
      continue
    }
    owner[port] = 0xc0a80000 | (port & 0xff)
    ownerPort[port] = port >>> 8
    sockets.add(port)
    present[port] = 1
  }
  expect(present.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(40_000)
  let wrong = 0
  for (let port = 0; port < PORTS_PER_PROTOCOL; port++) {
    const found = sockets.find(0xc0a80000 | (port & 0xff), port >>> 8)
    if (found !== (present[port] ? port : -1)) wrong++
  }
  expect(wrong).toBe(0)
})
