/** The bench's generator of live frames in the kernel of this machine: what its program makes, and what it says where it may not. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'
import { datagrams, ethernetHeader, framed } from '../bench/datagram-frames.ts'
import { BpfArray, XdpProgram } from '../bench/live/bpf.ts'
import { frameProgram, progressOf, STATE, stateBefore, TEMPLATE, template } from '../bench/live/program.ts'

const XDP_PASS = 2
const order = { client: '192.168.77.11', server: '93.184.216.34', port: 9999, lengths: [46, 576, 1500] }
const link = ethernetHeader('02:00:00:00:00:01', '02:00:00:00:00:02')
const frames = datagrams(order).map((packet) => framed(link, packet))
const LONGEST = 1514

function prepared(rate: number) {
  const state = new BpfArray('test_state', STATE.bytes, 1)
  const templates = new BpfArray('test_frames', TEMPLATE.bytes, frames.length)
  for (const [i, frame] of frames.entries()) templates.write(i, template(frame, LONGEST))
  state.write(0, stateBefore(frames.length, rate))
  return { state, program: new XdpProgram('test_frames', frameProgram(state.fd, templates.fd)) }
}

it('the kernel takes the program, which makes every frame in turn, byte for byte, and then begins again', () => {
  const { program } = prepared(1e9)
  for (const frame of [...frames, frames[0]!]) {
    const made = program.runOnce(LONGEST)
    expect(made.verdict).toBe(XDP_PASS)
    expect(made.frame.equals(frame)).toBe(true)
  }
})

it('keeps the rate: none is made before it is due', () => {
  const rate = 20_000
  const { state, program } = prepared(rate)
  const count = 200
  for (let i = 0; i < count; i++) program.runOnce(LONGEST)
  const { made, began, last } = progressOf(state.read(0))
  expect(made).toBe(count)
  expect(last - began).toBeGreaterThanOrEqual(((count - 1) / rate) * 1000)
})

it('where eBPF is not allowed it says so in words, and ends', () => {
  const program = path.join(import.meta.dirname, '../bench/live/generator.ts')
  const asked = JSON.stringify({
    ...order,
    device: 'lo',
    towards: 'lo',
    router: '02:00:00:00:00:01',
    sender: '02:00:00:00:00:02',
    rate: 1000,
    packets: 1,
  })
  const { status, stderr } = spawnSync('setpriv', ['--bounding-set=-all', process.execPath, program], {
    input: `${asked}\n`,
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect(status).toBe(1)
  expect(stderr.trim()).toMatch(/^making a BPF array is not permitted here: it needs root with CAP_BPF/)
})
