/** `node door-router.ts wan0|ppp0`: a door with a copying packet thread, steered by messages of the process that forked it. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { parseAddress } from '@bauta/config'
import { BOX_TUN, Door, prepareDevice, prepareTun, SharedState, tunNameOf } from '@bauta/door'
import { LAN, WANS, type Wan } from './door-bench.ts'
import type { Order, ThreadSetup } from './door-packet-thread.ts'

export interface Ask {
  id: number
  call: keyof RouterCalls
  args: unknown[]
}
export type RouterCalls = typeof calls

const wan = process.argv[2] as Wan
const tuns = { lan: tunNameOf('lan0'), wan: tunNameOf(wan), box: BOX_TUN }
const own = [LAN.box, WANS[wan].box].map((address) => parseAddress(address)!)

const setup: ThreadSetup = { tuns, client: LAN.client, wanAddress: WANS[wan].box, boxAddress: LAN.box }
const thread = new Worker(new URL('./door-packet-thread.ts', import.meta.url), { workerData: setup })
await once(thread, 'message')
thread.on('error', (error) => {
  console.error(error)
  process.exit(1)
})
const order = (what: Order) => thread.postMessage(what)

/** Of a connection table that nobody uses here. */
const CAPACITY = 1024
const door = Door.open(CAPACITY)
for (const name of Object.values(tuns)) prepareTun(name)
for (const name of ['lan0', wan]) prepareDevice(name)
door.setOwn(own)
door.attachBox(tuns.box)
order({ maps: door.maps })
const state = new SharedState(door.maps)
// a door without a heartbeat is closed: the first beat comes before the door
while (state.tick === 0) await setTimeout(5)
attach()

function attach(): void {
  door.attach({ device: 'lan0', tun: tuns.lan, role: 'lan' })
  door.attach({ device: wan, tun: tuns.wan, role: 'wan' })
}

const calls = {
  counters: (): Record<string, number> =>
    Object.fromEntries(door.counters().map(({ name, packets }) => [name, packets])),
  attach,
  attachTo: (device: string) => door.attach({ device, tun: tuns.lan, role: 'lan' }),
  detach: (device: string) => door.detach(device),
  setOwn: (addresses: string[]) => door.setOwn(addresses.map((address) => parseAddress(address)!)),
  allOwn: () => door.setOwn(own),
  close: (leave: boolean) => door.close({ leave }),
  stall: (stalled: boolean) => order({ stalled }),
  write: (tun: keyof typeof tuns, packet: string) => order({ write: tun, packet }),
  /** @returns the length of the next datagram to a port of the box, or null after a second */
  receive: async (port: number): Promise<number | null> => {
    const socket = dgram.createSocket('udp4').bind(port)
    await once(socket, 'listening')
    process.send!({ listening: port })
    const timer = AbortSignal.timeout(1000)
    try {
      const [message] = await once(socket, 'message', { signal: timer })
      return (message as Buffer).length
    } catch {
      return null
    } finally {
      socket.close()
    }
  },
}

process.on('message', async ({ id, call, args }: Ask) => {
  try {
    const result = await (calls[call] as (...args: unknown[]) => unknown)(...args)
    process.send!({ id, result })
  } catch (error) {
    process.send!({ id, error: (error as Error).message })
  }
})
process.on('disconnect', () => process.exit())
process.send!('ready')
