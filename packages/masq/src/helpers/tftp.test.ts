import { PROTOCOL } from '@bauta/packet'
import { expect, test } from 'vitest'
import { address, bench, LAN1, SERVER } from '../testing.ts'
import { Dialogue, withHelpers } from './dialogue.ts'

const asking = (): Dialogue =>
  new Dialogue(69, { protocol: PROTOCOL.udp, on: bench(256, withHelpers('tftp')) })

test.each([
  ['a read request', '\0\x01file\0octet\0', true],
  ['a write request', '\0\x02file\0octet\0', true],
  ['an acknowledgement', '\0\x04\0\x01..', false],
  ['something shorter than a request', '\0\x01', false],
])('%s lets the server answer from another port: %o', (_, datagram, expected) => {
  const dialogue = asking()
  expect(dialogue.says(datagram)).toBe(datagram)
  expect(dialogue.comes(40_000, address('203.0.113.9'), 3000)).toBe(-1)
  const slot = dialogue.comes(40_000, SERVER, 3000)
  expect(slot >= 0).toBe(expected)
  if (expected) expect(dialogue.bench.table.client(slot)).toBe(LAN1)
  expect(dialogue.comes(40_000, SERVER, 3001)).toBe(-1)
})
