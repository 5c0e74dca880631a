/** A few instructions of eBPF as bytes (the kernel's Documentation/bpf/standardization/instruction-set.rst), for a program too short for a compiler. */

/** Registers: 0 takes results, 1 to 5 are arguments and lost by a call, 6 to 9 are kept, 10 is the end of the stack. */
export type Register = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10
/** Widths of what is loaded and stored. */
export const WIDTH = { u32: 0x00, u16: 0x08, u64: 0x18 } as const
export type Width = (typeof WIDTH)[keyof typeof WIDTH]

export const INSTRUCTION_BYTES = 8

const LOAD = 0x61
const STORE = 0x63
const STORE_NUMBER = 0x62
const ADD = 0x0f
const ADD_NUMBER = 0x07
const MULTIPLY_NUMBER = 0x27
const DIVIDE = 0x3f
const SHIFT_LEFT = 0x67
const SHIFT_RIGHT_SIGNED = 0xc7
const COPY = 0xbf
const COPY_NUMBER = 0xb7
const JUMP = { zero: 0x15, notZero: 0x55, above: 0x2d, below: 0xad } as const
const CALL = 0x85
const EXIT = 0x95
const LOAD_WIDE = 0x18
const PSEUDO_MAP_FD = 1

type Line = Buffer | { label: string } | { opcode: number; to: string; left: Register; right: number }

function instruction(opcode: number, left: number, right: number, offset: number, number: number): Buffer {
  const bytes = Buffer.alloc(INSTRUCTION_BYTES)
  bytes[0] = opcode
  bytes[1] = left | (right << 4)
  bytes.writeInt16LE(offset, 2)
  bytes.writeInt32LE(number, 4)
  return bytes
}

export class Assembler {
  readonly #lines: Line[] = []

  copy(to: Register, from: Register): this {
    return this.#put(COPY, to, from)
  }

  set(to: Register, number: number): this {
    return this.#put(COPY_NUMBER, to, 0, 0, number)
  }

  add(to: Register, other: Register): this {
    return this.#put(ADD, to, other)
  }

  addNumber(to: Register, number: number): this {
    return this.#put(ADD_NUMBER, to, 0, 0, number)
  }

  multiplyNumber(to: Register, number: number): this {
    return this.#put(MULTIPLY_NUMBER, to, 0, 0, number)
  }

  /** Without signs. */
  divide(to: Register, by: Register): this {
    return this.#put(DIVIDE, to, by)
  }

  load(to: Register, from: Register, offset: number, width: Width = WIDTH.u32): this {
    return this.#put(LOAD | width, to, from, offset)
  }

  /** 32 bits with a sign. */
  loadSigned(to: Register, from: Register, offset: number): this {
    const half = 32
    return this.load(to, from, offset)
      .#put(SHIFT_LEFT, to, 0, 0, half)
      .#put(SHIFT_RIGHT_SIGNED, to, 0, 0, half)
  }

  store(at: Register, offset: number, from: Register, width: Width = WIDTH.u32): this {
    return this.#put(STORE | width, at, from, offset)
  }

  storeNumber(at: Register, offset: number, number: number): this {
    return this.#put(STORE_NUMBER, at, 0, offset, number)
  }

  /** The map that the descriptor names, as an argument. */
  map(to: Register, fd: number): this {
    return this.#put(LOAD_WIDE, to, PSEUDO_MAP_FD, 0, fd).#put(0, 0, 0)
  }

  call(helper: number): this {
    return this.#put(CALL, 0, 0, 0, helper)
  }

  exit(): this {
    return this.#put(EXIT, 0, 0)
  }

  label(label: string): this {
    this.#lines.push({ label })
    return this
  }

  jumpIfZero(left: Register, to: string): this {
    return this.#jump(JUMP.zero, to, left, 0)
  }

  jumpIfNotZero(left: Register, to: string): this {
    return this.#jump(JUMP.notZero, to, left, 0)
  }

  /** Without signs, as the next. */
  jumpIfBelow(left: Register, right: Register, to: string): this {
    return this.#jump(JUMP.below, to, left, right)
  }

  jumpIfAbove(left: Register, right: Register, to: string): this {
    return this.#jump(JUMP.above, to, left, right)
  }

  /** @throws where a label is missing */
  bytes(): Buffer {
    const places = new Map<string, number>()
    const code: Exclude<Line, { label: string }>[] = []
    for (const line of this.#lines)
      if ('label' in line) places.set(line.label, code.length)
      else code.push(line)
    return Buffer.concat(
      code.map((line, i) => {
        if (Buffer.isBuffer(line)) return line
        const place = places.get(line.to)
        if (place === undefined) throw new Error(`there is no label “${line.to}”`)
        return instruction(line.opcode, line.left, line.right, place - i - 1, 0)
      }),
    )
  }

  #jump(opcode: number, to: string, left: Register, right: Register): this {
    this.#lines.push({ opcode, to, left, right })
    return this
  }

  #put(opcode: number, left: number, right: number, offset = 0, number = 0): this {
    this.#lines.push(instruction(opcode, left, right, offset, number))
    return this
  }
}
