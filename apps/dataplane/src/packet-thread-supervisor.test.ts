import { Worker } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { Counters, countersBytes, GAUGE } from './counters.ts'
import { PacketThreadSupervisor, type SupervisorOptions } from './packet-thread-supervisor.ts'
import type { PathConfig } from './path-config.ts'

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
let supervisor: PacketThreadSupervisor
afterEach(() => supervisor.stop())

function house(script = OBEDIENT) {
  const counters = new Counters(new ArrayBuffer(countersBytes))
  const starts: (string | null)[] = []
  const reserved: number[][] = []
  const listening = [393_302]
  const options: SupervisorOptions = {
    worker: () => new Worker(script, { eval: true }),
    start: {
      log: new SharedArrayBuffer(8),
      tableFile: '',
      capacity: 16,
      hashSeed: 0,
      bootId: 0,
      countersFile: '',
      maps: { index: -1, slots: -1, tallies: -1, hops: -1, queues: -1, passed: -1, shared: -1 },
    },
    counters,
    config: () => ({ revision: 7 }) as PathConfig,
    reserved: () => [...listening],
    onStarted: (devices, reason) => {
      starts.push(reason)
      reserved.push(devices.map(({ fd }) => -fd))
    },
    log: () => undefined,
  }
  supervisor = new PacketThreadSupervisor(options)
  return { starts, counters, listening, reserved }
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
