/** The command line of the dataplane. */
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Snapshot } from '@bauta/config'

export interface Options {
  stateDir: string
  runDir: string
  socket: string
  capacity: number
  /** What to start with while no snapshot exists. */
  roles: Snapshot['interfaces']['list']
  /** The box is the whole machine: its ports are found by hardware, and it makes the home network itself. */
  appliance: boolean
  /** Devices that count as ports of the hardware where there is none: a lab, a container. */
  ports: string[]
  /** The clock may be set. Never by default: in a container or a lab it is somebody else's. */
  setsClock: boolean
  /** Certificates of those who may vouch for DNS servers asked over TLS. */
  authorities: string
}

const USAGE =
  'usage: main.ts --state DIR --run DIR [--socket FILE] [--capacity N] [--sets-clock] [--authorities FILE] [--lan DEVICE]… [--wan DEVICE] | --appliance [--port DEVICE]…'

/** As interfaceName of @bauta/config, which is not loaded yet when the command line is read. */
const DEVICE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,14}$/
/** A household with the page open never comes near; 208 bytes of memory each, which the kernel wants at once. */
const CAPACITY = 131_072
/** The same of a machine with 512 MB, of which the page and the daemons need most. */
const SMALL_CAPACITY = 65_536
const SMALL_MEMORY = 768 * 2 ** 20

/** @param memory bytes that the machine has @returns how many connections it keeps unless told otherwise */
export const capacityOf = (memory: number): number => (memory < SMALL_MEMORY ? SMALL_CAPACITY : CAPACITY)

/** @throws Error with a sentence and the usage */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      state: { type: 'string' },
      run: { type: 'string' },
      socket: { type: 'string' },
      capacity: { type: 'string', default: String(capacityOf(totalmem())) },
      lan: { type: 'string', multiple: true, default: [] },
      wan: { type: 'string' },
      appliance: { type: 'boolean', default: false },
      port: { type: 'string', multiple: true, default: [] },
      'sets-clock': { type: 'boolean', default: false },
      authorities: { type: 'string', default: '/etc/ssl/certs/ca-certificates.crt' },
    },
  })
  if (!values.state || !values.run) throw new Error(USAGE)
  const names = [...values.lan, ...(values.wan ? [values.wan] : []), ...values.port]
  for (const name of names)
    if (!DEVICE_NAME.test(name)) throw new Error(`“${name}” is no device name\n${USAGE}`)
  if (values.appliance && values.lan.length + (values.wan ? 1 : 0) > 0)
    throw new Error(`--appliance finds the ports by itself; --lan and --wan are for other machines\n${USAGE}`)
  if (!values.appliance && values.port.length > 0) throw new Error(`--port belongs to --appliance\n${USAGE}`)
  return {
    stateDir: values.state,
    authorities: values.authorities,
    runDir: values.run,
    socket: values.socket ?? join(values.run, 'dataplane.sock'),
    capacity: Number(values.capacity),
    roles: [
      ...values.lan.map((name) => ({ name, role: 'lan' as const })),
      ...(values.wan ? [{ name: values.wan, role: 'wan' as const }] : []),
    ],
    appliance: values.appliance,
    ports: values.port,
    setsClock: values['sets-clock'],
  }
}
