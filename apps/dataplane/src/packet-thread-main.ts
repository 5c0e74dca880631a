/** What the worker runs: reads the program, is told what to start with, says whether it could, and goes round. */
import { once } from 'node:events'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { PacketThread } from './packet-thread.ts'
import type { Answer, ThreadStart } from './thread-protocol.ts'

const port = parentPort!
const say = (answer: Answer) => port.postMessage(answer)
const told = once(port, 'message')

async function main(): Promise<void> {
  enableCompileCache(workerData as string)
  const program = await import('./packet-thread.ts')
  const [start] = (await told) as [ThreadStart]
  const thread = begin(program.PacketThread, start)
  // Only now, so that what beginning needs is compiled the next time, too.
  flushCompileCache()
  thread?.run()
}

function begin(Thread: typeof PacketThread, start: ThreadStart): PacketThread | null {
  try {
    const thread = new Thread(start, port)
    say({ kind: 'done', id: 0, devices: thread.devices, watch: thread.watch, ended: 0 })
    return thread
  } catch (error) {
    say({ kind: 'failed', id: 0, message: (error as Error).message })
    return null
  }
}

void main()
