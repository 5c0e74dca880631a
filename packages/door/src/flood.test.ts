import { readFileSync } from 'node:fs'
import { hashKey } from '@bauta/masq'
import { expect, test } from 'vitest'
import {
  FLOOD_LAYOUT,
  PASSED_BYTES,
  PassedFlows,
  QUEUE_BYTES,
  refusedSources,
  SOURCE_BYTES,
  UpQueues,
} from './flood.ts'

const header = readFileSync(new URL('../bpf/flood.h', import.meta.url), 'utf8')

test('the kernel has as many rows of each kind as are read here', () => {
  for (const [name, value] of Object.entries(FLOOD_LAYOUT))
    expect(header).toMatch(new RegExp(`^#define ${name} ${value}$`, 'm'))
})

test('what waits is what went up less what was read, and nothing once a queue was found empty', () => {
  const memory = new ArrayBuffer(FLOOD_LAYOUT.QUEUES * QUEUE_BYTES)
  const words = new Uint32Array(memory, 7 * QUEUE_BYTES, 3)
  const queues = new UpQueues(memory)
  words[0] = 100
  queues.took(7, 64)
  expect([...words]).toEqual([100, 64, 0])
  // thirty of them were lost to a full queue
  queues.took(7, 6)
  queues.empty(7)
  expect([...words]).toEqual([100, 100, 100])
  words[0] = 0xffff_fff0
  queues.empty(7)
  queues.took(7, 0x20)
  expect(words[1]).toBe(0x10)
  expect(new Uint32Array(memory, 0, 7 * 16).every((word) => word === 0)).toBe(true)
})

test('a flow that was let pass is found by the hash that the kernel makes of it', () => {
  const words = new Int32Array((FLOOD_LAYOUT.PASSED * PASSED_BYTES) / 4)
  const flow = [0x0a000001 | 0, 0xc0a84d01 | 0, (5000 << 16) | 80] as const
  new PassedFlows(words.buffer, 77).note(6, flow[0], flow[1], flow[2])
  const hash = hashKey(77, flow[0], flow[1], flow[2], (2 << 8) | 6)
  expect(words[2 * (hash & (FLOOD_LAYOUT.PASSED - 1))]).toBe(hash)
  expect(words.filter((word) => word !== 0)).toHaveLength(1)
})

test('who was refused something is read with what is known of him', () => {
  const { SOURCES, STRANGERS } = FLOOD_LAYOUT
  const memory = new ArrayBuffer((SOURCES + STRANGERS) * SOURCE_BYTES)
  /** struct source: owner, free_at, seen, mark, last, older, newer, refused[2], address */
  const put = (place: number, high: number, low: number, refused: [number, number], address: number) =>
    new Uint32Array(memory, place * SOURCE_BYTES, 12).set([
      low,
      high,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      ...refused,
      address,
    ])
  put(3, 0x8005_0200, 0x0000_4d0b, [7, 0], 0xc0a84d0b)
  put(4, 0xc005_0200, 0x0000_4d0c, [0, 0], 0xc0a84d0c)
  put(9, 0xe006_0000, 0x0b01_0203, [0, 8], 0x0b010203)
  put(SOURCES + 12, 0x8006_0000, 0, [4, 2], 0x0c010203)
  expect(refusedSources(memory)).toEqual([
    {
      key: expect.any(String),
      queue: 5,
      kind: 'hardware',
      mac: '02:00:00:00:4d:0b',
      address: 0xc0a84d0b,
      openings: 7,
      crowded: 0,
    },
    {
      key: expect.any(String),
      queue: 6,
      kind: 'address',
      mac: null,
      address: 0x0b010203,
      openings: 0,
      crowded: 8,
    },
    {
      key: expect.any(String),
      queue: 6,
      kind: 'strangers',
      mac: null,
      address: 0x0c010203,
      openings: 4,
      crowded: 2,
    },
  ])
})
