/** What the worker runs: builds the packet thread, tells whether it could, and lets it go round. */
import { parentPort, workerData } from 'node:worker_threads'
import { PacketThread } from './packet-thread.ts'
import type { Answer, ThreadStart } from './thread-protocol.ts'

const port = parentPort!
const say = (answer: Answer) => port.postMessage(answer)

let thread: PacketThread | null = null
try {
  thread = new PacketThread(workerData as ThreadStart, port)
  say({ kind: 'done', id: 0, devices: thread.devices, ended: 0 })
} catch (error) {
  say({ kind: 'failed', id: 0, message: (error as Error).message })
}
thread?.run()
