/**
 * Runs inside a guest whose kernel has PPP: the product's own dataplane before a household, and callers outside who dial in. Each
 * finding is a line `@@ {"name": …}`, read by dialin.test.ts outside.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { anyRule, type Dialin, defaultSnapshot, type Rule, type Snapshot } from '@bauta/config'
import { DataplaneClient, type DialinLineStatus } from '@bauta/control'
import { ROOT } from '../lab/record.ts'
import { until } from '../lab/shell.ts'
import { finding } from './finding.ts'
import { layCable, Telephone } from './telephone.ts'

const execute = promisify(execFile)
const sh = async (text: string): Promise<string> => (await execute('sh', ['-c', text])).stdout

const HOME = { box: '192.168.77.1', machine: '192.168.77.11' }
const WAN = { box: '198.51.100.2', gateway: '198.51.100.1' }
/** Says who asks. */
const WHO = { address: '93.184.216.34', port: 7777 }
/** Enough for a connection to be carried by the kernel. */
const FILE = { port: 7778, bytes: 150_000 }
const MODEM = { box: '/dev/ttyBOX', caller: '/dev/ttyCALLER' }
const CABLE = { box: '/dev/ttyNEAR', caller: '/dev/ttyOLD' }
const ADDRESSES = ['192.168.77.201', '192.168.77.202'] as const
const ANNA = { name: 'anna', password: 'pass\\word "1" #' }
const OLD = { name: 'old-machine', password: 'other' }
const BOX = '/run/box'

/** A command line inside a namespace. */
const at = (space: string, ...argv: string[]): string[] => ['ip', 'netns', 'exec', space, ...argv]

/** The namespaces are the guest's (dialin.test.ts): caller, home, box, isp. */
function startBox(): ChildProcess {
  const program = [process.execPath, path.join(ROOT, 'apps/dataplane/dist/main.cjs')]
  const folders = ['--state', `${BOX}/state`, '--run', `${BOX}/run`]
  const [command, ...args] = at('box', ...program, ...folders, '--lan', 'lan0', '--wan', 'wan0')
  return spawn(command!, args, { stdio: 'inherit' })
}

for (const folder of ['state', 'run']) mkdirSync(`${BOX}/${folder}`, { recursive: true })
let box = startBox()
const dataplane = new DataplaneClient(`${BOX}/run/dataplane.sock`, 30_000)
const started = (after: number): Promise<number> =>
  until('the dataplane answers', 30, async () => {
    const status = await dataplane.status().catch(() => null)
    return status !== null && status.startedAt > after && status.startedAt
  })
const serve = (port: number, ...what: string[]): void => {
  const listen = `TCP-LISTEN:${port},bind=${WHO.address},fork,reuseaddr`
  spawn('ip', at('isp', 'socat', ...what.slice(0, -1), listen, what.at(-1)!).slice(1), { stdio: 'inherit' })
}
serve(WHO.port, 'SYSTEM:echo $SOCAT_PEERADDR')
serve(FILE.port, '-U', `OPEN:/dev/zero,readbytes=${FILE.bytes}`)
const telephone = await Telephone.install(MODEM)
layCable(CABLE.box, CABLE.caller)
let since = await started(0)

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

const ON: Dialin = {
  enabled: true,
  pap: false,
  lines: [
    { device: MODEM.box, speed: 115_200, kind: 'modem', init: 'ATS0=1', address: ADDRESSES[0] },
    { device: CABLE.box, speed: 115_200, kind: 'direct', init: 'AT', address: ADDRESSES[1] },
  ],
  accounts: [ANNA, OLD],
}

let revision = 0
async function set(dialin: Dialin, rules: Rule[] = []): Promise<string[]> {
  const snapshot = structuredClone({ ...SETTINGS, dialin })
  snapshot.rules.chains.find(({ name }) => name === 'forward')!.rules.unshift(...rules)
  return (await dataplane.apply({ revision: ++revision, snapshot })).actions
}

const line = async (place = 0): Promise<DialinLineStatus> => (await dataplane.dialin()).lines[place]!
const state = (wanted: DialinLineStatus['state'], place = 0): Promise<DialinLineStatus> =>
  until(`line ${place} is ${wanted}`, 10, async () => {
    const status = await line(place)
    return status?.state === wanted && status
  }).catch(async (error) => {
    throw new Error(
      `${error.message}: ${JSON.stringify(await line(place))}\n${logOf(place)}\nthe caller: ${lastCall?.said()}`,
    )
  })
const logOf = (place: number): string => readFileSync(`${BOX}/run/dialin/${place}/pppd.log`, 'utf8')

/** For who reads why it failed. */
let lastCall: Call | null = null

interface Call {
  child: ChildProcess
  said: () => string
  over: Promise<unknown>
}

/** Somebody outside whose pppd dials, or speaks at once over a cable. */
function call(who: { name: string; password: string }, options: string[] = [], cable = false): Call {
  const dial = ['connect', "chat -v -s -S ABORT 'NO CARRIER' '' ATDT5550100 CONNECT '\\c'"]
  const words = [
    ...(cable ? [CABLE.caller, '115200', 'local'] : [MODEM.caller, '115200', ...dial]),
    ...['nodetach', 'noauth', 'noipv6', 'noccp', 'usepeerdns', 'maxfail', '1'],
    ...['ifname', cable ? 'far1' : 'far0', 'defaultroute', 'user', who.name, 'password', who.password],
    ...['ip-up-script', '/bin/true', 'ip-down-script', '/bin/true', ...options],
  ]
  const child = spawn('ip', at('caller', 'pppd', ...words).slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream!.on('data', (text) => {
      said += text
    })
  lastCall = { child, said: () => said, over: new Promise((resolve) => child.once('exit', resolve)) }
  return lastCall
}

async function hangUp({ child, over }: Call): Promise<void> {
  child.kill('SIGTERM')
  await over
}

/** Never synchronously: the telephone network is this process. @returns what it printed, or nothing where it failed */
const inside = async (space: 'caller' | 'home' | 'box', ...argv: string[]): Promise<string> => {
  const [command, ...args] = at(space, ...argv)
  return execute(command!, args).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  )
}
/** Whom a server of the Internet sees. */
const seenAs = (): Promise<string> => {
  const connect = `TCP:${WHO.address}:${WHO.port},connect-timeout=2`
  return inside('caller', 'timeout', '3', 'socat', '-u', connect, '-')
}
const pings = (space: 'caller' | 'home', to: string, more: string[] = []): Promise<boolean> =>
  inside(space, 'ping', '-c', '1', '-W', '2', ...more, to).then((said) => said.includes('bytes from'))
const spoofed = async (): Promise<number> =>
  (await dataplane.counters()).drops.find(({ reason }) => reason === 'spoofed')?.packets ?? 0
const addressOf = async (device: string): Promise<string> =>
  /inet (\S+)/.exec(await inside('caller', 'ip', 'address', 'show', 'dev', device))?.[1] ?? ''

/** Both are looked at once a second. */
const devicesWith = (address: string) =>
  until(`${address} among the devices`, 5, async () => {
    const addresses = (await dataplane.devices()).devices.map((device) => device.address)
    return addresses.includes(address) && addresses
  })
const trafficOf = (device: string) =>
  until(`traffic of ${device}`, 5, async () => {
    const found = (await dataplane.status()).interfaces.find(({ name }) => name === device)
    return (found?.rxPackets ?? 0) > 5 && found
  })

const reachesOut = () => until('the way out', 5, async () => (await seenAs()) !== '')

await finding('waits', async () => {
  const actions = await set(ON)
  const [modem, cable] = [await state('waiting'), await state('waiting', 1)]
  const again = await set(ON)
  const secrets = `${BOX}/run/dialin/ppp/chap-secrets`
  return {
    actions,
    again,
    modem,
    cable,
    heard: telephone.heard,
    mode: statSync(secrets).mode & 0o777,
    passwordVisible: (await sh('cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "')).includes('pass\\word'),
    inSystem: readFileSync('/etc/ppp/chap-secrets', 'utf8').includes(ANNA.name),
  }
})

let anna: Call
await finding('right', async () => {
  anna = call(ANNA)
  const status = await state('on')
  await reachesOut()
  const result = {
    status,
    address: await addressOf('far0'),
    dns: /primary\s+DNS address (\S+)/.exec(anna.said())?.[1],
    seenAs: await seenAs(),
    box: await pings('caller', HOME.box),
    devices: await devicesWith(ADDRESSES[0]),
    traffic: await trafficOf('dialin0'),
  }
  return result
})

await finding('a file', async () => {
  const carried = async () =>
    (await dataplane.counters()).paths.find(({ name }) => name === 'door-in-carried')!.packets
  const before = await carried()
  const fetch = `timeout 20 socat -u TCP:${WHO.address}:${FILE.port} - | wc -c`
  const bytes = Number(await inside('caller', 'sh', '-c', fetch))
  return { bytes, carried: (await carried()) - before }
})

await finding('another source', async () => {
  await inside('caller', 'ip', 'address', 'add', '192.168.77.99/32', 'dev', 'lo')
  const before = await spoofed()
  const answered = await pings('caller', WHO.address, ['-I', '192.168.77.99'])
  const others = await pings('caller', WHO.address)
  return { answered, others, dropped: (await spoofed()) - before }
})

const rule = (id: number, more: Partial<Rule>): Rule => ({ ...anyRule(id), ...more })
const from = (name: string) => ({ name, invert: false })

await finding('a neighbour', async () => {
  const closed = await pings('home', ADDRESSES[0])
  await set(ON, [
    rule(100, { inInterface: from('@lan'), outInterface: from('@lan'), target: { verdict: 'ACCEPT' } }),
  ])
  const inwards = await until('a neighbour reaches the caller', 5, () => pings('home', ADDRESSES[0]))
  const result = { closed, inwards, outwards: await pings('caller', HOME.machine) }
  return { ...result, answeredBy: await inside('home', 'ip', 'neigh', 'show', ADDRESSES[0]) }
})

await finding('a rule', async () => {
  await set(ON, [rule(101, { inInterface: from('dialin0'), target: { verdict: 'DENY' } })])
  const denied = await seenAs()
  const counted = (await dataplane.counters()).rules.find(({ id }) => id === 101)
  await set(ON)
  return { denied, counted, again: await seenAs() }
})

await finding('two at once', async () => {
  const old = call(OLD, [], true)
  const status = await state('on', 1)
  const result = { status, address: await addressOf('far1'), first: (await line()).state }
  await hangUp(old)
  const after = await state('waiting', 1)
  return { ...result, last: after.last }
})

await finding('killed', async () => {
  box.kill('SIGKILL')
  box = startBox()
  since = await started(since)
  const status = await state('on')
  return { status, still: anna.child.exitCode === null, seenAs: await seenAs() }
})

await finding('hung up', async () => {
  await hangUp(anna)
  await telephone.hangUp()
  const { last } = await state('waiting')
  return { last, device: await inside('box', 'ip', 'link', 'show', 'dialin0') }
})

await finding('the second call', async () => {
  anna = call(ANNA)
  const { caller } = await state('on')
  await reachesOut()
  const seen = await seenAs()
  // as when the receiver is torn off: nobody says good-bye
  anna.child.kill('SIGKILL')
  await telephone.hangUp()
  const { last } = await state('waiting')
  return { caller, seen, last }
})

async function refused(who: typeof ANNA, options: string[] = []) {
  const before = (await line()).last?.at
  const tried = call(who, options)
  await tried.over
  await telephone.hangUp()
  const { last } = await until('told', 10, async () => {
    const status = await line()
    return status.last?.at !== before && status.state === 'waiting' && status
  }).catch(async (error) => {
    throw new Error(`${error.message}: ${JSON.stringify(await line())}\n${tried.said()}`)
  })
  return { last, let: tried.said().includes('local  IP address') }
}
await finding('wrong password', () => refused({ ...ANNA, password: 'guess' }))
await finding('unknown', () => refused({ name: 'mallory', password: 'guess' }))
await finding('no PAP', () =>
  refused(ANNA, ['refuse-chap', 'refuse-mschap', 'refuse-mschap-v2', 'refuse-eap']),
)

await finding('PAP', async () => {
  await set({ ...ON, pap: true })
  await state('waiting')
  anna = call(ANNA, ['refuse-chap', 'refuse-mschap', 'refuse-mschap-v2', 'refuse-eap'])
  const { caller } = await state('on')
  return { caller }
})

await finding('an account that is gone', async () => {
  await set({ ...ON, pap: true, accounts: [OLD] })
  await anna.over
  await telephone.hangUp()
  return { state: (await state('waiting')).state }
})

await finding('unplugged', async () => {
  await telephone.unplug()
  return state('failed')
})

await finding('switched off', async () => {
  await set({ ...ON, enabled: false })
  // pgrep fails where it finds none
  const left = (await sh('pgrep -x pppd || true')).trim()
  return { left, status: await dataplane.dialin() }
})

console.log('@@ {"name":"end","ok":true}')
process.exit(0)
