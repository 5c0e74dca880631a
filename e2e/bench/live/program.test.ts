import { describe, expect, it } from 'vitest'
import { datagrams, ethernetHeader, framed, UDP_FLOWS } from '../datagram-frames.ts'
import { Assembler, INSTRUCTION_BYTES, WIDTH } from './assembler.ts'
import { whyRefused } from './bpf.ts'
import { Departures } from './departures.ts'
import { batchAt } from './generator.ts'
import { frameProgram, HEADER_BYTES, progressOf, STATE, stateBefore, TEMPLATE, template } from './program.ts'

const lines = (bytes: Buffer): string[] =>
  Array.from({ length: bytes.length / INSTRUCTION_BYTES }, (_, i) =>
    bytes.subarray(i * INSTRUCTION_BYTES, (i + 1) * INSTRUCTION_BYTES).toString('hex'),
  )

describe('instructions', () => {
  // what llvm-mc of LLVM 14 makes of the text beside each
  it.each([
    ['r6 = r1', new Assembler().copy(6, 1), ['bf16000000000000']],
    ['r0 = 2', new Assembler().set(0, 2), ['b700000002000000']],
    ['r2 += -4', new Assembler().addNumber(2, -4), ['07020000fcffffff']],
    ['r8 += r1', new Assembler().add(8, 1), ['0f18000000000000']],
    ['r1 *= 1000000000', new Assembler().multiplyNumber(1, 1e9), ['2701000000ca9a3b']],
    ['r1 /= r2', new Assembler().divide(1, 2), ['3f21000000000000']],
    ['r2 = *(u32 *)(r0 + 4)', new Assembler().load(2, 0, 4), ['6102040000000000']],
    ['r3 = *(u64 *)(r7 + 12)', new Assembler().load(3, 7, 12, WIDTH.u64), ['79730c0000000000']],
    ['*(u16 *)(r1 + 40) = r3', new Assembler().store(1, 40, 3, WIDTH.u16), ['6b31280000000000']],
    ['*(u32 *)(r10 - 4) = 0', new Assembler().storeNumber(10, -4, 0), ['620afcff00000000']],
    ['call 5', new Assembler().call(5), ['8500000005000000']],
    ['exit', new Assembler().exit(), ['9500000000000000']],
    ['r1 = map 9', new Assembler().map(1, 9), ['1811000009000000', '0000000000000000']],
  ])('%s', (_, code, expected) => {
    expect(lines(code.bytes())).toEqual(expected)
  })

  it('jumps count from the next instruction, forward and back', () => {
    const code = new Assembler().label('again').set(1, 1).jumpIfAbove(0, 8, 'end').jumpIfNotZero(9, 'again')
    expect(lines(code.label('end').exit().bytes())).toEqual([
      'b701000001000000',
      '2d80010000000000',
      '5509fdff00000000',
      '9500000000000000',
    ])
  })

  it('a jump to nowhere is refused', () => {
    expect(() => new Assembler().jumpIfZero(0, 'nowhere').bytes()).toThrow('no label “nowhere”')
  })
})

const order = { client: '192.168.77.11', server: '93.184.216.34', port: 9999 }
const link = ethernetHeader('02:00:00:00:00:01', '02:00:00:00:00:02')

describe('frames', () => {
  it('the shortest make an Ethernet frame of 60 bytes, each flow from a port of its own', () => {
    const frames = datagrams(order).map((packet) => framed(link, packet))
    expect(new Set(frames.map((frame) => frame.length))).toEqual(new Set([60]))
    expect(new Set(frames.map((frame) => frame.readUInt16BE(34))).size).toBe(UDP_FLOWS)
    expect(frames[0]!.subarray(0, 14).toString('hex')).toBe('0200000000010200000000020800')
  })

  it.each([3, 12, 64])('of %i lengths every flow has each', (count) => {
    const lengths = Array.from({ length: count }, (_, i) => 46 + i)
    const seen = datagrams({ ...order, lengths }).map(
      (packet) => `${packet.readUInt16BE(20)} ${packet.length}`,
    )
    expect(seen).toHaveLength(count * UDP_FLOWS)
    expect(new Set(seen).size).toBe(count * UDP_FLOWS)
  })

  it('a template has the headers, and by how much its frame is shorter than the longest', () => {
    const frame = framed(link, datagrams(order)[5]!)
    const made = template(frame, 1514)
    expect(made).toHaveLength(TEMPLATE.bytes)
    expect(made.readInt32LE(TEMPLATE.excess)).toBe(60 - 1514)
    expect(made.subarray(TEMPLATE.headers, TEMPLATE.headers + HEADER_BYTES)).toEqual(frame.subarray(0, 42))
  })

  it('what the program could not send is refused', () => {
    expect(() => template(Buffer.alloc(61), 60)).toThrow(RangeError)
    expect(() => template(Buffer.alloc(41), 60)).toThrow(RangeError)
    expect(() => template(Buffer.alloc(60, 1), 60)).toThrow('not zero')
  })
})

describe('the program', () => {
  it('names its two arrays, once each', () => {
    const maps = lines(frameProgram(0x11, 0x22)).filter((line) => line.startsWith('1811'))
    expect(maps).toEqual(['1811000011000000', '1811000022000000'])
  })

  it('its state begins at nothing, and tells what was made between when and when', () => {
    const state = stateBefore(64, 123_456.4)
    expect(progressOf(state)).toEqual({ made: 0, began: 0, last: 0 })
    expect([state.readUInt32LE(STATE.templates), state.readBigUInt64LE(STATE.rate)]).toEqual([64, 123_456n])
    state.writeBigUInt64LE(7n, STATE.made)
    state.writeBigUInt64LE(2_000_000n, STATE.began)
    state.writeBigUInt64LE(3_500_000n, STATE.last)
    expect(progressOf(state)).toEqual({ made: 7, began: 2, last: 3.5 })
  })
})

describe('pacing', () => {
  it('a batch is as long as half a millisecond, from one frame to 8', () => {
    expect([100, 8000, 16_000, 5_000_000].map(batchAt)).toEqual([1, 4, 8, 8])
  })

  it('the last departure is that of the last many, not of a straggler', () => {
    const departures = new Departures(1000, 0)
    departures.look(1500, 10)
    departures.look(2000, 20)
    departures.look(2003, 90)
    expect(departures.last).toBe(20)
    expect([departures.over(119), departures.over(120)]).toEqual([false, true])
  })

  it('slow ones are added up until they are many', () => {
    const departures = new Departures(0, 0)
    for (let i = 1; i <= 22; i++) departures.look(i, i)
    expect(departures.last).toBe(22)
  })
})

it('a refusal says what was refused, and why', () => {
  expect(whyRefused('making live frames by XDP', -1)).toMatch(/^making live frames by XDP is not permitted/)
  expect(whyRefused('making live frames by XDP', -22)).toBe(
    'making live frames by XDP is refused by this kernel (EINVAL): Linux 5.18 or later is needed',
  )
})
