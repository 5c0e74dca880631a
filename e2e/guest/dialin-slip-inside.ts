/**
 * Runs inside a guest whose kernel has SLIP: the product's own dataplane before a household, and callers outside who speak SLIP by real
 * slattach. Each finding is a line `@@ {"name": …}`, read by dialin-slip.test.ts outside.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Dialin, DialinProtocol } from '@bauta/config'
import type { DialinLineStatus } from '@bauta/control'
import { until } from '../lab/shell.ts'
import {
  ADDRESSES,
  ANNA,
  BOX,
  CABLE,
  download,
  end,
  from,
  HOME,
  inside,
  MODEM,
  pings,
  reachesOut,
  rule,
  seenAs,
  settle,
  sh,
} from './dialin-house.ts'
import { finding } from './finding.ts'
import { Cable } from './telephone.ts'

const CALLER = path.join(import.meta.dirname, 'slip-caller.sh')

const settings = (cable: DialinProtocol, more: Partial<Dialin> = {}): Dialin => ({
  enabled: true,
  pap: false,
  lines: [
    {
      protocol: 'slip-adaptive',
      device: MODEM.box,
      speed: 115_200,
      kind: 'modem',
      init: 'ATS0=1',
      address: ADDRESSES[0],
    },
    {
      protocol: cable,
      device: CABLE.box,
      speed: 115_200,
      kind: 'direct',
      init: 'AT',
      address: ADDRESSES[1],
    },
  ],
  accounts: [ANNA],
  ...more,
})

let { box, telephone, cable } = await settle()
interface Caller {
  child: ChildProcess
  said: () => string
  over: Promise<unknown>
}
/** For who reads why it failed. */
let last: Caller | null = null
const state = (wanted: DialinLineStatus['state'], place = 0): Promise<DialinLineStatus> =>
  box.state(wanted, place, () => last?.said() ?? '')

function run(program: string, ...args: string[]): Caller {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said += text
    })
  last = { child, said: () => said, over: new Promise((resolve) => child.once('exit', resolve)) }
  return last
}

/** Dials, and answers what it is asked; a backslash is chat's own. */
const login = (...tries: { name: string; password: string }[]): string[] => [
  ...['', 'ATDT5550100', 'CONNECT', '\\c'],
  ...tries.flatMap(({ name, password }) => ['ogin:', name, 'word:', password.replaceAll('\\', '\\\\')]),
]
const BEGINS = `SLIP session from ${HOME.box} to ${ADDRESSES[0]} beginning...`
const dialled = (who = ANNA): Caller =>
  run(CALLER, MODEM.caller, 'cslip', 'far0', ADDRESSES[0], HOME.box, ...login(who), BEGINS, '\\c')
const plugged = (mode: 'slip' | 'cslip'): Caller =>
  run(CALLER, CABLE.caller, mode, 'far1', ADDRESSES[1], HOME.box)
const isThere = async (device: string): Promise<boolean> =>
  (await inside('box', 'ip', 'link', 'show', device)) !== ''

await finding('waits', async () => {
  const actions = await box.set(settings('cslip'))
  const modem = await state('waiting')
  const open = await state('open', 1)
  cable.letGo()
  return {
    actions,
    modem,
    open,
    again: await box.set(settings('cslip')),
    mode: statSync(`${BOX}/run/dialin/accounts.json`).mode & 0o777,
    passwordVisible: (
      await sh('cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" " "')
    ).includes('pass\\word'),
  }
})

let old = plugged('cslip')
await finding('at the cable', async () => {
  await reachesOut()
  const before = await box.carried()
  return {
    seenAs: await seenAs(),
    box: await pings('caller', HOME.box),
    bytes: await download(),
    carried: (await box.carried()) - before,
    devices: await box.devicesWith(ADDRESSES[1]),
    traffic: await box.trafficOf('dialin1'),
  }
})

await finding('another source', async () => {
  await inside('caller', 'ip', 'address', 'add', '192.168.77.99/32', 'dev', 'lo')
  const before = await box.spoofed()
  const answered = await pings('caller', '93.184.216.34', ['-I', '192.168.77.99'])
  return { answered, dropped: (await box.spoofed()) - before }
})

await finding('a neighbour', async () => {
  const closed = await pings('home', ADDRESSES[1])
  await box.set(settings('cslip'), [
    rule(100, { inInterface: from('@lan'), outInterface: from('@lan'), target: { verdict: 'ACCEPT' } }),
  ])
  const inwards = await until('a neighbour reaches the old machine', 5, () => pings('home', ADDRESSES[1]))
  return { closed, inwards, outwards: await pings('caller', HOME.machine) }
})

await finding('a rule', async () => {
  await box.set(settings('cslip'), [rule(101, { inInterface: from('dialin1'), target: { verdict: 'DENY' } })])
  const denied = await seenAs()
  const counted = (await box.dataplane.counters()).rules.find(({ id }) => id === 101)
  await box.set(settings('cslip'))
  return { denied, counted, again: await seenAs() }
})

await finding('the cable is pulled', async () => {
  await cable.cut()
  old.child.kill('SIGTERM')
  const { last } = await box.ended(null, 1)
  const gone = await state('failed', 1)
  const device = await isThere('dialin1')
  cable = await Cable.lay(CABLE.box, CABLE.caller)
  await box.set(settings('slip'))
  await state('open', 1)
  cable.letGo()
  old = plugged('slip')
  await reachesOut()
  const seen = await seenAs()
  old.child.kill('SIGTERM')
  return { last, problem: gone.problem, device, seen }
})

let anna = dialled()
await finding('logged in', async () => {
  const status = await state('on')
  await reachesOut()
  return {
    status,
    seenAs: await seenAs(),
    box: await pings('caller', HOME.box),
    bytes: await download(),
    devices: await box.devicesWith(ADDRESSES[0]),
    traffic: await box.trafficOf('dialin0'),
    // what is typed as a password is not shown
    echoed: anna.said().includes('^Manna') || /word: pass/.test(anna.said()),
  }
})

await finding('killed', async () => {
  box.kill()
  await box.start()
  const { caller } = await state('on')
  await reachesOut()
  return { caller, seenAs: await seenAs() }
})

await finding('hung up', async () => {
  await telephone.hangUp()
  anna.child.kill('SIGTERM')
  const { last } = await state('waiting')
  const device = await isThere('dialin0')
  anna = dialled()
  const { caller } = await state('on')
  await reachesOut()
  return { last, device, caller, seen: await seenAs() }
})

await finding('an account that is gone', async () => {
  await box.set(settings('slip', { accounts: [{ name: 'ben', password: 'b' }] }))
  // the other modem knows of nothing yet
  const left = await isThere('dialin0')
  await telephone.hangUp()
  anna.child.kill('SIGTERM')
  return { state: (await state('waiting')).state, left }
})

async function refused(call: () => Caller) {
  await box.set(settings('slip'))
  const { last: before } = await state('waiting')
  const tried = call()
  const { last } = await box.ended(before)
  tried.child.kill('SIGTERM')
  await telephone.hangUp()
  await state('waiting')
  return { last, let: await isThere('dialin0'), said: tried.said() }
}
const talks = (...tries: { name: string; password: string }[]): Caller =>
  run(CALLER, MODEM.caller, 'slip', 'far0', ADDRESSES[0], HOME.box, ...login(...tries), 'SLIP', '\\c')
const wrong = { ...ANNA, password: 'guess' }
await finding('wrong password', () => refused(() => talks(wrong, wrong, wrong)))
await finding('unknown', () => {
  const mallory = { name: 'mallory', password: 'guess' }
  return refused(() => talks(wrong, mallory, mallory))
})
await finding('speaks PPP', () =>
  refused(() =>
    run(
      'pppd',
      ...[MODEM.caller, '115200', 'nodetach', 'noauth', 'connect'],
      "chat -v -s -S '' ATDT5550100 CONNECT '\\c'",
    ),
  ),
)

await finding('switched off', async () => {
  await box.set(settings('slip', { enabled: false }))
  return {
    notes: [0, 1].filter((place) => existsSync(`${BOX}/run/dialin/${place}/slip.json`)),
    devices: [await isThere('dialin0'), await isThere('dialin1')],
    status: await box.dataplane.dialin(),
  }
})

end()
