/** What the front's thread runs. */
import { randomInt } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { Front } from './front.ts'
import type { FromFront, ToFront } from './front-protocol.ts'

const port = parentPort!
const say = (message: FromFront) => port.postMessage(message)
const front = new Front({
  counters: new Float64Array(workerData as SharedArrayBuffer),
  random: () => randomInt(0x1_0000_0000),
})
/** Settings are made true one after the other. */
let turn = Promise.resolve()

port.on('message', (message: ToFront) => {
  if (message.kind === 'why') return say({ kind: 'why', id: message.id, ...front.why(message.name) })
  turn = turn.then(async () => say({ kind: 'settled', ...(await front.apply(message.settings)) }))
})
