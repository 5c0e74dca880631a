/** What the worker runs: reads the program, is told what to start with, says whether it could, and goes round. */
import { once } from 'node:events'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, ThreadStart } from './thread-protocol.ts'

const port = parentPort!
const say = (answer: Answer) => port.postMessage(answer)
const told = once(port, 'message')

enableCompileCache(workerData as string)
const { PacketThread } = await import('./packet-thread.ts')
flushCompileCache()
const [start] = (await told) as [ThreadStart]

let thread: InstanceType<typeof PacketThread> | null = null
try {
  thread = new PacketThread(start, port)
  say({ kind: 'done', id: 0, devices: thread.devices, ended: 0 })
} catch (error) {
  say({ kind: 'failed', id: 0, message: (error as Error).message })
}
thread?.run()
