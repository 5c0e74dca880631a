/**
 * Makes the worker that the packet thread runs in. It reads its program at once and then waits for a ThreadStart as
 * its first message; so it can be made before anybody knows what to tell it.
 */
import { Worker } from 'node:worker_threads'
import { entry } from './here.ts'

/** @param compiledDir where compiled modules are kept */
export const packetThreadWorker = (compiledDir: string): Worker =>
  new Worker(entry('packet-thread-main'), { workerData: compiledDir })
