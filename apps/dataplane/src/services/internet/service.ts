/**
 * The Internet connections: one of them is in use, at most one carries traffic.
 *
 * Which one is in use: the one of the settings, or another that somebody dialled since (intent.ts), until it is hung up or the
 * settings change. `useOf` says so to everybody who looks at the WAN. The one in use is an ActiveConnection (connection.ts); choosing
 * another ends it first, lease and session given back, and only then is the next one dialled.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  connectionInUse,
  formatAddress,
  INTERNET_BY_SYSTEM,
  type Internet,
  type InternetConnection,
  isPpp,
  pathInterfaces,
  type Snapshot,
} from '@bauta/config'
import type {
  CheckReply,
  DialerLogin,
  DialerRights,
  DialRequest,
  InternetStatus,
  ProbeReply,
} from '@bauta/control/schemas'
import { type Links, noLinks, readLinks } from '../../links.ts'
import type { DaemonStatus, Service } from '../../services.ts'
import type { Traffic } from '../../throughput.ts'
import { closePort } from '../closed-port.ts'
import { check } from './check.ts'
import { ActiveConnection } from './connection.ts'
import { DialServer } from './dial-server.ts'
import { Dialers } from './dialers.ts'
import { Diary } from './diary.ts'
import { IntentFile } from './intent.ts'
import { endLeftBehind, isLeftBehind } from './lasting-daemon.ts'
import { type LineOf, lineOf, type Place, placeOf } from './lines.ts'
import { momentNow } from './moments.ts'
import { probe } from './probe.ts'
import { statusOfConnections } from './status.ts'
import { LineTraffic } from './traffic.ts'

export interface InternetOptions {
  runDir: string
  log?: (line: string) => void
  lineOf?: LineOf
  now?: () => number
  random?: () => number
}

/** Where the service stands among the others; they exist only after it. */
export interface Surroundings {
  settings: () => Internet
  /** Another connection is in use, or the provider's servers are others: everybody who looks at the WAN looks again. */
  reconsider: () => Promise<void>
}

/** Asked for something that is not possible: what, and the status of the answer. */
export class DialRefused extends Error {
  readonly status: 403 | 404 | 409
  constructor(status: 403 | 404 | 409, message: string) {
    super(message)
    this.status = status
  }
}

const DAEMONS = ['dhcpcd', 'pppd'] as const

export class InternetService implements Service {
  readonly name = 'Internet'
  readonly nouns = ['internet', 'interfaces'] as const
  readonly #folder: string
  readonly #intent: IntentFile
  readonly #lineOf: LineOf
  readonly #now: () => number
  readonly #random: () => number
  readonly #diary: Diary
  readonly #traffic = new LineTraffic()
  #surroundings: Surroundings | null = null
  #active: ActiveConnection | null = null
  #key = ''
  #place: Place = { device: null, port: null }
  #links: Links = noLinks()
  #servers = ''
  readonly #dialers: Dialers
  readonly #dialServer: DialServer

  constructor(options: InternetOptions) {
    this.#folder = join(options.runDir, 'internet')
    mkdirSync(this.#folder, { recursive: true, mode: 0o755 })
    this.#intent = new IntentFile(join(this.#folder, 'intent.json'))
    this.#lineOf = options.lineOf ?? lineOf
    this.#now = options.now ?? Date.now
    this.#random = options.random ?? Math.random
    this.#diary = new Diary({
      file: join(this.#folder, 'diary.json'),
      now: this.#now,
      log: options.log ?? (() => undefined),
    })
    this.#dialers = new Dialers(() => this.#surroundings?.settings() ?? INTERNET_BY_SYSTEM, momentNow)
    this.#dialServer = new DialServer({
      dialers: this.#dialers,
      status: () => this.status(),
      dial: (connection, who) => this.dial(connection, who, 'dialer'),
      hangUp: (connection, who) => this.hangUp(connection, who, 'dialer'),
      note: (who, text) => this.#diary.note(who, '', text),
    })
  }

  connect(surroundings: Surroundings): void {
    this.#surroundings = surroundings
  }

  /** @returns the name of the connection that is in use under these settings */
  useOf(internet: Internet): string {
    const { use } = this.#intent.under(internet)
    return use !== null && internet.connections.some(({ name }) => name === use) ? use : internet.use
  }

  /** @param snapshot whose `internet.use` is already what `useOf` says */
  async apply(snapshot: Snapshot, links: Links): Promise<string[]> {
    this.#links = links
    this.#listen(snapshot, links)
    const connection = connectionInUse(snapshot.internet)
    const place = placeOf(connection, snapshot)
    const key = JSON.stringify([connection, place])
    const wanPort = snapshot.interfaces.list.find(({ role }) => role === 'wan')?.name
    if (wanPort && isPpp(connection.method.kind)) closePort(wanPort)
    if (key === this.#key) {
      this.#active?.relink(links)
      return []
    }
    const first = this.#active === null
    await this.#active?.end()
    this.#key = key
    this.#place = place
    this.#traffic.reset()
    if (first) await this.#endStrangers(connection)
    const active = this.#activate(connection, place)
    this.#active = active
    const { wanted } = this.#intent.under(this.#settings(snapshot))
    const dialled = wanted ?? (connection.when === 'demand' && first && this.#isRunning())
    // Killed while it was being hung up: nobody would look after what still runs.
    if (first && (wanted === false || (connection.when !== 'always' && !dialled))) await active.line.stop()
    if (wanted !== false) active.begin(dialled)
    return first || connection.method.kind === 'system' ? [] : [`${connection.name} is brought up`]
  }

  /** The provider's name servers; null where the system cares for the connection and knows them. */
  dnsServers(): string[] | null {
    if (!this.#active || this.#active.settings.method.kind === 'system') return null
    return this.#active.line.facts().dnsServers
  }

  /** @throws DialRefused */
  async dial(name: string, who: string, as: DialRequest['as']): Promise<void> {
    const { settings, active } = this.#allowed(name, who, as)
    this.#diary.note(who, name, 'dialled')
    if (active.settings.name === name) {
      this.#intent.set(settings, { wanted: true })
      active.dial()
      return
    }
    this.#intent.set(settings, { use: name === settings.use ? null : name, wanted: true })
    await this.#surroundings!.reconsider()
  }

  /** The one of the settings comes back when another one was dialled instead. @throws DialRefused */
  async hangUp(name: string, who: string, as: DialRequest['as']): Promise<void> {
    const { settings, active } = this.#allowed(name, who, as)
    if (active.settings.name !== name) return
    this.#diary.note(who, name, 'hung up')
    if (name !== settings.use) {
      this.#intent.set(settings, { use: null, wanted: null })
      await this.#surroundings!.reconsider()
      return
    }
    this.#intent.set(settings, { wanted: false })
    await active.hangUp()
  }

  /** Somebody in the house sends something while nothing is up. */
  need(): void {
    this.#active?.need()
  }

  /** Nobody wants it up. */
  get resting(): boolean {
    return this.#active !== null && (this.#active.state === 'waiting' || this.#active.state === 'down')
  }

  /** On demand, and nobody needed it yet. */
  get awaited(): boolean {
    return this.#active?.state === 'waiting'
  }

  /** @returns what somebody of the household may do; null where name or password is wrong, or it was tried too often */
  async login({ name, password }: DialerLogin): Promise<DialerRights | null> {
    const dialer = await this.#dialers.login(name, password)
    if (!dialer && this.#dialers.find(name)) this.#diary.note(name, '', 'gave a wrong password')
    return dialer && { name: dialer.name, connections: [...dialer.connections] }
  }

  /** Asks the wires of all ports. A PPPoE session or a lease that stands is not disturbed. */
  probe(ports: readonly string[]): Promise<ProbeReply> {
    return probe(ports)
  }

  check(): Promise<CheckReply> {
    const port = this.#place.port
    return check({
      connection: () => this.status().connections.find(({ inUse }) => inUse) ?? null,
      carrier: async () => port !== null && ((await readLinks()).devices.get(port)?.up ?? false),
      resolver: () => '127.0.0.1',
      now: this.#now,
    })
  }

  sample(traffic: ReadonlyMap<string, Traffic>, seconds: number): void {
    this.#traffic.sample(this.#place.device, traffic, seconds, this.#active?.upSince ?? null)
  }

  status(): InternetStatus {
    const settings = this.#surroundings?.settings()
    return {
      use: this.#active?.settings.name ?? settings?.use ?? '',
      connections: statusOfConnections({
        connections: settings?.connections ?? [],
        active: this.#active,
        place: this.#place,
        links: this.#links,
        traffic: this.#traffic,
      }),
      events: this.#diary.list(),
    }
  }

  daemons(): DaemonStatus[] {
    return this.#active?.line.daemons() ?? []
  }

  /** The household stays online while the dataplane is exchanged: what carries the connection goes on, and is adopted. */
  async stop(): Promise<void> {
    this.#dialServer.listen([])
    this.#active?.leave()
    this.#active = null
    this.#key = ''
  }

  #activate(connection: InternetConnection, place: Place): ActiveConnection {
    const active: ActiveConnection = new ActiveConnection(connection, this.#links, {
      line: (report) => this.#lineOf(connection, place, this.#folder, report),
      say: (text) => this.#diary.note('box', connection.name, text),
      changed: () => this.#tell(),
      now: momentNow,
      random: this.#random,
    })
    return active
  }

  /** DNS asks the provider's servers: others are news. */
  #tell(): void {
    const servers = JSON.stringify(this.dnsServers())
    if (servers === this.#servers) return
    this.#servers = servers
    void this.#surroundings?.reconsider()
  }

  /** What an earlier dataplane brought up for another kind of connection. */
  async #endStrangers({ method }: InternetConnection): Promise<void> {
    const ours =
      method.kind === 'dhcp' ? 'dhcpcd' : method.kind === 'pppoe' || method.kind === 'serial' ? 'pppd' : null
    for (const name of DAEMONS) if (name !== ours) await endLeftBehind({ name, folder: this.#folder })
  }

  /** A connection on demand that was up when the dataplane before was killed. */
  #isRunning(): boolean {
    return DAEMONS.some((name) => isLeftBehind({ name, folder: this.#folder }))
  }

  #settings(snapshot: Snapshot): Internet {
    return this.#surroundings?.settings() ?? snapshot.internet
  }

  /** The line protocol is off unless somebody could use it. */
  #listen(snapshot: Snapshot, links: Links): void {
    const lans = pathInterfaces(snapshot).filter(({ role }) => role === 'lan')
    const addresses = lans.flatMap(({ name }) => links.devices.get(name)?.addresses ?? [])
    const own = addresses.map(({ address }) => formatAddress(address))
    this.#dialServer.listen(snapshot.internet.dialers.length > 0 ? [...new Set(own)] : [])
  }

  #allowed(
    name: string,
    who: string,
    as: DialRequest['as'],
  ): { settings: Internet; active: ActiveConnection } {
    const found = this.#found(name)
    if (as === 'dialer' && !this.#dialers.mayDial(who, name))
      throw new DialRefused(403, `${who} may not press the buttons of “${name}”`)
    return found
  }

  #found(name: string): { settings: Internet; active: ActiveConnection } {
    const settings = this.#surroundings?.settings()
    const found = settings?.connections.find((connection) => connection.name === name)
    if (!settings || !found || !this.#active) throw new DialRefused(404, `there is no connection “${name}”`)
    if (found.method.kind === 'system')
      throw new DialRefused(409, `the operating system brings “${name}” up; there is nothing to press here`)
    return { settings, active: this.#active }
  }
}
