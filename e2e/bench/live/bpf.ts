/** What the generator of live frames needs of libbpf, and of the kernel behind it; errors in words. */
import koffi from 'koffi'
import { INSTRUCTION_BYTES } from './assembler.ts'

const BPF_MAP_TYPE_ARRAY = 2
const BPF_PROG_TYPE_XDP = 6
const BPF_F_TEST_XDP_LIVE_FRAMES = 2
/** struct bpf_test_run_opts, which begins with its own size */
const OPTIONS_BYTES = 80
const OPTION = {
  dataIn: 8,
  dataOut: 16,
  dataInSize: 24,
  dataOutSize: 28,
  context: 32,
  contextSize: 48,
  verdict: 56,
  repeat: 60,
  flags: 68,
  batch: 76,
} as const
/** struct xdp_md */
const CONTEXT_BYTES = 24
const CONTEXT = { end: 4, device: 12 } as const
const EPERM = 1

const closeFd = koffi.load('libc.so.6').func('int close(int)')

type Run = (program: number, options: Buffer) => number
type Library = ReturnType<typeof bind>

let bound: Library | undefined

/** @throws Error that says which package is missing */
function libbpf(): Library {
  bound ??= bind()
  return bound
}

function bind() {
  const library = load()
  // what goes wrong is told by the errors below
  library.func('void *libbpf_set_print(void *)')(null)
  const run = library.func('int bpf_prog_test_run_opts(int, void *)')
  return {
    createMap: library.func('int bpf_map_create(int, const char *, uint32_t, uint32_t, uint32_t, void *)'),
    update: library.func('int bpf_map_update_elem(int, void *, void *, uint64_t)'),
    lookUp: library.func('int bpf_map_lookup_elem(int, void *, void *)'),
    loadProgram: library.func('int bpf_prog_load(int, const char *, const char *, void *, size_t, void *)'),
    run: run as Run,
    runAside: run.async as (
      program: number,
      options: Buffer,
      done: (error: Error | null, result: number) => void,
    ) => void,
  }
}

function load() {
  try {
    return koffi.load('libbpf.so.1')
  } catch {
    throw new Error('the library libbpf.so.1 is missing: install the package libbpf1')
  }
}

/** @param code negative error number */
export function whyRefused(what: string, code: number): string {
  if (code === -EPERM)
    return `${what} is not permitted here: it needs root with CAP_BPF and CAP_NET_ADMIN (a container may have taken them away)`
  const name = Object.entries(koffi.os.errno).find(([, number]) => number === -code)?.[0]
  return `${what} is refused by this kernel (${name ?? `error ${-code}`}): Linux 5.18 or later is needed`
}

function demand(what: string, result: number): number {
  if (result < 0) throw new Error(whyRefused(what, result))
  return result
}

/** An array of the kernel, of whole rows. */
export class BpfArray {
  readonly fd: number
  readonly #bytes: number

  /** @param name at most 15 letters @param bytes of a row @throws Error in words where the system allows none */
  constructor(name: string, bytes: number, rows: number) {
    this.#bytes = bytes
    const made = libbpf().createMap(BPF_MAP_TYPE_ARRAY, name, 4, bytes, rows, null)
    this.fd = demand('making a BPF array', made)
  }

  write(row: number, bytes: Buffer): void {
    demand('writing to a BPF array', libbpf().update(this.fd, key(row), bytes, 0n))
  }

  read(row: number): Buffer {
    const bytes = Buffer.alloc(this.#bytes)
    demand('reading a BPF array', libbpf().lookUp(this.fd, key(row), bytes))
    return bytes
  }

  close(): void {
    closeFd(this.fd)
  }
}

function key(row: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(row)
  return bytes
}

export interface LiveRun {
  /** Interface index of the device that the frames are received by. */
  device: number
  /** Of the longest, in bytes. */
  length: number
  frames: number
  /** Frames that are made before the stack gets them, as a network card's poll hands them over. */
  batch: number
}

export class XdpProgram {
  readonly #fd: number
  /** @param name at most 15 letters @throws Error in words where the system does not take it */
  constructor(name: string, instructions: Buffer) {
    const count = instructions.length / INSTRUCTION_BYTES
    const loaded = libbpf().loadProgram(BPF_PROG_TYPE_XDP, name, 'GPL', instructions, count, null)
    this.#fd = demand('loading an XDP program', loaded)
  }

  /** One frame that goes nowhere. @param length in bytes @returns the verdict, and the frame as the program leaves it */
  runOnce(length: number): { verdict: number; frame: Buffer } {
    const run = new TestRun(length)
    run.options.writeInt32LE(1, OPTION.repeat)
    run.options.writeBigUInt64LE(koffi.address(run.frame), OPTION.dataOut)
    run.options.writeUInt32LE(length, OPTION.dataOutSize)
    demand('running an XDP program', libbpf().run(this.#fd, run.options))
    return {
      verdict: run.options.readUInt32LE(OPTION.verdict),
      frame: run.frame.subarray(0, run.options.readUInt32LE(OPTION.dataOutSize)),
    }
  }

  /** Frames that the stack receives; made in a thread beside this one. @throws Error in words where the kernel makes none */
  async runLive({ device, length, frames, batch }: LiveRun): Promise<void> {
    const run = new TestRun(length)
    run.context.writeUInt32LE(length, CONTEXT.end)
    run.context.writeUInt32LE(device, CONTEXT.device)
    run.options.writeBigUInt64LE(koffi.address(run.context), OPTION.context)
    run.options.writeUInt32LE(CONTEXT_BYTES, OPTION.contextSize)
    run.options.writeInt32LE(frames, OPTION.repeat)
    run.options.writeUInt32LE(BPF_F_TEST_XDP_LIVE_FRAMES, OPTION.flags)
    run.options.writeUInt32LE(batch, OPTION.batch)
    // the answer has the run in it, whose memory therefore lives as long as the kernel uses it
    const { result } = await new Promise<{ result: number; run: TestRun }>((resolve, reject) =>
      libbpf().runAside(this.#fd, run.options, (error, result) =>
        error ? reject(error) : resolve({ result, run }),
      ),
    )
    demand('making live frames by XDP', result)
  }

  close(): void {
    closeFd(this.#fd)
  }
}

/** What BPF_PROG_TEST_RUN reads: a frame to begin with, and where it seems to come from. */
class TestRun {
  readonly options = Buffer.alloc(OPTIONS_BYTES)
  readonly context = Buffer.alloc(CONTEXT_BYTES)
  readonly frame: Buffer

  constructor(length: number) {
    this.frame = Buffer.alloc(length)
    this.options.writeBigUInt64LE(BigInt(OPTIONS_BYTES), 0)
    this.options.writeBigUInt64LE(koffi.address(this.frame), OPTION.dataIn)
    this.options.writeUInt32LE(length, OPTION.dataInSize)
  }
}
