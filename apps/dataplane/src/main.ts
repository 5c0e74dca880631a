/**
 * bauta-dataplane: the privileged worker of the router.
 *
 *   node src/main.ts --state DIR --run DIR [--socket FILE] [--capacity N] [--lan DEVICE]… [--wan DEVICE]
 */
import { Door, prepareDevice, prepareTun } from '@bauta/door'
import { Dataplane } from './dataplane.ts'
import { type Options, parseOptions } from './options.ts'
import { DnsService } from './services/dnsmasq.ts'

const log = (line: string) => process.stderr.write(`${line}\n`)

function fail(error: unknown): never {
  log((error as Error).message)
  process.exit(1)
}

async function run(options: Options): Promise<void> {
  const door = Door.open()
  const dns = new DnsService({ runDir: options.runDir, log: () => undefined })
  const dataplane = new Dataplane(options, { door, prepareTun, prepareDevice, dns, log })
  const stop = () => {
    dataplane.stop().then(() => {
      door.close({ leave: true })
      process.exit(0)
    }, fail)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await dataplane.start()
  log(`the dataplane is up; its API is on ${options.socket}`)
}

try {
  await run(parseOptions(process.argv.slice(2)))
} catch (error) {
  fail(error)
}
