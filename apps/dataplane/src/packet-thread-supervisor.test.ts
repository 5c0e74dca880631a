import { Worker } from 'node:worker_threads'
import { WakeUp } from '@bauta/tun-tap'
import { afterEach, expect, test } from 'vitest'
import { Counters, countersBytes, GAUGE } from './counters.ts'
import type { EarlyThread } from './go-on.ts'
import { PacketThreadSupervisor, type SupervisorOptions } from './packet-thread-supervisor.ts'
import type { PathConfig } from './path-config.ts'
import type { OpenDevice } from './thread-protocol.ts'

/** A worker that answers everything, and dies or falls silent when a command says so. */
const OBEDIENT = `
  const { parentPort: port } = require('node:worker_threads')
  let started = false
  port.on('message', (message) => {
    if (!started) {
      started = true
      const devices = message.reserved.map((fd) => ({ name: 'reserved', fd: -fd }))
      return port.postMessage({ kind: 'done', id: 0, devices, ended: message.config.revision })
    }
    if (message.kind === 'reserve') throw new Error('out of order')
    if (message.kind === 'stop') process.exit(0)
    if (message.kind === 'end') return port.postMessage({ kind: 'failed', id: message.id, message: 'cannot' })
    port.postMessage({ kind: 'done', id: message.id, devices: [], ended: message.config.revision })
  })
`
const NOBODY = { addresses: new Int32Array(0), macs: new Float64Array(0) }
let supervisor: PacketThreadSupervisor
afterEach(() => supervisor.stop())

function house(script = OBEDIENT, early: EarlyThread | null = null) {
  const forgotten: string[] = []
  const held: OpenDevice[][] = []
  const counters = new Counters(new ArrayBuffer(countersBytes))
  const starts: (string | null)[] = []
  const reserved: number[][] = []
  const listening = [393_302]
  const options: SupervisorOptions = {
    worker: () => new Worker(script, { eval: true }),
    start: {
      log: new SharedArrayBuffer(8),
      offload: 0,
      tableFile: '',
      capacity: 16,
      hashSeed: 0,
      bootId: 0,
      countersFile: '',
      maps: { index: -1, slots: -1, tallies: -1, hops: -1, queues: -1, passed: -1, shared: -1 },
    },
    early,
    open: [],
    hold: (devices) => {
      held.push(devices)
    },
    kept: { forget: () => forgotten.push('forgotten') },
    counters,
    config: () => ({ revision: 7 }) as PathConfig,
    reserved: () => [...listening],
    neighbours: () => NOBODY,
    onStarted: (devices, reason) => {
      starts.push(reason)
      reserved.push(devices.map(({ fd }) => -fd))
    },
    log: () => undefined,
  }
  supervisor = new PacketThreadSupervisor(options)
  return { starts, counters, listening, reserved, forgotten, held }
}
const configure = (revision: number) =>
  supervisor.send({ kind: 'configure', config: { revision } as PathConfig })

test('commands are answered one by one, and a refusal is an error', async () => {
  house()
  await supervisor.start()
  const answers = await Promise.all([configure(1), configure(2), configure(3)])
  expect(answers.map(({ ended }) => ended)).toEqual([1, 2, 3])
  await expect(supervisor.send({ kind: 'end', connections: new Float64Array(0) })).rejects.toThrow('cannot')
})

test('a thread that dies fails what was waiting and is back within a second', async () => {
  const { starts, listening, reserved } = house()
  await supervisor.start()
  listening.push(393_460)
  const died = Date.now()
  await expect(supervisor.send({ kind: 'reserve', taken: [], left: [] })).rejects.toThrow('out of order')
  while (starts.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(Date.now() - died).toBeLessThan(1000)
  expect(starts).toEqual([null, 'out of order'])
  // ports of the box's own services are nobody else's from the first packet on
  expect(reserved).toEqual([[393_302], [393_302, 393_460]])
  expect((await configure(9)).ended).toBe(9)
})

test('a thread that falls silent is ended and started again', async () => {
  const { starts, counters } = house()
  await supervisor.start()
  counters.gauges[GAUGE.heartbeat] = 1
  while (starts.length < 2) await new Promise((resolve) => setTimeout(resolve, 50))
  expect(starts).toHaveLength(2)
}, 10_000)

test('a thread that cannot start says why', async () => {
  house(`
    const { parentPort: port } = require('node:worker_threads')
    port.once('message', () => port.postMessage({ kind: 'failed', id: 0, message: 'no /dev/net/tun' }))
  `)
  await expect(supervisor.start()).rejects.toThrow('no /dev/net/tun')
})

/** Tells what it was told, and ends when that is a `forget`. */
const ECHO = `
  const { parentPort: port } = require('node:worker_threads')
  port.on('message', (message) => {
    if (message.kind === 'forget') throw new Error('ended early')
    port.postMessage({ kind: 'done', id: message.id, devices: [{ name: JSON.stringify(message), fd: 77 }], watch: -1, ended: 0 })
    if (message.kind === 'stop') process.exit(0)
  })
`
function running(config: object, reserved: number[]) {
  const worker = new Worker(ECHO, { eval: true })
  const told: Record<string, unknown>[] = []
  worker.on('message', ({ devices }) => told.push(JSON.parse(devices[0].name)))
  const early: EarlyThread = {
    worker,
    wake: new WakeUp(),
    config: config as PathConfig,
    reserved,
    neighbours: NOBODY,
    offload: 0,
    devices: [{ name: 'm-lan0', fd: 77 }],
    watch: -1,
    ended: null,
  }
  return { early, told }
}

test('a thread that runs already is adopted, and told nothing where nothing is different', async () => {
  const { early, told } = running({ revision: 7 }, [393_302])
  const { starts, forgotten, held } = house(OBEDIENT, early)
  await supervisor.start()
  expect(starts).toEqual([null])
  expect(held).toEqual([early.devices])
  expect(told).toEqual([])
  expect(forgotten).toEqual([])
  expect((await supervisor.send({ kind: 'watch', memory: null, filter: null })).devices).toHaveLength(1)
})

test('one that began with other settings is told these; what was kept is forgotten first', async () => {
  const { early, told } = running({ revision: 6 }, [1, 393_302])
  const { forgotten } = house(OBEDIENT, early)
  await supervisor.start()
  expect(told).toEqual([
    { kind: 'configure', config: { revision: 7 }, id: 1 },
    { kind: 'reserve', taken: [], left: [1], id: 2 },
  ])
  expect(forgotten).toEqual(['forgotten'])
})

test('an adopted thread that dies is started again, with the settings of that moment', async () => {
  const { early } = running({ revision: 7 }, [393_302])
  const { starts } = house(OBEDIENT, early)
  early.worker.on('error', (error) => {
    early.ended = error.message
  })
  await supervisor.start()
  await expect(supervisor.send({ kind: 'forget', protocol: 6, masqPort: 1 })).rejects.toThrow('ended')
  while (starts.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(starts).toEqual([null, 'ended early'])
  expect((await configure(9)).ended).toBe(9)
})

test('one that ended before anybody could adopt it is started anew', async () => {
  const { early, told } = running({ revision: 6 }, [])
  await early.worker.terminate()
  early.ended = 'out of memory'
  house(OBEDIENT, early)
  await supervisor.start()
  expect((await configure(9)).ended).toBe(9)
  expect(told).toEqual([])
})
