/**
 * Runs inside a guest whose kernel has PPP: the product's own dataplane before a household, and callers outside who dial in. Each
 * finding is a line `@@ {"name": …}`, read by dialin.test.ts outside.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import type { Dialin } from '@bauta/config'
import type { DialinLineStatus } from '@bauta/control'
import { until } from '../lab/shell.ts'
import {
  ADDRESSES,
  ANNA,
  addressOf,
  at,
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
  WHO,
} from './dialin-house.ts'
import { finding } from './finding.ts'

const OLD = { name: 'old-machine', password: 'other' }

const ON: Dialin = {
  enabled: true,
  pap: false,
  lines: [
    {
      protocol: 'ppp',
      device: MODEM.box,
      speed: 115_200,
      kind: 'modem',
      init: 'ATS0=1',
      address: ADDRESSES[0],
    },
    { protocol: 'ppp', device: CABLE.box, speed: 115_200, kind: 'direct', init: 'AT', address: ADDRESSES[1] },
  ],
  accounts: [ANNA, OLD],
}

const { box, telephone } = await settle()
const set = box.set.bind(box)
const line = box.line.bind(box)
const state = (wanted: DialinLineStatus['state'], place = 0): Promise<DialinLineStatus> =>
  box.state(wanted, place, () => lastCall?.said() ?? '')

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
    devices: await box.devicesWith(ADDRESSES[0]),
    traffic: await box.trafficOf('dialin0'),
  }
  return result
})

await finding('a file', async () => {
  const before = await box.carried()
  const bytes = await download()
  return { bytes, carried: (await box.carried()) - before }
})

await finding('another source', async () => {
  await inside('caller', 'ip', 'address', 'add', '192.168.77.99/32', 'dev', 'lo')
  const before = await box.spoofed()
  const answered = await pings('caller', WHO.address, ['-I', '192.168.77.99'])
  const others = await pings('caller', WHO.address)
  return { answered, others, dropped: (await box.spoofed()) - before }
})

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
  const counted = (await box.dataplane.counters()).rules.find(({ id }) => id === 101)
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
  box.kill()
  await box.start()
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
  return { left, status: await box.dataplane.dialin() }
})

end()
