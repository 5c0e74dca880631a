/**
 * The generator of live frames: `node generator.ts`, started in the router's own namespace. For every order, a line of JSON, it has the kernel
 * make frames and receive them by the router's LAN device (BPF_PROG_TEST_RUN with BPF_F_TEST_XDP_LIVE_FRAMES), and prints a line
 * that says how many there were in what time.
 *
 * One system call makes all frames of an order: beginning and ending one takes the kernel some 25 ms, so the pace is kept by the program
 * that it runs for each frame (program.ts). Meanwhile this thread looks when the last of them left by the WAN device.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DatagramOrder, datagrams, ethernetHeader, framed } from '../datagram-frames.ts'
import { BpfArray, XdpProgram } from './bpf.ts'
import { Departures } from './departures.ts'
import { frameProgram, progressOf, STATE, stateBefore, TEMPLATE, template } from './program.ts'

export interface LiveOrder extends DatagramOrder {
  /** The router's LAN device, and its WAN device. */
  device: string
  towards: string
  /** Ethernet addresses of the router and of the client. */
  router: string
  sender: string
  /** Frames a second. */
  rate: number
  packets: number
}

export interface LiveSent {
  packets: number
  /** From the first frame to the last. */
  seconds: number
  /** From the first frame until the last had left by the WAN device, so that a long queue on the way makes no rate look better. */
  answered: number
}

/** In lists of so many the kernel takes up what a network card received (net.core.gro_normal_batch); and the longest that one may take to be made. */
const MOST_IN_BATCH = 8
const BATCH_SECONDS = 0.0005
const LOOK_MS = 1

/** @param rate frames a second @returns frames to make before the stack gets them */
export const batchAt = (rate: number): number =>
  Math.min(MOST_IN_BATCH, Math.max(1, Math.round(rate * BATCH_SECONDS)))

async function generate(order: LiveOrder): Promise<LiveSent> {
  const { device, towards, rate, packets } = order
  const link = ethernetHeader(order.router, order.sender)
  const frames = datagrams(order).map((packet) => framed(link, packet))
  const length = Math.max(...frames.map((frame) => frame.length))
  const state = new BpfArray('bench_state', STATE.bytes, 1)
  const templates = new BpfArray('bench_frames', TEMPLATE.bytes, frames.length)
  for (const [i, frame] of frames.entries()) templates.write(i, template(frame, length))
  state.write(0, stateBefore(frames.length, rate))
  const program = new XdpProgram('bench_frames', frameProgram(state.fd, templates.fd))
  try {
    const run = program.runLive({ device: indexOf(device), length, frames: packets, batch: batchAt(rate) })
    const [left] = await Promise.all([lastDeparture(towards, run), run])
    const { made, began, last } = progressOf(state.read(0))
    return {
      packets: made,
      seconds: (last - began) / 1000,
      answered: (Math.max(last, left) - began) / 1000,
    }
  } finally {
    program.close()
    templates.close()
    state.close()
  }
}

/** @returns when the last packet left by the device, in ms */
async function lastDeparture(device: string, run: Promise<void>): Promise<number> {
  const sent = () => Number(readFileSync(`/sys/class/net/${device}/statistics/tx_packets`, 'utf8'))
  const departures = new Departures(sent(), now())
  let running = true
  const ended = () => {
    running = false
  }
  run.then(ended, ended)
  while (running || !departures.over(now())) {
    await sleep(LOOK_MS)
    departures.look(sent(), now())
  }
  return departures.last
}

/** ms of CLOCK_MONOTONIC, as the program's times are. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6
const indexOf = (device: string): number => Number(readFileSync(`/sys/class/net/${device}/ifindex`, 'utf8'))

if (import.meta.main)
  try {
    for await (const line of createInterface(process.stdin))
      console.log(JSON.stringify(await generate(JSON.parse(line) as LiveOrder)))
  } catch (error) {
    // who started this tells it: the message says all
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
