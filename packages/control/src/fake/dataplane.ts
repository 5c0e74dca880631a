/**
 * A stand-in for the dataplane: every endpoint of its unix socket, with moving figures and no packet. For tests, and for
 * work on the pages (e2e/fixtures/fake-dataplane.ts runs it by itself).
 *
 * Apply checks the snapshot as the real one does and keeps it, in memory only. Tests start it in process, turn the next
 * apply down, make it slow, or look at what was applied.
 */
import { rmSync } from 'node:fs'
import http from 'node:http'
import { chainLabel, defaultSnapshot, faultsOf, NOUNS, pathInterfaces, type Snapshot } from '@bauta/config'
import { type ForwardTest, type ForwardTestReply, forwardTestSchema } from '../forwards.ts'
import { type DialRequest, dialerLoginSchema, dialRequestSchema } from '../internet.ts'
import { watchRequestSchema } from '../monitor.ts'
import {
  type AppliedSettings,
  type ApplyReply,
  applyRequestSchema,
  confirmRequestSchema,
  connectionQuerySchema,
  type Refusal,
  zeroRequestSchema,
} from '../schemas.ts'
import { logQuerySchema } from '../system.ts'
import { traceRequestSchema } from '../trace.ts'
import { FakeHome } from './home.ts'
import { FakeHousehold } from './household.ts'
import { FakeInternet, type Refused } from './internet.ts'
import { FakeMonitor } from './monitor.ts'
import { procText } from './proc-text.ts'
import { FakeSystem } from './system.ts'
import { fakeTrace } from './trace.ts'

export interface FakeOptions {
  socket: string
  snapshot?: Snapshot
  /** How often streams speak. */
  everyMs?: number
  now?: () => number
}

/** What a test may turn. */
export interface Behaviour {
  /** The next applies are answered 422 with this. */
  refusal: Refusal | null
  /** The status of those answers; 507: the settings could not be kept. */
  refusalStatus: 422 | 507
  /** Applies are answered after this many milliseconds. */
  delayMs: number
  /** Applies are taken, but the connection is cut before the answer. */
  hangUp: boolean
}

export interface FakeDataplane {
  readonly applied: { revision: number; snapshot: Snapshot }[]
  readonly current: AppliedSettings
  readonly behaviour: Behaviour
  readonly home: FakeHome
  readonly internet: FakeInternet
  readonly household: FakeHousehold
  readonly system: FakeSystem
  /** Nobody confirmed in time: as the box's own timer does it. */
  goBack(why: 'time' | 'asked'): void
  /** Streams open now. */
  readonly streams: () => number
  close(): Promise<void>
}

const HOUSE: Snapshot['interfaces']['list'] = [
  { name: 'lan0', role: 'lan' },
  { name: 'wan0', role: 'wan' },
]

export async function startFakeDataplane(options: FakeOptions): Promise<FakeDataplane> {
  const clock = options.now ?? Date.now
  const home = new FakeHome(clock())
  const behaviour: Behaviour = { refusal: null, refusalStatus: 422, delayMs: 0, hangUp: false }
  const applied: FakeDataplane['applied'] = []
  const current: AppliedSettings = {
    revision: 0,
    snapshot: options.snapshot ?? defaultSnapshot(HOUSE),
    pending: null,
    wentBack: null,
  }
  let before: { revision: number; snapshot: Snapshot } | null = null
  let timer: NodeJS.Timeout | undefined
  const internet = new FakeInternet(home, () => current.snapshot)
  const household = new FakeHousehold(home, () => current.snapshot)
  const system = new FakeSystem(home)
  const monitor = new FakeMonitor(home)
  let streams = 0

  const status = () => ({
    ...home.status(current.revision, pathInterfaces(current.snapshot)),
    pending: current.pending,
    wentBack: current.wentBack,
  })
  const counters = () =>
    home.counters(
      current.snapshot.rules.chains.flatMap((chain) => chain.rules.map((rule) => rule.id)),
      current.snapshot.rules.chains.flatMap((chain) => (chain.policy ? [chainLabel(chain)] : [])),
      current.snapshot.helpers,
    )
  const page = (url: URL) => home.page(connectionQuerySchema.parse(Object.fromEntries(url.searchParams)))

  const stream = (reply: http.ServerResponse, event: string, value: () => unknown) => {
    streams++
    reply.writeHead(200, { 'content-type': 'text/event-stream' })
    const say = () => {
      home.advance(clock())
      reply.write(`event: ${event}\ndata: ${JSON.stringify(value())}\n\n`)
    }
    say()
    const timer = setInterval(say, options.everyMs ?? 1000)
    reply.on('close', () => {
      clearInterval(timer)
      streams--
    })
  }

  const apply = async (request: http.IncomingMessage, reply: http.ServerResponse, keep: boolean) => {
    const parsed = applyRequestSchema.safeParse(JSON.parse(await textOf(request)))
    if (behaviour.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, behaviour.delayMs))
    if (!parsed.success)
      return json(reply, 422, {
        message: 'these settings are not well formed',
        faults: faultsOf(parsed.error),
      })
    if (behaviour.refusal) return json(reply, behaviour.refusalStatus, behaviour.refusal)
    const { revision, snapshot, confirmSeconds } = parsed.data
    const answer = replyTo(revision, current.snapshot, snapshot)
    if (keep) {
      clearTimeout(timer)
      before = { revision: current.revision, snapshot: current.snapshot }
      current.revision = revision
      current.snapshot = snapshot
      current.wentBack = null
      current.pending = confirmSeconds
        ? { revision, since: clock(), until: clock() + confirmSeconds * 1000 }
        : null
      if (confirmSeconds) timer = setTimeout(() => goBack('time'), confirmSeconds * 1000)
      applied.push({ revision, snapshot })
      if (behaviour.hangUp) return void request.socket.destroy()
    }
    json(reply, 200, keep ? { ...answer, pending: current.pending } : answer)
  }

  const goBack = (why: 'time' | 'asked') => {
    if (!current.pending || !before) return
    clearTimeout(timer)
    current.wentBack = { revision: current.pending.revision, at: clock(), why }
    Object.assign(current, before, { pending: null })
  }

  const zeroCounters = async (request: http.IncomingMessage, reply: http.ServerResponse) => {
    const { rules, policies } = zeroRequestSchema.parse(JSON.parse(await textOf(request)))
    for (const id of rules) home.rules.set(id, { packets: 0, bytes: 0 })
    for (const chain of policies) home.policies.set(chain, { packets: 0, bytes: 0 })
    json(reply, 200, counters())
  }

  const confirm = async (request: http.IncomingMessage, reply: http.ServerResponse) => {
    const { revision, keep } = confirmRequestSchema.parse(JSON.parse(await textOf(request)))
    if (current.pending?.revision !== revision)
      return json(reply, 409, { message: `revision ${revision} does not wait to be confirmed`, faults: [] })
    if (keep) {
      clearTimeout(timer)
      current.pending = null
    } else goBack('asked')
    json(reply, 200, current)
  }

  const traceIt = async (request: http.IncomingMessage, reply: http.ServerResponse) => {
    const parsed = traceRequestSchema.safeParse(JSON.parse(await textOf(request)))
    if (parsed.success) json(reply, 200, fakeTrace(parsed.data, current.revision, current.snapshot))
    else json(reply, 422, { message: 'this packet cannot be', faults: faultsOf(parsed.error) })
  }

  const watch = async (request: http.IncomingMessage, reply: http.ServerResponse) => {
    const parsed = watchRequestSchema.safeParse(JSON.parse(await textOf(request)))
    if (!parsed.success)
      return json(reply, 422, { message: 'this cannot be watched', faults: faultsOf(parsed.error) })
    const state = monitor.start(parsed.data)
    if (state) json(reply, 200, state)
    else json(reply, 404, { message: 'there is no such connection; it may have ended', faults: [] })
  }

  const power = (reply: http.ServerResponse, what: string) => {
    if (system.kind === 'guest')
      return json(reply, 409, {
        message: 'Bauta is a guest on this machine, which starts again only by its own means.',
        faults: [],
      })
    system.power.push(what)
    json(reply, 200, { at: clock() + 2000 })
  }

  const server = http.createServer((request, reply) => {
    home.advance(clock())
    const url = new URL(request.url ?? '/', 'http://dataplane')
    const route = `${request.method} ${url.pathname}`
    const ended = /^DELETE \/v1\/connections\/([^/]+)$/.exec(route)
    if (ended)
      return home.end(decodeURIComponent(ended[1]!))
        ? json(reply, 200, { ended: true })
        : json(reply, 404, { message: 'there is no such connection any more', faults: [] })
    const lease = /^DELETE \/v1\/leases\/([^/]+)$/.exec(route)
    if (lease)
      return household.endLease(decodeURIComponent(lease[1]!))
        ? json(reply, 200, { ended: true })
        : json(reply, 404, { message: 'nobody has this address any more', faults: [] })
    switch (route) {
      case 'GET /v1/lan':
        return json(reply, 200, household.lan())
      case 'GET /v1/ports':
        return json(reply, 200, household.ports())
      case 'GET /v1/devices':
        return json(reply, 200, household.devices())
      case 'GET /v1/devices/stream':
        return stream(reply, 'devices', () => household.devices())
      case 'GET /v1/dialin':
        return json(reply, 200, household.dialin())
      case 'GET /v1/shaping':
        return json(reply, 200, household.shaping())
      case 'GET /v1/time':
        return json(reply, 200, household.time())
      case 'GET /v1/system':
        return json(reply, 200, system.status())
      case 'GET /v1/system/log':
        return json(reply, 200, system.log(logQuerySchema.parse(Object.fromEntries(url.searchParams))))
      case 'POST /v1/system/reboot':
        return power(reply, 'reboot')
      case 'POST /v1/system/factory-reset':
        return power(reply, 'factory-reset')
      case 'GET /v1/monitor':
        return json(reply, 200, monitor.state())
      case 'GET /v1/monitor/stream':
        return stream(reply, 'monitor', () => monitor.state())
      case 'GET /v1/monitor/pcapng':
        return void reply.writeHead(200, { 'content-type': 'application/x-pcapng' }).end(monitor.file())
      case 'POST /v1/monitor':
        return void watch(request, reply)
      case 'DELETE /v1/monitor':
        monitor.stop()
        return json(reply, 200, monitor.state())
      case 'POST /v1/trace':
        return void traceIt(request, reply)
      case 'POST /v1/confirm':
        return void confirm(request, reply)
      case 'GET /v1/status':
        return json(reply, 200, status())
      case 'GET /v1/status/stream':
        return stream(reply, 'status', status)
      case 'GET /v1/connections':
        return json(reply, 200, page(url))
      case 'GET /v1/connections/stream':
        return stream(reply, 'page', () => page(url))
      case 'GET /v1/counters':
        return json(reply, 200, counters())
      case 'POST /v1/counters/zero':
        return void zeroCounters(request, reply)
      case 'GET /v1/counters/stream':
        return stream(reply, 'counters', counters)
      case 'GET /v1/dns':
        return json(reply, 200, dns(home, current.snapshot))
      case 'GET /v1/dns/why':
        return json(reply, 200, whyBlocked(current.snapshot, url.searchParams.get('name') ?? ''))
      case 'POST /v1/dns/blocklists/fetch':
        return json(reply, 200, { begun: true })
      case 'GET /v1/settings':
        return json(reply, 200, current)
      case 'POST /v1/apply':
        return void apply(request, reply, true)
      case 'POST /v1/check':
        return void apply(request, reply, false)
      case 'GET /metrics':
        return plain(reply, `# TYPE bauta_connections gauge\nbauta_connections ${home.flows.length}\n`)
    }
    if (route === 'POST /v1/forwards/test')
      return void textOf(request).then((text) =>
        json(reply, 200, forwardTest(forwardTestSchema.parse(JSON.parse(text)))),
      )
    const wan = internetRoute(internet, route)
    if (wan === 'stream') return stream(reply, 'internet', () => internet.status())
    if (wan) return void wan(request, reply)
    const text = procText(url.pathname, home, current.snapshot)
    if (text !== null && request.method === 'GET') return plain(reply, text)
    json(reply, 404, { message: `there is nothing at ${url.pathname}`, faults: [] })
  })

  rmSync(options.socket, { force: true })
  await new Promise<void>((resolve) => server.listen(options.socket, resolve))
  return {
    applied,
    current,
    behaviour,
    home,
    internet,
    household,
    system,
    goBack,
    streams: () => streams,
    close: () =>
      new Promise((resolve) => {
        clearTimeout(timer)
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** In the invented household web servers answer, and nothing else does. */
function forwardTest({ protocol, address, port }: ForwardTest): ForwardTestReply {
  const where = `${address} port ${port}`
  if (protocol === 'udp')
    return {
      result: 'unknown',
      text: 'Nothing speaks against it: UDP programs mostly answer only what they understand.',
    }
  if ([80, 443, 8080].includes(port)) return { result: 'answers', text: `${where} answers.` }
  return { result: 'refused', text: `${address} is there, but no program listens on TCP port ${port}.` }
}

type Answer = (request: http.IncomingMessage, reply: http.ServerResponse) => Promise<void>

/** The endpoints of the Internet connections. */
function internetRoute(internet: FakeInternet, route: string): Answer | 'stream' | null {
  const call =
    (act: (request: DialRequest) => unknown): Answer =>
    async (request, reply) => {
      const answer = act(dialRequestSchema.parse(JSON.parse(await textOf(request)))) as Refused | object
      if ('message' in answer) json(reply, answer.status, { message: answer.message, faults: [] })
      else json(reply, 200, answer)
    }
  switch (route) {
    case 'GET /v1/internet':
      return async (_, reply) => json(reply, 200, internet.status())
    case 'GET /v1/internet/stream':
      return 'stream'
    case 'POST /v1/internet/dial':
      return call((request) => internet.dial(request))
    case 'POST /v1/internet/hang-up':
      return call((request) => internet.hangUp(request))
    case 'POST /v1/internet/dialer':
      return async (request, reply) => {
        const rights = internet.dialer(dialerLoginSchema.parse(JSON.parse(await textOf(request))))
        if (rights) json(reply, 200, rights)
        else json(reply, 403, { message: 'The name or the password is wrong.', faults: [] })
      }
    case 'POST /v1/internet/probe':
      return async (_, reply) => json(reply, 200, internet.wire)
    case 'POST /v1/internet/check':
      return async (_, reply) => json(reply, 200, internet.check())
  }
  return null
}

function replyTo(revision: number, old: Snapshot, wanted: Snapshot): ApplyReply {
  const changed = NOUNS.filter((noun) => JSON.stringify(old[noun]) !== JSON.stringify(wanted[noun]))
  return {
    revision,
    actions: changed.map((noun) => `take the new ${noun}`),
    cut: changed.includes('rules') ? 2 : 0,
  }
}

function dns(home: FakeHome, snapshot: Snapshot) {
  return {
    running: snapshot.dns.enabled,
    problem: snapshot.dns.enabled ? null : 'DNS forwarding is switched off',
    pid: snapshot.dns.enabled ? 4321 : null,
    startedAt: home.startedAt,
    cacheSize: snapshot.dns.cacheSize,
    insertions: home.queries - home.hits,
    evictions: 0,
    hits: home.hits,
    misses: home.queries - home.hits,
    authoritative: 12,
    upstreams: ['93.184.216.53', '93.184.216.54'].map((server, i) => ({
      server,
      sent: Math.round((home.queries - home.hits) / (i + 1.5)),
      failed: i,
    })),
    lineServers: ['93.184.216.53', '93.184.216.54'],
    rebinds: [{ name: 'printer.example.net', at: home.now - 600_000, count: 3 }],
    blocked: snapshot.dns.blocklists.length > 0 ? Math.round(home.queries / 9) : 0,
    failed: 0,
    tlsProblem:
      snapshot.dns.transport === 'tls' && snapshot.dns.tlsServers.some(({ name }) => name === 'wrong.example')
        ? 'the certificate of 9.9.9.9 is not for wrong.example; look up the name that belongs to this server'
        : null,
    blocklists: snapshot.dns.blocklists
      .filter(({ enabled }) => enabled)
      .map(({ url }) => ({
        url,
        names: url.includes('missing') ? 0 : 201_344,
        fetchedAt: url.includes('missing') ? null : home.now - 3_600_000,
        problem: url.includes('missing') ? 'the server answers 404 (Not Found)' : null,
        fetching: false,
      })),
  }
}

/** Whatever begins with `ads.` is on the first list. */
function whyBlocked({ dns }: Snapshot, name: string) {
  const on = dns.blocklists.filter(({ enabled }) => enabled).slice(0, 1)
  const listed = name.startsWith('ads.') && on.length > 0
  const spared = listed && dns.blockAllow.some((allowed) => name === allowed || name.endsWith(`.${allowed}`))
  return {
    name,
    blocked: listed && !spared,
    domain: listed ? name : null,
    lists: listed ? on.map(({ url }) => url) : [],
    spared,
  }
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function json(reply: http.ServerResponse, status: number, value: unknown): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function plain(reply: http.ServerResponse, text: string): void {
  reply.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}
