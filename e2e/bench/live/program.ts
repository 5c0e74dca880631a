/**
 * The program that makes frames, run by the kernel once for every frame that is asked for. It
 *
 *   waits until the frame is due, so that a rate is kept without a system call for each,
 *   writes the headers of the next template over what a former use of the page left there (a router translates in place),
 *   cuts the frame to the template's length, and
 *   gives it to the stack as received.
 *
 * Its state and the templates are two arrays. Times are ns of CLOCK_MONOTONIC.
 */
import { Assembler, WIDTH } from './assembler.ts'

/** Ethernet, IPv4, UDP: what a router changes. Behind it all bytes stay zero. */
export const HEADER_BYTES = 14 + 20 + 8

/** Offsets of a template: by how much (as a negative number) its frame is shorter than the longest, and its headers. */
export const TEMPLATE = { excess: 0, headers: 4, bytes: 48 } as const
/** Offsets of the state. The first five are the program's own; before a run they are 0. */
export const STATE = { began: 0, made: 8, last: 16, next: 24, templates: 28, rate: 32, bytes: 40 } as const

const HELPER = { lookUp: 1, time: 5, adjustTail: 65 } as const
const XDP_ABORTED = 0
const XDP_PASS = 2
/** struct xdp_md */
const DATA = 0
const DATA_END = 4
const KEY_AT = -4
const SECOND_NS = 1_000_000_000
/** Glances at the clock before a frame is made too early: some 0.1 ms, enough from 10,000 frames a second on. The verifier follows each. */
const GLANCES = 4000

/** @param frame with its headers first @param longest of all frames, in bytes @returns the template of the frame */
export function template(frame: Buffer, longest: number): Buffer {
  if (frame.length < HEADER_BYTES || frame.length > longest)
    throw new RangeError(`a frame of ${frame.length} bytes is none of ${HEADER_BYTES} to ${longest}`)
  if (frame.subarray(HEADER_BYTES).some((byte) => byte !== 0))
    throw new RangeError('what follows the headers is not zero, and would not be sent')
  const bytes = Buffer.alloc(TEMPLATE.bytes)
  bytes.writeInt32LE(frame.length - longest, TEMPLATE.excess)
  frame.copy(bytes, TEMPLATE.headers, 0, HEADER_BYTES)
  return bytes
}

/** @param rate frames a second @returns the state before a run */
export function stateBefore(templates: number, rate: number): Buffer {
  const bytes = Buffer.alloc(STATE.bytes)
  bytes.writeUInt32LE(templates, STATE.templates)
  bytes.writeBigUInt64LE(BigInt(Math.max(1, Math.round(rate))), STATE.rate)
  return bytes
}

/** @returns when the first frame was made and when the last, in ms of performance.now()'s clock at its origin 0, and how many */
export function progressOf(state: Buffer): { made: number; began: number; last: number } {
  const ms = (at: number) => Number(state.readBigUInt64LE(at)) / 1e6
  return { made: Number(state.readBigUInt64LE(STATE.made)), began: ms(STATE.began), last: ms(STATE.last) }
}

/** @param state descriptor of an array of one state @param templates of the array of templates @returns instructions */
export function frameProgram(state: number, templates: number): Buffer {
  const code = new Assembler()
  const lookUp = (map: number) =>
    code.map(1, map).copy(2, 10).addNumber(2, KEY_AT).call(HELPER.lookUp).jumpIfZero(0, 'broken')
  code.copy(6, 1).storeNumber(10, KEY_AT, 0)
  lookUp(state).copy(7, 0)
  wait(code)
  code.load(1, 7, STATE.next).store(10, KEY_AT, 1).load(2, 7, STATE.templates)
  code.addNumber(1, 1).jumpIfBelow(1, 2, 'within').set(1, 0).label('within').store(7, STATE.next, 1)
  lookUp(templates).copy(7, 0)
  code.loadSigned(2, 7, TEMPLATE.excess).jumpIfZero(2, 'cut')
  code.copy(1, 6).call(HELPER.adjustTail).label('cut')
  code.load(1, 6, DATA).load(2, 6, DATA_END).copy(3, 1).addNumber(3, HEADER_BYTES)
  code.jumpIfAbove(3, 2, 'broken')
  for (const [at, width] of pieces()) code.load(3, 7, TEMPLATE.headers + at, width).store(1, at, 3, width)
  code.set(0, XDP_PASS).exit()
  return code.label('broken').set(0, XDP_ABORTED).exit().bytes()
}

/** Until `began` + `made` s / `rate`; of the first frame the time is taken. Register 7 has the state. */
function wait(code: Assembler): void {
  code.load(8, 7, STATE.made, WIDTH.u64).jumpIfNotZero(8, 'started')
  code.call(HELPER.time).store(7, STATE.began, 0, WIDTH.u64).label('started')
  code.copy(1, 8).multiplyNumber(1, SECOND_NS).load(2, 7, STATE.rate, WIDTH.u64).divide(1, 2)
  code.addNumber(8, 1).store(7, STATE.made, 8, WIDTH.u64)
  code.load(8, 7, STATE.began, WIDTH.u64).add(8, 1)
  code.set(9, GLANCES).label('early').call(HELPER.time).jumpIfAbove(0, 8, 'due')
  code.addNumber(9, -1).jumpIfNotZero(9, 'early')
  code.label('due').store(7, STATE.last, 0, WIDTH.u64)
}

/** The headers in pieces that one register holds. */
function* pieces(): Iterable<[number, (typeof WIDTH)[keyof typeof WIDTH]]> {
  let at = 0
  for (; at + 8 <= HEADER_BYTES; at += 8) yield [at, WIDTH.u64]
  for (; at + 2 <= HEADER_BYTES; at += 2) yield [at, WIDTH.u16]
}
