import { describe, expect, test } from 'vitest'
import { OUT } from '../key-index.ts'
import { tableBytes } from '../layout.ts'
import { ConnectionTable } from '../table.ts'
import { bench, LAN1, open, SERVER, seededRandom, sendNew, tcp } from '../testing.ts'
import { Dialogue, withHelpers } from './dialogue.ts'
import { MOST_SESSIONS, Sessions } from './sessions.ts'

function greeted(): Dialogue {
  const dialogue = new Dialogue(21, { on: bench(8192, withHelpers('ftp')) })
  dialogue.answers('220 welcome\r\n')
  dialogue.says('USER a\r\n')
  return dialogue
}

describe('sequence numbers', () => {
  test('init_seq, delta and previous_delta are those of 2.2: of the packet that was changed last, as it came', () => {
    const dialogue = greeted()
    const { table } = dialogue.bench
    const shown = () => [
      table.initSeqOut(dialogue.slot),
      table.deltaOut(dialogue.slot),
      table.previousDeltaOut(dialogue.slot),
    ]
    expect(shown()).toEqual([0, 0, 0])
    // 1001 and 8 bytes of USER
    dialogue.says('PORT 192,168,77,11,156,65\r\n')
    expect(shown()).toEqual([1009, -1, 0])
    dialogue.answers('200 ok\r\n')
    dialogue.says('NOOP\r\n')
    expect(shown()).toEqual([1009, -1, 0])
    dialogue.answers('200 ok\r\n')
    dialogue.says('EPRT |1|192.168.77.11|40001|\r\n')
    expect(shown()).toEqual([1042, -2, -1])
    expect([table.deltaIn(dialogue.slot), table.initSeqIn(dialogue.slot)]).toEqual([0, 0])
  })

  test('a second change waits until the first one is acknowledged', () => {
    const dialogue = greeted()
    dialogue.says('PORT 192,168,77,11,156,65\r\n')
    expect(dialogue.says('PORT 192,168,77,11,156,66\r\n')).toBeNull()
  })

  test('a long answer in segments that end anywhere passes without waiting for acknowledgements', () => {
    const dialogue = greeted()
    const text = Array.from({ length: 100 }, (_, i) => `214-line ${i} of the help\r\n`).join('')
    let heard = ''
    for (let at = 0; at < text.length; at += 53)
      heard += dialogue.answers(text.slice(at, at + 53)) ?? ' LOST '
    expect(heard).toBe(text)
  })

  test('deltas may outgrow 16 bits; what 2.2 shows of them is then what 16 bits hold', () => {
    const memory = new SharedArrayBuffer(tableBytes(16))
    const table = new ConnectionTable(memory, { capacity: 16, hashSeed: 1 })
    const sessions = new Sessions(table)
    const number = sessions.take(0)
    let sum = 0
    const random = seededRandom(5)
    for (let i = 0; i < 1000; i++) {
      const growth = (random() % 1000) + 300
      sessions.shift(number, OUT, i, growth)
      expect(sessions.previousDelta(number, OUT)).toBe(sum)
      sum += growth
      expect(sessions.delta(number, OUT)).toBe(sum)
    }
    expect(sum).toBeGreaterThan(1 << 16)
  })
})

describe('sessions', () => {
  test('after a restart of the packet thread a stream is read and shifted on where it was', () => {
    const dialogue = greeted()
    dialogue.says('PORT 192,168,77,11,156,65\r\n')
    dialogue.answers('200 ok\r\n')
    Object.assign(dialogue.bench, open(dialogue.bench.memory, 8192, withHelpers('ftp'), 300))
    expect(dialogue.says('NOOP\r\n')).toBe('NOOP\r\n')
    dialogue.answers('200 ok\r\n')
    expect(dialogue.says('PORT 192,168,77,11,156,66\r\n')).toBe('PORT 198,51,100,2,156,66\r\n')
    expect(dialogue.bench.table.deltaOut(dialogue.slot)).toBe(-2)
  })

  test('there are so many; beyond them a connection has no helper, which is counted, and one that ends makes room', () => {
    const { masq, table } = bench(8192, withHelpers('ftp'))
    const slots: number[] = []
    for (let i = 0; i <= MOST_SESSIONS; i++) slots.push(sendNew(masq, tcp(LAN1, 10_000 + i, SERVER, 21), 100))
    expect(table.adjustment(slots.at(-2)!)).toBeGreaterThan(0)
    expect(table.adjustment(slots.at(-1)!)).toBe(0)
    expect(masq.helpers.refused).toBe(1)
    masq.remove(slots[0]!, 100)
    expect(table.adjustment(sendNew(masq, tcp(LAN1, 9999, SERVER, 21), 100))).toBeGreaterThan(0)
  })
})
