/**
 * The Internet connections of the stand-in: they follow the settings that were applied, come up a moment after they were dialled,
 * and know who may dial. A test turns what the wire answers (`wire`), what the check finds (`findings`), or gives a
 * connection a state of its own (`tell`).
 */
import { argon2Sync, timingSafeEqual } from 'node:crypto'
import { type InternetConnection, isPpp, PPP_DEVICE, type Snapshot } from '@bauta/config'
import type {
  CheckReply,
  DialerLogin,
  DialRequest,
  InternetConnectionStatus,
  InternetEvent,
  InternetStatus,
  ProbeReply,
} from '../internet.ts'
import type { FakeHome } from './home.ts'

/** How long a call takes here. */
const DIAL_MS = 1500
const DAY_MS = 86_400_000

export const FIRST_WIRE: ProbeReply = {
  ports: [
    { device: 'lan0', carrier: true, dhcp: null, pppoe: null },
    {
      device: 'wan0',
      carrier: true,
      dhcp: { server: '203.0.113.1', address: '203.0.113.24', bits: 24, gateway: '203.0.113.1' },
      pppoe: null,
    },
  ],
  wan: { device: 'wan0', method: 'dhcp' },
}

const ALL_WELL: CheckReply['steps'] = [
  { name: 'cable', state: 'ok', text: 'wan0 has a signal at 1000 Mbit/s', advice: null, ms: 1 },
  { name: 'address', state: 'ok', text: '203.0.113.24 from the provider', advice: null, ms: 1 },
  { name: 'gateway', state: 'ok', text: '203.0.113.1 answers', advice: null, ms: 4 },
  { name: 'dns', state: 'ok', text: 'names are found', advice: null, ms: 18 },
  { name: 'mtu', state: 'ok', text: 'packets of 1500 bytes pass', advice: null, ms: 40 },
  { name: 'site', state: 'ok', text: 'www.example.org answers', advice: null, ms: 61 },
]

/** What one connection does now; the rest of its status follows from it and from the settings. */
interface Line {
  wanted: boolean
  since: number
  upAt: number | null
  attempts: number
}

/** Status and words of a refusal. */
export type Refused = { status: 403 | 404 | 409; message: string }

export class FakeInternet {
  wire: ProbeReply = structuredClone(FIRST_WIRE)
  findings: CheckReply['steps'] = structuredClone(ALL_WELL)
  readonly events: InternetEvent[] = []
  readonly #home: FakeHome
  readonly #settings: () => Snapshot
  readonly #lines = new Map<string, Line>()
  readonly #told = new Map<string, Partial<InternetConnectionStatus>>()
  /** Dialled by somebody instead of the connection of the settings, until the settings name another one. */
  #dialled: { use: string; instead: string } | null = null

  constructor(home: FakeHome, settings: () => Snapshot) {
    this.#home = home
    this.#settings = settings
  }

  /** Gives a connection a state that it would not have by itself; null: no more. */
  tell(name: string, what: Partial<InternetConnectionStatus> | null): void {
    if (what) this.#told.set(name, what)
    else this.#told.delete(name)
  }

  status(): InternetStatus {
    const { internet } = this.#settings()
    const use = this.#use()
    return {
      use,
      connections: internet.connections.map((connection) => this.#statusOf(connection, use)),
      events: this.events.slice(0, 200),
    }
  }

  dial(request: DialRequest): InternetStatus | Refused {
    const refused = this.#refusal(request)
    if (refused) return refused
    const { internet } = this.#settings()
    const before = this.#use()
    if (before !== request.connection) {
      this.#line(before).wanted = false
      this.#dialled = { use: request.connection, instead: internet.use }
    }
    const line = this.#line(request.connection)
    const now = this.#home.now
    if (!line.wanted || line.upAt === null)
      Object.assign(line, { wanted: true, since: now, upAt: now + DIAL_MS, attempts: line.attempts + 1 })
    this.#note(request, 'dialled')
    return this.status()
  }

  hangUp(request: DialRequest): InternetStatus | Refused {
    const refused = this.#refusal(request)
    if (refused) return refused
    Object.assign(this.#line(request.connection), {
      wanted: false,
      since: this.#home.now,
      upAt: null,
    })
    this.#note(request, 'hung up')
    return this.status()
  }

  /** @returns null: the name or the password is wrong */
  dialer({ name, password }: DialerLogin): { name: string; connections: string[] } | null {
    const found = this.#settings().internet.dialers.find((dialer) => dialer.name === name)
    if (!found || !isPassword(password, found.passwordHash)) return null
    return { name, connections: found.connections }
  }

  check(): CheckReply {
    return { at: this.#home.now, steps: this.findings }
  }

  #use(): string {
    const { internet } = this.#settings()
    const dialled = this.#dialled
    if (dialled?.instead !== internet.use) return internet.use
    return internet.connections.some(({ name }) => name === dialled.use) ? dialled.use : internet.use
  }

  #refusal({ connection, who, as }: DialRequest): Refused | null {
    const { internet } = this.#settings()
    const found = internet.connections.find(({ name }) => name === connection)
    if (!found) return { status: 404, message: `There is no connection “${connection}”.` }
    const dialer = internet.dialers.find(({ name }) => name === who)
    if (as === 'dialer' && !dialer?.connections.includes(connection))
      return { status: 403, message: `${who} may not dial ${connection}.` }
    if (found.method.kind === 'system')
      return {
        status: 409,
        message: `The operating system cares for ${connection}; it cannot be dialled here.`,
      }
    return null
  }

  #note({ connection, who }: DialRequest, text: string): void {
    this.events.unshift({ at: this.#home.now, who, connection, text })
  }

  #line(name: string): Line {
    let line = this.#lines.get(name)
    if (!line) {
      const { startedAt } = this.#home
      const manual =
        this.#settings().internet.connections.find((entry) => entry.name === name)?.when === 'manual'
      line = {
        wanted: !manual,
        since: startedAt + 4000,
        upAt: manual ? null : startedAt + 4000,
        attempts: 0,
      }
      this.#lines.set(name, line)
    }
    return line
  }

  #statusOf(connection: InternetConnection, use: string): InternetConnectionStatus {
    const { name, method, when } = connection
    const inUse = name === use
    const line = this.#line(name)
    const now = this.#home.now
    const up = inUse && line.wanted && line.upAt !== null && now >= line.upAt
    const state = up
      ? 'up'
      : !inUse
        ? 'down'
        : line.wanted
          ? 'connecting'
          : when === 'demand'
            ? 'waiting'
            : 'down'
    const wan = this.#settings().interfaces.list.find(({ role }) => role === 'wan')?.name ?? null
    const port = method.kind === 'serial' ? method.device : wan
    const since = up ? line.upAt! : line.since
    return {
      name,
      kind: method.kind,
      when,
      inUse,
      state,
      since,
      device: up ? (isPpp(method.kind) ? PPP_DEVICE : wan) : null,
      port,
      address: up ? (method.kind === 'static' ? method.address : '203.0.113.24') : null,
      gateway: up ? (method.kind === 'static' ? method.gateway : '203.0.113.1') : null,
      mtu: up ? (isPpp(method.kind) ? 1492 : 1500) : null,
      dnsServers: up ? (method.kind === 'static' ? method.dnsServers : ['203.0.113.53']) : [],
      lease:
        up && method.kind === 'dhcp'
          ? { server: '203.0.113.1', obtainedAt: since, renewsAt: now + DAY_MS / 2, expiresAt: now + DAY_MS }
          : null,
      session:
        up && method.kind === 'pppoe'
          ? { peer: 'bras1.example.net', service: method.service, id: 29, since }
          : null,
      problem: null,
      attempts: line.attempts,
      nextAttemptAt: null,
      rate: up ? { down: this.#home.rate.down, up: this.#home.rate.up } : { down: 0, up: 0 },
      bytes: up ? { down: (now - since) * 640, up: (now - since) * 40 } : { down: 0, up: 0 },
      ...this.#told.get(name),
    }
  }
}

/** As the dataplane checks it: argon2id with the parameters that the hash names. */
function isPassword(password: string, kept: string): boolean {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(kept)
  if (!found) return false
  const [, memory, passes, parallelism, salt, hash] = found
  const wanted = Buffer.from(hash!, 'base64')
  const given = argon2Sync('argon2id', {
    message: Buffer.from(password.normalize('NFC')),
    nonce: Buffer.from(salt!, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: wanted.length,
  })
  return timingSafeEqual(given, wanted)
}
