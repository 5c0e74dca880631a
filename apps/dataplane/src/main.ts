/**
 * bauta-dataplane: the privileged worker of the router.
 *
 *   node src/main.ts --state DIR --run DIR [--socket FILE] [--capacity N] [--lan DEVICE]… [--wan DEVICE]
 *   node src/main.ts --state DIR --run DIR --appliance [--sets-clock] [--port DEVICE]…
 *
 * A restart must be short, and reading the program is the greater part of it: compiled modules are kept beside the state, where only
 * root writes, the packet thread reads its part at the same time as the main thread, and what is needed to go on with the
 * packets of before is read first (go-on.ts).
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { parseOptions } from './options.ts'
import { packetThreadWorker } from './packet-thread-worker.ts'

/**
 * Packets come before the pages that tell of them. Priority belongs to a thread in Linux, and a new thread inherits it: all begin
 * preferred, because a start must be quick; once packets flow, the main thread steps back behind the packet thread.
 */
const PREFERRED = -10
const ORDINARY = 0

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  setNiceness(PREFERRED)
  const compiledDir = join(options.stateDir, 'compiled')
  enableCompileCache(compiledDir)
  const ready = [packetThreadWorker(compiledDir)]
  const worker = () => ready.pop() ?? packetThreadWorker(compiledDir)
  const { goOn } = await import('./go-on.ts')
  const beginning = await goOn(options, worker, (line) => process.stderr.write(`${line}\n`))
  const { run } = await import('./run.ts')
  await run(options, beginning, worker)
  setNiceness(ORDINARY)
  // Otherwise it is written at the end, and a killed process has none.
  flushCompileCache()
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})

/** A container may forbid it; everything works all the same. */
function setNiceness(niceness: number): void {
  try {
    setPriority(niceness)
  } catch (error) {
    process.stderr.write(`the dataplane runs at ordinary priority: ${(error as Error).message}\n`)
  }
}
