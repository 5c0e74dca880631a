/**
 * The dataplane process as a whole: which part is made from which, in which order, and what happens every second.
 *
 *   main thread     API, applying settings, watching the links, DNS, supervision, sampling
 *   packet thread   packets
 *
 * The main thread may stop for a moment without a packet being lost; the packet thread may die and come back without
 * the API noticing.
 */
import { mkdirSync } from 'node:fs'
import type http from 'node:http'
import type { Worker } from 'node:worker_threads'
import { formatAddress } from '@bauta/config'
import type { DnsStatus, Status } from '@bauta/control/schemas'
import { mapTable } from '@bauta/door'
import { ConnectionTable } from '@bauta/masq'
import { mapFile, monotonicTicks } from '@bauta/tun-tap'
import { Connections, parseConnectionId } from './api/connections.ts'
import { countersReport, setToZero } from './api/counters.ts'
import { dnsRoutes } from './api/dns-routes.ts'
import { forwardRoutes, forwardText } from './api/forward-routes.ts'
import { householdRoutes } from './api/household-routes.ts'
import { internetRoutes, internetSource } from './api/internet-routes.ts'
import { monitorRoutes } from './api/monitor-routes.ts'
import { procText } from './api/proc.ts'
import { type ApiSource, apiRoutes } from './api/routes.ts'
import { serve } from './api/server.ts'
import { type Online, statusOf } from './api/status.ts'
import { type SystemSource, systemRoutes } from './api/system-routes.ts'
import { Applier } from './apply/apply.ts'
import { Confirmer, NO_NOTE } from './apply/confirmer.ts'
import { Attachments, type DoorHandle } from './attachments.ts'
import { AttentionList } from './attention.ts'
import { type Boot, readApplied, writeApplied } from './boot.ts'
import { Counters, countersBytes, GAUGE } from './counters.ts'
import { DaemonLogs } from './daemon-logs.ts'
import { Devices } from './devices.ts'
import { FloodWatch, type FloodWatchOptions } from './flood-watch.ts'
import type { Beginning } from './go-on.ts'
import { hardwarePorts } from './hardware-ports.ts'
import { Household, type HouseholdParts } from './home/household.ts'
import { initialSnapshot } from './initial-snapshot.ts'
import { KeptStart } from './kept-start.ts'
import { LineNeeds } from './line-needs.ts'
import { type Links, LinkWatcher } from './links.ts'
import { listeningPorts, portChange } from './listening-ports.ts'
import type { LogStore } from './log-store.ts'
import { machineStatus } from './machine.ts'
import { Monitor } from './monitor/monitor.ts'
import { watching } from './monitor/watching.ts'
import type { Options } from './options.ts'
import { PacketThreadSupervisor } from './packet-thread-supervisor.ts'
import { Power } from './power.ts'
import { ConnectionRates } from './rates.ts'
import { RuleSlots } from './rule-slots.ts'
import { LOG_MS, RuleTalk } from './rule-talk.ts'
import { RuleTexts } from './rule-texts.ts'
import type { InternetService } from './services/internet/service.ts'
import { type DnsForwarder, dnsService, NO_DNS, pathServers, type Service } from './services.ts'
import { prepareBox, prepareInterface } from './system.ts'
import { countersFile } from './thread-start.ts'
import { NO_TRAFFIC, readTraffic, Throughput } from './throughput.ts'
import { Tracer } from './trace/tracer.ts'
import { VERSION } from './version.ts'
import type { Watchfulness } from './watchfulness.ts'

/** What main.ts brings in; tests bring something simpler. */
export interface Parts extends HouseholdParts, Pick<Beginning, 'common' | 'early' | 'open' | 'keptDevices'> {
  door: DoorHandle & FloodWatchOptions['door'] & Pick<Beginning['door'], 'maps'>
  prepareTun: (tun: string) => void
  prepareDevice: (device: string) => void
  dns: DnsForwarder
  internet: InternetService
  /** Those that come before DNS: who makes addresses and links. */
  services: readonly Service[]
  /** Addresses of the home network that stay beside the one of the settings. */
  holdAddresses: (addresses: string[]) => void
  /** Makes the packet thread's worker. */
  worker: () => Worker
  logs: LogStore
  watchfulness: Watchfulness
}

const SAMPLE_MS = 1000
const LISTENING_MS = 3000
const SEEK_WAN_MS = 15_000
/** How soon a connection on demand is dialled after somebody needed it. */
const NEED_MS = 200

export class Dataplane {
  readonly #options: Options
  readonly #parts: Parts
  readonly #counters: Counters
  readonly #attention = new AttentionList()
  readonly #watcher = new LinkWatcher()
  readonly #attachments: Attachments
  readonly #throughput = new Throughput()
  readonly #daemonLogs: DaemonLogs
  readonly #rates: ConnectionRates
  readonly #devices: Devices
  readonly #startedAt = Date.now()
  readonly #timers: NodeJS.Timeout[] = []
  #boot!: Boot
  #applier!: Applier
  #confirmer!: Confirmer
  /** Written to the disk with the settings. */
  #note = NO_NOTE
  #thread!: PacketThreadSupervisor
  readonly #kept: KeptStart
  readonly #talk: RuleTalk
  #table!: ConnectionTable
  #connections!: Connections
  #server: http.Server | null = null
  readonly #floods: FloodWatch
  readonly #monitor: Monitor
  readonly #services: readonly Service[]
  readonly #household: Household
  #restart: { at: number; reason: string } | null = null
  #online: Online = { online: false, since: Date.now() }
  #listening: ReadonlySet<number> = new Set()
  #dnsStatus: DnsStatus | null = null
  #traffic = readTraffic()
  #load = 0
  #sampledAt = performance.now()
  #busy = 0
  readonly #ruleTexts = new RuleTexts()

  constructor(options: Options, parts: Parts) {
    this.#options = options
    this.#parts = parts
    this.#kept = new KeptStart(options)
    const keep = () => this.#keep()
    const talkers = () => ({ applier: this.#applier, parts, thread: this.#thread, keep })
    this.#talk = new RuleTalk(parts.common.log, talkers)
    const { dns, internet, dhcp, clock, shaping } = parts
    const named = dnsService(dns, () => internet.dnsServers())
    this.#household = new Household(
      parts,
      this.#attention,
      () => this.#applier,
      () => (options.appliance ? initialSnapshot(options)(null) : null),
    )
    this.#services = [...parts.services, internet, shaping, named, dhcp, clock]
    parts.home.on(
      'names',
      (names) => void dns.leases(names).catch((error: Error) => parts.log(error.message)),
    )
    mkdirSync(options.runDir, { recursive: true, mode: 0o755 })
    this.#counters = new Counters(mapFile(countersFile(options.runDir), countersBytes))
    const nameOf = (address: string) => parts.dns.deviceNames().get(address) ?? parts.home.nameOf(address)
    const { drops } = this.#counters
    this.#floods = new FloodWatch({ ...parts, drops, wan: () => this.#wanName(), nameOf })
    this.#attachments = new Attachments({
      door: parts.door,
      prepareTun: parts.prepareTun,
      prepareInterface: (device) => {
        parts.prepareDevice(device)
        this.#report(prepareInterface(device))
      },
    })
    this.#daemonLogs = new DaemonLogs(options.runDir, (source, line) => parts.logs.add(source, line))
    this.#monitor = new Monitor({
      watch: (memory, filter) => this.#thread.send({ kind: 'watch', memory, filter }),
      names: this.#interfaceNames,
      log: parts.log,
    })
    this.#rates = new ConnectionRates(options.capacity)
    this.#devices = new Devices(nameOf)
  }

  async start(): Promise<void> {
    const { options, parts } = { options: this.#options, parts: this.#parts }
    this.#report(prepareBox())
    this.#boot = readApplied(options.stateDir, initialSnapshot(options))
    if (this.#boot.problem)
      this.#attention.raise({ kind: 'started-safe', level: 'error', text: this.#boot.problem })
    this.#watcher.on('change', (links) => void this.#relink(links))
    this.#watcher.on('problem', (problem) => parts.log(problem))
    const links = await this.#watcher.start()
    this.#applier = new Applier(this.#boot, links, new RuleSlots(this.#counters), {
      send: (command) => this.#thread.send(command),
      attach: (snapshot, current) => this.#attachments.reconcile(snapshot, current),
      services: this.#services,
      useOf: ({ internet }) => parts.internet.useOf(internet),
      save: (request) => writeApplied(options.stateDir, request, this.#note),
      table: () => this.#table,
      ticks: monotonicTicks,
      settled: () => this.#keep(),
      servers: (now, current) =>
        pathServers(current, parts.internet.dnsServers(), parts.early?.config.servers ?? [], now),
      zero: ({ slots }) => this.#counters.setAllToZero(slots.values()),
      log: parts.log,
    })
    parts.internet.connect({
      settings: () => this.#applier.aim.internet,
      reconsider: () => this.#relink(this.#applier.links),
    })
    this.#confirmer = new Confirmer(this.#boot.note, {
      inForce: () => this.#applier.inForce,
      apply: (request, note) => {
        this.#note = note
        return this.#applier.apply(request)
      },
      save: (note) => {
        writeApplied(options.stateDir, this.#applier.inForce, note)
        this.#keep()
      },
      hold: parts.holdAddresses,
      again: () => this.#applier.begin(),
      log: parts.log,
      now: Date.now,
    })
    await this.#startThread()
    this.#attachments.reconcile(this.#applier.inForce.effective, links)
    this.#server = await serve(
      options.socket,
      [
        ...apiRoutes(this.#api()),
        ...dnsRoutes(this.#parts.dns),
        ...internetRoutes(internetSource(parts.internet, () => this.#ports())),
        ...forwardRoutes(this.#thread),
        ...householdRoutes(this.#household.api()),
        ...systemRoutes(this.#system()),
        ...monitorRoutes(watching(this.#monitor, this.#interfaceNames, () => this.#table)),
      ],
      parts.log,
    )
    this.#confirmer.begin()
    parts.home.start()
    await this.#startServices()
    this.#every(SAMPLE_MS, () => this.#sample())
    this.#every(LISTENING_MS, () => void this.#reserve())
    this.#every(LOG_MS, () => this.#talk.look())
    const needs = new LineNeeds({ ...this.#parts, drops: this.#counters.drops })
    this.#every(NEED_MS, () => needs.look())
    this.#every(SEEK_WAN_MS, () => void this.#seekWan())
    this.#sample()
    await this.#reserve()
  }

  async #seekWan(): Promise<void> {
    if (this.#online.online) return
    await this.#household.seekWan().catch((error: Error) => this.#parts.log(error.message))
  }

  /** The door stays where it is: without a packet thread it lets nothing through but the LAN to the box. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#monitor.stop('The box stops.')
    this.#confirmer.stop()
    this.#watcher.stop()
    this.#parts.home.stop()
    this.#server?.close()
    this.#server?.closeAllConnections()
    await this.#applier.close()
    for (const service of [...this.#services].reverse()) await service.stop()
    await this.#thread.stop()
  }

  async #startThread(): Promise<void> {
    const { common, early, door } = this.#parts
    this.#listening = await listeningPorts()
    this.#thread = new PacketThreadSupervisor({
      worker: this.#parts.worker,
      start: common,
      early,
      open: this.#parts.open,
      hold: (devices) => this.#parts.keptDevices.hold(devices),
      kept: this.#kept,
      counters: this.#counters,
      config: () => this.#applier.inForce.config,
      reserved: () => [...this.#listening],
      neighbours: () => this.#talk.neighbours,
      onStarted: (_, reason) => this.#threadStarted(reason),
      log: this.#parts.log,
    })
    await this.#thread.start()
    this.#table = ConnectionTable.attach(mapTable(common.tableFile, door.maps, common.capacity))
    this.#connections = new Connections({
      table: this.#table,
      rates: this.#rates,
      deviceName: (address) => this.#devices.nameOf(address),
      serverName: (address) => this.#parts.dns.serverName(formatAddress(address)) ?? null,
      ruleText: (id) => this.#ruleTexts.of(id, this.#applier.inForce),
      forwardText: (id) => forwardText(this.#applier.inForce.snapshot.forwards, id),
      now: monotonicTicks,
    })
  }

  /** For the next process. */
  #keep(): void {
    const { offload } = this.#parts.common
    const { config } = this.#applier.inForce
    const { neighbours } = this.#talk
    this.#kept.keep({ config, reserved: [...this.#listening], neighbours, offload })
  }

  #threadStarted(reason: string | null): void {
    this.#busy = this.#counters.gauges[GAUGE.busy]!
    this.#monitor.again()
    if (reason !== null) this.#restart = { at: Date.now(), reason }
  }

  /** A service that does not start must not keep packets from flowing. */
  async #startServices(): Promise<void> {
    try {
      await this.#applier.begin()
    } catch (error) {
      this.#parts.log((error as Error).message)
    }
  }

  async #relink(links: Links): Promise<void> {
    try {
      await this.#applier.relink(links)
      await this.#household.takePorts()
      await this.#household.giveWay()
      this.#attention.clear('links')
    } catch (error) {
      const text = `A change of the interfaces could not be followed: ${(error as Error).message}`
      this.#attention.raise({ kind: 'links', level: 'error', text })
      this.#parts.log(text)
    }
    this.#look()
  }

  async #reserve(): Promise<void> {
    const now = await listeningPorts()
    const change = portChange(this.#listening, now)
    if (change.taken.length + change.left.length === 0) return
    try {
      await this.#thread.send({ kind: 'reserve', ...change })
      this.#listening = now
      this.#keep()
    } catch {
      // the thread is being started again; the next look tells it everything
    }
  }

  #sample(): void {
    const now = performance.now()
    const seconds = Math.max(0.001, (now - this.#sampledAt) / 1000)
    this.#sampledAt = now
    this.#household.sample(this.#rates, this.#table, seconds, (slot) =>
      this.#devices.note(this.#table, slot, Date.now()),
    )
    const busy = this.#counters.gauges[GAUGE.busy]!
    this.#load = Math.min(1, Math.max(0, busy - this.#busy) / (seconds * 1000))
    this.#busy = busy
    this.#parts.home.refused = this.#floods.sample(seconds)
    this.#daemonLogs.look()
    this.#traffic = readTraffic()
    this.#parts.internet.sample(this.#traffic, seconds)
    const wan = this.#wanName()
    const traffic = wan ? this.#traffic.get(wan) : undefined
    this.#throughput.sample(traffic ? wan : null, traffic ?? NO_TRAFFIC, seconds, Date.now())
    this.#look()
    this.#parts.dns.status().then(
      (status) => {
        this.#dnsStatus = status
      },
      () => undefined,
    )
  }

  /** Whether the WAN is up, and what needs attention. */
  #look(): void {
    const { snapshot, config } = this.#applier.inForce
    const online =
      config.wanAddress !== 0 &&
      this.#applier.links.routes.some(({ mask, device }) => mask === 0 && device === this.#wanName())
    if (online !== this.#online.online) this.#online = { online, since: Date.now() }
    const found = this.#parts.watchfulness.look({
      snapshot,
      wan: this.#wanName(),
      online,
      resting: this.#parts.internet.resting,
      table: this.#table,
      drops: this.#counters.drops,
      dns: this.#dnsStatus,
      restart: this.#restart,
    })
    for (const { holds, ...condition } of [...found, this.#floods.condition()])
      this.#attention.set(holds, condition)
    this.#household.look(this.#wanName())
  }

  #interfaceNames = (): string[] => this.#applier.inForce.config.interfaces.map(({ name }) => name)

  #wanName(): string | null {
    const { config } = this.#applier.inForce
    return config.interfaces[config.wan]?.name ?? null
  }

  #status(): Status {
    const { revision, effective: snapshot } = this.#applier.inForce
    return statusOf({
      version: VERSION,
      startedAt: this.#startedAt,
      revision,
      settingsLoaded: this.#boot.settingsLoaded,
      snapshot,
      links: this.#applier.links,
      online: this.#online,
      table: this.#table,
      traffic: this.#traffic,
      throughput: this.#throughput,
      devices: this.#devices.count(),
      dns: this.#dnsStatus ?? NO_DNS,
      attention: this.#attention,
      pending: this.#confirmer.pending,
      wentBack: this.#confirmer.wentBack,
      load: this.#load,
    })
  }

  #api(): ApiSource {
    return {
      status: () => this.#status(),
      counters: () =>
        countersReport(this.#counters, this.#applier.inForce, this.#table, this.#parts.door.counters()),
      helperRefusals: () => this.#counters.gauges[GAUGE.helperRefusals]!,
      zeroCounters: (request) => setToZero(this.#counters, this.#applier.inForce.slots, request),
      connections: (query) => this.#connections.page(query),
      endConnection: async (id) => {
        const connections = parseConnectionId(id, this.#table)
        return connections !== null && (await this.#thread.send({ kind: 'end', connections })).ended > 0
      },
      settings: () => {
        const { revision, snapshot } = this.#applier.inForce
        return { revision, snapshot, pending: this.#confirmer.pending, wentBack: this.#confirmer.wentBack }
      },
      confirm: ({ revision, keep }) => this.#confirmer.confirm(revision, keep),
      apply: async (request) => {
        const reply = await this.#confirmer.apply(request)
        this.#boot.settingsLoaded = true
        this.#attention.clear('started-safe')
        this.#look()
        return reply
      },
      check: (request) => this.#applier.check(request),
      trace: (request) => {
        const { config, effective } = this.#applier.inForce
        const listening = this.#listening
        const now = monotonicTicks()
        return new Tracer({ config, snapshot: effective, table: this.#table, listening, now }).trace(request)
      },
      proc: (path) =>
        procText(path, {
          table: this.#table,
          counters: this.#counters,
          inForce: this.#applier.inForce,
          now: monotonicTicks(),
        }),
    }
  }

  #system(): SystemSource {
    const { options, parts } = { options: this.#options, parts: this.#parts }
    const appliance = options.appliance && options.ports.length === 0
    return {
      logs: parts.logs,
      power: new Power({ appliance, stateDir: options.stateDir, log: parts.log }),
      system: () => ({
        version: VERSION,
        kind: appliance ? 'appliance' : 'guest',
        now: Date.now(),
        ...machineStatus(options.stateDir),
        daemons: this.#services.flatMap((service) => service.daemons()),
      }),
    }
  }

  /** Those of the hardware, and those that the settings name. */
  #ports(): string[] {
    const named = this.#applier.inForce.snapshot.interfaces.list.map(({ name }) => name)
    return [...new Set([...hardwarePorts(this.#options.ports), ...named])]
  }

  /** What a timer throws would end the process; looking again a moment later is better. */
  #every(ms: number, work: () => void): void {
    const attempt = () => {
      try {
        work()
      } catch (error) {
        this.#parts.log((error as Error).stack ?? String(error))
      }
    }
    this.#timers.push(setInterval(attempt, ms))
  }

  #report(problems: string[]): void {
    for (const problem of problems) this.#parts.log(problem)
  }
}
