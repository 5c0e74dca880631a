/**
 * Runs inside a guest whose kernel has PPP: the product's own Internet service against a provider in a namespace. Each finding is a line
 * `@@ {"name": …}`, read by pppoe.test.ts outside.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSnapshot, type Internet, type InternetConnection, type Snapshot } from '@bauta/config'
import type { InternetConnectionStatus } from '@bauta/control'
import { LinkWatcher } from '../../apps/dataplane/src/links.ts'
import { InternetService } from '../../apps/dataplane/src/services/internet/service.ts'
import { ShapingService } from '../../apps/dataplane/src/services/shaping/service.ts'
import { finding } from './finding.ts'
import { type Provider, providerLines } from './provider.ts'

const BASE: Provider = {
  line: 'i0',
  inside: 'ip netns exec isp',
  own: '203.0.113.1',
  address: '203.0.113.24',
  auth: 'chap',
  user: 'customer "7"@example',
  password: 'pass\\word #1',
}
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const sh = (text: string): string => execFileSync('sh', ['-c', text], { encoding: 'utf8' })

let provider: ChildProcess | null = null
async function provide(changes: Partial<Provider> = {}): Promise<void> {
  await silence()
  const lines = providerLines({ ...BASE, ...changes })
  // secrets hold quotes and backslashes for pppd's sake, and this is not a shell's business
  provider = spawn('sh', ['-c', [...lines, 'wait $PROVIDER'].join('\n')], { stdio: 'ignore', detached: true })
  await sleep(1500)
}
async function silence(): Promise<void> {
  if (provider?.pid) process.kill(-provider.pid, 'SIGKILL')
  provider = null
  // the sessions are children of their own
  sh('for p in $(ip netns pids isp); do kill -9 $p; done; true')
}

const PPPOE: Extract<InternetConnection['method'], { kind: 'pppoe' }> = {
  kind: 'pppoe',
  user: BASE.user,
  password: BASE.password,
  service: '',
  mtu: 'auto',
}
const SERIAL: InternetConnection['method'] = {
  kind: 'serial',
  device: '/dev/ttyTEST',
  speed: 115_200,
  phone: '5550100',
  chat: [
    { expect: '', send: 'AT&F' },
    { expect: 'OK', send: 'AT+X="a b"' },
  ],
  user: 'u',
  password: 'p',
}

let snapshot: Snapshot
const runDir = mkdtempSync('/run/box-')
const watcher = new LinkWatcher()
let service = newService()
const shaping = new ShapingService({ setShaped: () => undefined, log: (line) => console.log(line) })

function newService(): InternetService {
  const made = new InternetService({ runDir })
  made.connect({
    settings: () => snapshot.internet,
    reconsider: async () => void (await apply()),
  })
  return made
}

/** One after the other, as the dataplane does. */
let turn: Promise<unknown> = Promise.resolve()
const apply = (): Promise<unknown> => {
  turn = turn.then(applyNow, applyNow)
  return turn
}
const applyNow = async () => {
  const use = service.useOf(snapshot.internet)
  const inUse = { ...snapshot, internet: { ...snapshot.internet, use } }
  await service.apply(inUse, watcher.current)
  await shaping.apply(inUse, watcher.current)
}
/** @returns kbit/s of the queue before a session, as the kernel has it; null: it has none of ours */
const shapedTo = (device: string): number | null => {
  const queues = JSON.parse(sh(`tc -j qdisc show dev ${device}`)) as {
    kind: string
    options: { bandwidth: number }
  }[]
  const cake = queues.find(({ kind }) => kind === 'cake')
  // bytes a second
  return cake ? (cake.options.bandwidth * 8) / 1000 : null
}
const now = (): InternetConnectionStatus => service.status().connections.find(({ inUse }) => inUse)!

async function configure(
  method: InternetConnection['method'],
  more: Partial<InternetConnection> = {},
): Promise<void> {
  const connection: InternetConnection = { name: 'DSL', method, when: 'always', idleSeconds: 10, ...more }
  const internet: Internet = { use: 'DSL', connections: [connection], dialers: [] }
  const roles = [
    { name: 'lan0', role: 'lan' as const },
    { name: 'wan0', role: 'wan' as const },
  ]
  const line = { connection: 'DSL', download: 40_000, upload: 9000, link: 'none' } as const
  const held = { enabled: true, perMachine: true, lines: [line] }
  snapshot = { ...defaultSnapshot(roles), internet, shaping: held }
  await apply()
}

async function until(what: string, seconds: number, fits: (status: InternetConnectionStatus) => boolean) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const status = now()
    if (fits(status)) return status
    if (Date.now() > end)
      throw new Error(
        `${what}: not within ${seconds} s: ${JSON.stringify({ ...status, events: service.status().events.slice(0, 4) })}`,
      )
    await sleep(100)
  }
}
const up = (seconds = 25) => until('up', seconds, ({ state, address }) => state === 'up' && address !== null)

await watcher.start()
watcher.on('change', () => void apply())

await finding('chap', async () => {
  await provide()
  await configure(PPPOE)
  const status = await up()
  const options = join(runDir, 'internet/ppp-options')
  const commandLines = sh('cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "')
  return {
    status,
    events: service.status().events,
    mode: statSync(options).mode & 0o777,
    passwordVisible: commandLines.includes('pass\\word'),
    route: sh('ip -4 route show default'),
    ping: sh(`ping -c 2 -i 0.2 -W 2 ${BASE.own} | grep -c "bytes from" || true`).trim(),
    shaped: shapedTo('ppp0'),
    big: sh(`ping -c 1 -W 2 -M do -s 1472 ${BASE.own} | grep -c "bytes from" || true`).trim(),
  }
})

await finding('adopted', async () => {
  const before = service.daemons()[0]!.pid
  await service.stop()
  service = newService()
  await apply()
  const status = await up()
  return { before, after: service.daemons()[0]!.pid, status }
})

await finding('redial', async () => {
  await silence()
  const lost = await until('lost', 5, ({ state }) => state !== 'up').catch(() => null)
  // the provider's end vanished without a word; a terminate is what a provider sends that wants another address
  await provide({ address: '203.0.113.99' })
  if (!lost) process.kill(service.daemons()[0]!.pid!, 'SIGHUP')
  const began = Date.now()
  const status = await until('the new address', 40, ({ address }) => address === '203.0.113.99')
  const ms = Date.now() - began
  // the event of the new device may come after the one of its address
  for (let i = 0; i < 50 && shapedTo('ppp0') === null; i++) await sleep(100)
  return { status, ms, shaped: shapedTo('ppp0'), events: service.status().events.slice(0, 4) }
})

await finding('terminated by the provider', async () => {
  sh('for p in $(ip netns pids isp); do grep -q pppd /proc/$p/comm && kill -TERM $p; done; true')
  const status = await until('told', 10, ({ problem }) => problem !== null)
  const again = await up(30)
  return { problem: status.problem, again: again.address }
})

await finding('pap', async () => {
  await provide({ auth: 'pap' })
  await configure({ ...PPPOE, mtu: 1492 })
  const { address, mtu } = await up()
  return { address, mtu }
})

await finding('wrong password', async () => {
  await configure({ ...PPPOE, password: 'guess' })
  const refused = ({ problem }: InternetConnectionStatus) => problem?.includes('refused the user') === true
  const pap = await until('refused', 40, refused)
  await provide()
  await configure({ ...PPPOE, password: 'guess again' })
  const chap = await until('refused', 40, refused)
  return { pap: pap.problem, chap: chap.problem, pause: chap.nextAttemptAt! - Date.now() }
})

await finding('on demand', async () => {
  await configure(PPPOE, { when: 'demand', idleSeconds: 10 })
  await sleep(500)
  const before = now().state
  service.need()
  await up()
  const began = Date.now()
  await until('hung up', 40, ({ state }) => state === 'waiting')
  const idle = Date.now() - began
  service.need()
  const again = await up()
  return { before, idle, again: again.state }
})

await finding('nobody answers', async () => {
  await configure(SERIAL, { when: 'manual' })
  await silence()
  await configure(PPPOE)
  const status = await until('no answer', 45, ({ state }) => state === 'failed')
  return { problem: status.problem }
})

/** A modem behind /dev/ttyTEST; nobody dials before it listens. */
async function plugModemIn(): Promise<ChildProcess> {
  await configure(SERIAL, { when: 'manual' })
  const modem = join(import.meta.dirname, 'modem.sh')
  const ends = ['PTY,link=/dev/ttyTEST,raw,echo=0', `EXEC:${modem},pty,raw,echo=0,setsid,ctty`]
  const line = spawn('socat', ends, { stdio: 'ignore' })
  for (let i = 0; i < 50 && !existsSync('/dev/ttyTEST'); i++) await sleep(100)
  await sleep(500)
  return line
}

await finding('serial', async () => {
  const line = await plugModemIn()
  await configure(SERIAL)
  const status = await up(40)
  line.kill('SIGKILL')
  const lost = await until('lost', 20, ({ state }) => state === 'failed')
  return { status, lost: lost.problem }
})

await finding('busy', async () => {
  await plugModemIn()
  await configure({ ...SERIAL, phone: '666' })
  const status = await until('told', 40, ({ problem }) => problem !== null)
  return { problem: status.problem }
})

console.log('@@ {"name":"end","ok":true}')
process.exit(0)
