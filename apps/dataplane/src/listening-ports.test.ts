import { expect, test } from 'vitest'
import { parseListening, portChange } from './listening-ports.ts'

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 014DA8C0:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1
   2: 024DA8C0:9C40 22D8B85D:0050 01 00000000:00000000 00:00000000 00000000     0        0 3 1
`

test('listening sockets count, loopback and connected ones do not', () => {
  expect(parseListening(TCP, 6, '0A')).toEqual([6 * 65_536 + 80])
  expect(parseListening('', 6, '0A')).toEqual([])
})

test('what came and what went', () => {
  expect(portChange(new Set([1, 2]), new Set([2, 3]))).toEqual({ taken: [3], left: [1] })
})
