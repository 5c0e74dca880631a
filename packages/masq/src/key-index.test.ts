import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hashKey } from './hash.ts'
import { IN, KeyIndex, OUT } from './key-index.ts'
import { BUCKET_WAYS, BUCKET_WORDS, BYTE, SLOT_BYTES, SLOT_WORDS, tableBytes, WORD } from './layout.ts'
import { TableMemory } from './table-memory.ts'

const CAPACITY = 64

/** A slot's key fields follow from its number and a generation, so that keys differ and repeat as in life. */
function write(memory: TableMemory, slot: number, life: number): void {
  const at = memory.slotsAt / 4 + slot * SLOT_WORDS
  memory.words[at + WORD.client] = 0xc0a80000 | (slot & 7)
  memory.words[at + WORD.server] = 0x5db80000 | (life & 3)
  memory.words[at + WORD.asked] = 0x5db90000 | (life & 3)
  memory.words[at + WORD.wan] = 0xc6336402 | 0
  memory.words[at + WORD.outPorts] = ((1000 + slot) << 16) | 443
  memory.words[at + WORD.inPorts] = ((50000 + slot) << 16) | 443
  memory.bytes[memory.slotsAt + slot * SLOT_BYTES + BYTE.protocol] = 6
}

function find(index: KeyIndex, memory: TableMemory, slot: number): [number, number] {
  const at = memory.slotsAt / 4 + slot * SLOT_WORDS
  const words = memory.words
  return [
    index.find(OUT, 6, words[at + WORD.client]!, words[at + WORD.outPorts]!, words[at + WORD.asked]!),
    index.find(IN, 6, words[at + WORD.wan]!, words[at + WORD.inPorts]!, words[at + WORD.server]!),
  ]
}

it('finds what is in, from both sides, and nothing else, whatever comes and goes', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.tuple(fc.nat(CAPACITY - 1), fc.nat(3)), { maxLength: 300 }),
      (seed, steps) => {
        const memory = new TableMemory(new ArrayBuffer(tableBytes(CAPACITY)), CAPACITY)
        const index = new KeyIndex(memory, seed)
        const present = new Set<number>()
        for (const [slot, life] of steps) {
          if (present.delete(slot)) index.remove(slot)
          else {
            write(memory, slot, life)
            index.insert(slot)
            present.add(slot)
          }
        }
        for (let slot = 0; slot < CAPACITY; slot++)
          expect(find(index, memory, slot)).toEqual(present.has(slot) ? [slot, slot] : [-1, -1])
        for (const slot of present) index.remove(slot)
        const rest = memory.words.subarray(memory.indexAt / 4, memory.slotsAt / 4)
        expect(rest.every((word) => word === 0)).toBe(true)
      },
    ),
    { numRuns: 200 },
  )
})

it('finds everything although every key wants the same bucket, the last one', () => {
  const seed = 1
  const lastBucket = 3
  const memory = new TableMemory(new ArrayBuffer(tableBytes(16)), 16)
  const index = new KeyIndex(memory, seed)
  /** Tries near ports until the key's home is the last bucket. */
  const crowd = (near: number, server: number, kind: number, from: number): number => {
    for (let port = from; ; port++) {
      const ports = (port << 16) | 443
      if ((hashKey(seed, near, server, ports, kind) & lastBucket) === lastBucket) return ports
    }
  }
  const { words } = memory
  for (let slot = 0; slot < 16; slot++) {
    write(memory, slot, 0)
    const at = memory.slotsAt / 4 + slot * SLOT_WORDS
    const server = words[at + WORD.server]!
    words[at + WORD.outPorts] = crowd(words[at + WORD.client]!, words[at + WORD.asked]!, 6, 1000 + slot * 100)
    words[at + WORD.inPorts] = crowd(words[at + WORD.wan]!, server, (IN << 8) | 6, 1000 + slot * 100)
    index.insert(slot)
  }
  const overflow = memory.indexAt / 4 + lastBucket * BUCKET_WORDS + BUCKET_WAYS
  expect(words[overflow]).toBe(2 * 16 - BUCKET_WAYS)
  for (let slot = 0; slot < 16; slot++) expect(find(index, memory, slot)).toEqual([slot, slot])
  for (let slot = 0; slot < 16; slot += 2) index.remove(slot)
  for (let slot = 0; slot < 16; slot++)
    expect(find(index, memory, slot)).toEqual(slot & 1 ? [slot, slot] : [-1, -1])
  for (let slot = 1; slot < 16; slot += 2) index.remove(slot)
  expect(words.subarray(memory.indexAt / 4, memory.slotsAt / 4).every((word) => word === 0)).toBe(true)
})

it('is mended where it stands: what can be found is found at every moment, and everything is in the end', () => {
  const word = fc.record({ place: fc.nat(), value: fc.integer() })
  const damage = fc.array(word, { maxLength: 20 })
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(CAPACITY - 1), { minLength: 1 }), damage, (slots, changes) => {
      const memory = new TableMemory(new ArrayBuffer(tableBytes(CAPACITY)), CAPACITY)
      const index = new KeyIndex(memory, 77)
      for (const slot of slots) {
        write(memory, slot, slot)
        index.insert(slot)
      }
      const words = memory.words.subarray(memory.indexAt / 4, memory.slotsAt / 4)
      for (const { place, value } of changes) words[place % words.length] = value
      const isFound = (slot: number) => find(index, memory, slot).every((one) => one === slot)
      const found = slots.filter(isFound)
      const lives = new Uint8Array(CAPACITY)
      for (const slot of slots) lives[slot] = 1
      // Whatever it asks about, those are to be found just then.
      const asked = new Proxy(lives, {
        get: (target, key) => {
          if (!found.every(isFound)) throw new Error('one was gone for a moment')
          return Reflect.get(target, key, target)
        },
      })
      index.repair(asked)
      expect(slots.filter((slot) => !isFound(slot))).toEqual([])
      for (const slot of slots) index.remove(slot)
      expect(words.every((one) => one === 0)).toBe(true)
    }),
    { numRuns: 100 },
  )
})
