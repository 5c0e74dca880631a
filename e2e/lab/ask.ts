/** `./bauta status | proc … | ipchains …`: hands over to the box's own command line, with the socket of a lab that is up. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { existingNamespaces } from './network.ts'
import { commandSocket, loadAll, ROOT } from './record.ts'

/** BAUTA_LAB names the lab; without it the newest is asked. */
const wanted = process.env.BAUTA_LAB
const labs = loadAll().filter(({ name }) => wanted === undefined || name === wanted)
const lab = labs.find((one) => one.software === 'bauta' && existingNamespaces(one.namespaces).length > 0)
if (!lab) {
  console.error(`bauta: no lab${wanted ? ` “${wanted}”` : ''} is up; start one with: ./bauta lab up`)
  process.exit(1)
}
const program = path.join(ROOT, 'apps/cli/src/main.ts')
const done = spawnSync(
  process.execPath,
  [program, '--socket', lab.dataplane.socket, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: { ...process.env, BAUTA_COMMANDS: commandSocket(lab) },
  },
)
process.exitCode = done.status ?? 1
