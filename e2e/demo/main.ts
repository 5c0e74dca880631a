/**
 * `./bauta demo`: the product in a lab, with a household that uses it, until Ctrl-C. Then everything goes: processes,
 * namespaces, files. A demo that was killed is cleared away by the next command that starts a lab here.
 */
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Lab } from '../lab/lab.ts'
import { WANS, type WanKind } from '../lab/plan.ts'
import { startHousehold } from './household.ts'

const PORT = 8077
const HOUR_MS = 3_600_000

const { values } = parseArgs({
  options: { wan: { type: 'string', default: 'eth' }, port: { type: 'string', default: String(PORT) } },
})
if (!(values.wan in WANS))
  throw new Error(`--wan: “${values.wan}” is not one of ${Object.keys(WANS).join(', ')}`)

const ending = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => ending.abort())

const began = performance.now()
const lab = await Lab.up({
  name: 'demo',
  numbered: true,
  wan: values.wan as WanKind,
  port: Number(values.port),
  owned: true,
  progress: (step) => console.error(`· ${step}`),
})
try {
  startHousehold(lab)
  if (!ending.signal.aborted) console.log(welcome(lab))
  // nothing else keeps this process alive
  while (!ending.signal.aborted) await setTimeout(HOUR_MS, null, { signal: ending.signal }).catch(() => {})
} finally {
  console.error('\n· taking everything away')
  await lab.down()
}

function welcome({ record }: Lab): string {
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const exec = `./bauta lab exec --name ${record.name}`
  return `
Bauta runs (started in ${seconds} s). Its page:

    ${record.admin.outside}

It asks you to name the first administrator. Two household machines, lan1 and lan2, use the network meanwhile; in
another terminal you can stand in their place:

    ${exec} lan1 -- curl http://www.example.org/
    ${exec} lan2 -- ping www.example.org
    ./bauta ipchains -M -L

Ctrl-C takes all of it away.`
}
