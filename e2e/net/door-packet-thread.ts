/**
 * The smallest packet thread that makes a router: copies packets, and masquerades one client with its ports unchanged. It stands in
 * for the product's, so that the door is tested alone.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { parseAddress } from '@bauta/config'
import { mapQueues, SharedState, type TableMaps, UpQueues } from '@bauta/door'
import { type Device, MAX_FRAME, monotonicTicks, openTun, Poller, VNET_HEADER } from '@bauta/tun-tap'

export interface ThreadSetup {
  tuns: { lan: string; wan: string; box: string }
  client: string
  wanAddress: string
  boxAddress: string
}

/** Messages: the door's maps once it stands, then orders. */
export type Order =
  | { maps: TableMaps }
  | { stalled: boolean }
  | { write: keyof ThreadSetup['tuns']; packet: string }

const setup = workerData as ThreadSetup
const devices: Record<keyof ThreadSetup['tuns'], Device> = {
  lan: openTun(setup.tuns.lan),
  wan: openTun(setup.tuns.wan),
  box: openTun(setup.tuns.box),
}
const client = parseAddress(setup.client)!
const wanAddress = parseAddress(setup.wanAddress)!
const boxAddress = parseAddress(setup.boxAddress)!
const masqueraded = new Set<number>()
const frame = Buffer.alloc(MAX_FRAME)
const SOURCE = VNET_HEADER + 12
const DESTINATION = VNET_HEADER + 16
const CHECKSUM = VNET_HEADER + 10

/** Nobody to beat for until the door stands. */
const door: { state: SharedState | null; queues: UpQueues | null } = { state: null, queues: null }
let stalled = false

function obey(order: Order): void {
  if ('maps' in order) {
    door.state = new SharedState(order.maps)
    door.queues = new UpQueues(mapQueues(order.maps))
  } else if ('stalled' in order) stalled = order.stalled
  else {
    const packet = Buffer.concat([Buffer.alloc(VNET_HEADER), Buffer.from(order.packet, 'hex')])
    const written = devices[order.write].write(packet, packet.length)
    if (written < 0) throw new Error(`write: ${written}`)
  }
}

/** RFC 1624, or its plain form where the field holds an unfinished sum. */
function adjust(at: number, before: number, after: number, partial: boolean): void {
  const old = frame.readUInt16BE(at)
  let sum = (partial ? old : ~old & 0xffff) + (~before & 0xffff) + after
  sum = (sum & 0xffff) + (sum >>> 16)
  sum = (sum & 0xffff) + (sum >>> 16)
  frame.writeUInt16BE(partial ? sum : ~sum & 0xffff, at)
}

function setAddress(at: number, address: number): void {
  const protocol = frame[VNET_HEADER + 9]!
  const l4 = VNET_HEADER + (frame[VNET_HEADER]! & 15) * 4
  const sum = protocol === 6 ? l4 + 16 : protocol === 17 ? l4 + 6 : 0
  const partial = (frame[0]! & 1) !== 0
  for (const [offset, half] of [
    [0, address >>> 16],
    [2, address & 0xffff],
  ] as const) {
    const old = frame.readUInt16BE(at + offset)
    adjust(CHECKSUM, old, half, false)
    if (sum > 0 && (protocol === 6 || partial || frame.readUInt16BE(sum) !== 0))
      adjust(sum, old, half, partial)
    frame.writeUInt16BE(half, at + offset)
  }
}

/** Protocol and port (or ICMP id) of the client's side. */
function key(outgoing: boolean): number {
  const protocol = frame[VNET_HEADER + 9]!
  const l4 = VNET_HEADER + (frame[VNET_HEADER]! & 15) * 4
  return protocol * 65_536 + frame.readUInt16BE(l4 + (protocol === 1 ? 4 : outgoing ? 0 : 2))
}

function translate(from: Device): void {
  const destination = frame.readUInt32BE(DESTINATION)
  if (from === devices.lan && destination !== boxAddress && destination !== wanAddress) {
    if (frame.readUInt32BE(SOURCE) !== client) return
    masqueraded.add(key(true))
    setAddress(SOURCE, wanAddress)
  } else if (from === devices.wan && destination === wanAddress && masqueraded.has(key(false)))
    setAddress(DESTINATION, client)
}

function drain(from: Device, queue: number): void {
  for (let i = 0; i < 64; i++) {
    const length = from.read(frame)
    if (length < 0) throw new Error(`${from.name} is gone`)
    if (length === 0) {
      door.queues?.empty(queue)
      return
    }
    door.queues?.took(queue, 1)
    translate(from)
    from.write(frame, length)
  }
}

parentPort!.postMessage('open')
const all = Object.values(devices)
const queues = all.map(({ name }) => UpQueues.numberOf(name))
const poller = new Poller(all.map(({ fd }) => fd))
for (;;) {
  const order: { message: Order } | undefined = receiveMessageOnPort(parentPort!)
  if (order !== undefined) obey(order.message)
  if (stalled) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    continue
  }
  poller.wait(20)
  door.state?.beat(monotonicTicks())
  all.forEach((device, i) => {
    if (poller.ready(i)) drain(device, queues[i]!)
    else door.queues?.empty(queues[i]!)
  })
}
