/**
 * What both programs inside a guest need who let somebody dial in: the product's own dataplane before a household, servers of the Internet
 * behind it, two modems and a cable. The namespaces are the guest's (dialin-guest.ts): caller, home and isp; the box is the guest itself,
 * as the appliance is: the kernel makes devices of SLIP nowhere else.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { anyRule, type Dialin, defaultSnapshot, type Rule, type Snapshot } from '@bauta/config'
import { DataplaneClient, type DialinLineStatus } from '@bauta/control'
import { ROOT } from '../lab/record.ts'
import { until } from '../lab/shell.ts'
import { Cable, Telephone } from './telephone.ts'

const execute = promisify(execFile)
export const sh = async (text: string): Promise<string> => (await execute('sh', ['-c', text])).stdout

export const HOME = { box: '192.168.77.1', machine: '192.168.77.11' }
const WAN = { box: '198.51.100.2', gateway: '198.51.100.1' }
/** Says who asks. */
export const WHO = { address: '93.184.216.34', port: 7777 }
/** Enough for a connection to be carried by the kernel. */
export const FILE = { port: 7778, bytes: 150_000 }
export const MODEM = { box: '/dev/ttyBOX', caller: '/dev/ttyCALLER' }
export const CABLE = { box: '/dev/ttyNEAR', caller: '/dev/ttyOLD' }
export const ADDRESSES = ['192.168.77.201', '192.168.77.202'] as const
export const ANNA = { name: 'anna', password: 'pass\\word "1" #' }
export const BOX = '/run/box'

type Space = 'caller' | 'home' | 'isp' | 'box'
/** A command line inside a namespace. */
export const at = (space: Space, ...argv: string[]): string[] =>
  space === 'box' ? argv : ['ip', 'netns', 'exec', space, ...argv]

export class Box {
  readonly dataplane = new DataplaneClient(`${BOX}/run/dataplane.sock`, 120_000)
  #process: ChildProcess | null = null
  #since = 0
  #revision = 0

  async start(): Promise<void> {
    for (const folder of ['state', 'run']) mkdirSync(`${BOX}/${folder}`, { recursive: true })
    const program = path.join(ROOT, 'apps/dataplane/dist/main.cjs')
    const folders = ['--state', `${BOX}/state`, '--run', `${BOX}/run`]
    this.#process = spawn(process.execPath, [program, ...folders, '--lan', 'lan0', '--wan', 'wan0'], {
      stdio: 'inherit',
    })
    this.#since = await until('the dataplane answers', 60, async () => {
      const status = await this.dataplane.status().catch(() => null)
      return status !== null && status.startedAt > this.#since && status.startedAt
    })
  }

  kill(): void {
    this.#process?.kill('SIGKILL')
  }

  async set(dialin: Dialin, rules: Rule[] = []): Promise<string[]> {
    const snapshot = structuredClone({ ...SETTINGS, dialin })
    snapshot.rules.chains.find(({ name }) => name === 'forward')!.rules.unshift(...rules)
    return (await this.dataplane.apply({ revision: ++this.#revision, snapshot })).actions
  }

  async line(place = 0): Promise<DialinLineStatus> {
    return (await this.dataplane.dialin()).lines[place]!
  }

  /** @param said what else should be known where it never is */
  state(wanted: DialinLineStatus['state'], place = 0, said = () => ''): Promise<DialinLineStatus> {
    return until(`line ${place} is ${wanted}`, 10, async () => {
      const status = await this.line(place)
      return status?.state === wanted && status
    }).catch(async (error) => {
      throw new Error(
        `${error.message}: ${JSON.stringify(await this.line(place))}\n${logOf(place)}\nthe caller: ${said()}`,
      )
    })
  }

  /** How the last call ended, once that is another one. */
  ended(before: DialinLineStatus['last'] | undefined, place = 0): Promise<DialinLineStatus> {
    return until('told how the call ended', 10, async () => {
      const status = await this.line(place)
      return status.last !== null && status.last.at !== before?.at && status
    }).catch(async (error) => {
      throw new Error(`${error.message}: ${JSON.stringify(await this.line(place))}\n${logOf(place)}`)
    })
  }

  async spoofed(): Promise<number> {
    const { drops } = await this.dataplane.counters()
    return drops.find(({ reason }) => reason === 'spoofed')?.packets ?? 0
  }

  async carried(): Promise<number> {
    const { paths } = await this.dataplane.counters()
    return paths.find(({ name }) => name === 'door-in-carried')!.packets
  }

  /** Both are looked at once a second. */
  devicesWith(address: string): Promise<string[]> {
    return until(`${address} among the devices`, 5, async () => {
      const addresses = (await this.dataplane.devices()).devices.map((device) => device.address)
      return addresses.includes(address) && addresses
    })
  }
  trafficOf(device: string) {
    return until(`traffic of ${device}`, 5, async () => {
      const found = (await this.dataplane.status()).interfaces.find(({ name }) => name === device)
      return (found?.rxPackets ?? 0) > 5 && found
    })
  }
}

/** What the daemon of a line said. */
function logOf(place: number): string {
  for (const daemon of ['pppd', 'slip'])
    try {
      return readFileSync(`${BOX}/run/dialin/${place}/${daemon}.log`, 'utf8')
    } catch {
      // it speaks the other protocol
    }
  return ''
}

function serve(port: number, ...what: string[]): void {
  const listen = `TCP-LISTEN:${port},bind=${WHO.address},fork,reuseaddr`
  spawn('ip', at('isp', 'socat', ...what.slice(0, -1), listen, what.at(-1)!).slice(1), { stdio: 'inherit' })
}

/** Everything stands, and the box is asked for nothing yet. */
export async function settle(): Promise<{ box: Box; telephone: Telephone; cable: Cable }> {
  const box = new Box()
  const up = box.start()
  serve(WHO.port, 'SYSTEM:echo $SOCAT_PEERADDR')
  serve(FILE.port, '-U', `OPEN:/dev/zero,readbytes=${FILE.bytes}`)
  const telephone = await Telephone.install(MODEM)
  const cable = await Cable.lay(CABLE.box, CABLE.caller)
  await up
  return { box, telephone, cable }
}

/** The box makes the home network itself, a bridge. */
const SETTINGS: Snapshot = {
  ...defaultSnapshot([
    { name: 'lan0', role: 'lan' },
    { name: 'wan0', role: 'wan' },
  ]),
  internet: {
    use: 'Internet',
    connections: [
      {
        name: 'Internet',
        method: { kind: 'static', address: WAN.box, bits: 24, gateway: WAN.gateway, dnsServers: [] },
        when: 'always',
        idleSeconds: 300,
      },
    ],
    dialers: [],
  },
}
SETTINGS.lan = { ...SETTINGS.lan, addressing: 'box', address: HOME.box }

/** Never synchronously: the telephone network is this process. @returns what it printed, or nothing where it failed */
export const inside = async (space: Space, ...argv: string[]): Promise<string> => {
  const [command, ...args] = at(space, ...argv)
  return execute(command!, args).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  )
}
/** Whom a server of the Internet sees. */
export const seenAs = (): Promise<string> => {
  const connect = `TCP:${WHO.address}:${WHO.port},connect-timeout=5`
  return inside('caller', 'timeout', '6', 'socat', '-u', connect, '-')
}
export const pings = (space: 'caller' | 'home', to: string, more: string[] = []): Promise<boolean> =>
  inside(space, 'ping', '-c', '1', '-W', '4', ...more, to).then((said) => said.includes('bytes from'))
export const addressOf = async (device: string): Promise<string> =>
  /inet (\S+)/.exec(await inside('caller', 'ip', 'address', 'show', 'dev', device))?.[1] ?? ''

export const reachesOut = () => until('the way out', 5, async () => (await seenAs()) !== '')

/** @returns how many bytes the caller was given */
export const download = async (): Promise<number> =>
  Number(await inside('caller', 'sh', '-c', `timeout 60 socat -u TCP:${WHO.address}:${FILE.port} - | wc -c`))

export const rule = (id: number, more: Partial<Rule>): Rule => ({ ...anyRule(id), ...more })
export const from = (name: string) => ({ name, invert: false })

/** For the guest outside: nothing more will come. */
export function end(): never {
  console.log('@@ {"name":"end","ok":true}')
  process.exit(0)
}
