/**
 * `./bauta bench [--quick] [--json FILE] [--runs N] [--offload auto|on|off]`: Bauta and the kernel's nftables masquerading in the same topology, in turn, so
 * that whatever else the machine does falls on both alike. Every run has a lab of its own.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { offloadSchema } from '@bauta/config'
import { DataplaneClient } from '@bauta/control'
import { Lab } from '../lab/lab.ts'
import type { Software } from '../lab/record.ts'
import { type Effort, measure } from './measure.ts'
import { conditions, type Runs, summarize, table } from './report.ts'

const FULL: Effort = { bulkSeconds: 3, pings: 1000, udpSeconds: 1, connectionsPerTry: 20_000 }
const QUICK: Effort = { bulkSeconds: 1, pings: 300, udpSeconds: 0.5, connectionsPerTry: 10_000 }
/** As many as the kernel's own table takes by default on such a machine. */
const CAPACITY = 262_144

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    runs: { type: 'string' },
    offload: { type: 'string', default: 'auto' },
  },
})
const count = Number(values.runs ?? (values.quick ? 1 : 5))
if (!(count >= 1)) throw new Error(`--runs: “${values.runs}” is not a number of runs`)

const offload = offloadSchema.safeParse({ mode: values.offload })
if (!offload.success) throw new Error(`--offload: “${values.offload}”: ${offload.error.issues[0]!.message}`)
const { mode } = offload.data

const ending = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => ending.abort())

/** One machine stands for a whole household here, so there is no limit for it. */
async function prepare(lab: Lab): Promise<void> {
  const dataplane = new DataplaneClient(lab.record.dataplane.socket)
  const { revision, snapshot } = await dataplane.settings()
  const next = { ...snapshot, ports: { ...snapshot.ports, perMachine: 0 }, offload: { mode } }
  await dataplane.apply({ revision: revision + 1, snapshot: next })
}

const runs: Runs = { bauta: [], nftables: [] }
let stated: ReturnType<typeof conditions> | undefined
for (let i = 0; i < count && !ending.signal.aborted; i++) {
  // the one that goes first changes from run to run
  const order: Software[] = i % 2 === 0 ? ['bauta', 'nftables'] : ['nftables', 'bauta']
  for (const software of order) {
    console.error(`· run ${i + 1} of ${count}: ${software}`)
    const lab = await Lab.up({
      name: `bench-${process.pid}`,
      software,
      web: false,
      owned: true,
      capacity: CAPACITY,
    })
    try {
      if (software === 'bauta') await prepare(lab)
      stated ??= conditions(lab, mode)
      runs[software].push(await measure(lab, values.quick ? QUICK : FULL))
    } finally {
      await lab.down()
    }
  }
}
if (ending.signal.aborted) process.exit(130)

console.log(`\n${table(runs)}\n`)
for (const [name, value] of Object.entries(stated!)) console.log(`${name}: ${value}`)
if (values.json !== undefined) {
  const result = { at: new Date().toISOString(), conditions: stated, summary: summarize(runs), runs }
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
  console.log(`\nwritten to ${values.json}`)
}
