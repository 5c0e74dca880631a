/**
 * Puts settings into force, whole or not at all.
 *
 *   verify → actions in words → commit in the packet thread, between two batches → door → services → applied.json → cut
 *
 * A step that fails is followed by the same steps with the old settings, so a refused apply changes nothing. Ending
 * the connections that the new rules do not admit comes last, because nothing could bring them back. Applies and
 * changes of the links run one after the other, never at the same time.
 */
import { compileChains } from '@bauta/chains'
import type { Fault, Snapshot } from '@bauta/config'
import type { ApplyReply, ApplyRequest } from '@bauta/control/schemas'
import type { ConnectionTable } from '@bauta/masq'
import type { Links } from '../links.ts'
import { interfaceTable, type PathConfig, pathConfig } from '../path-config.ts'
import type { RuleSlots, RuleSlotTable } from '../rule-slots.ts'
import type { Service } from '../services.ts'
import type { CommandBody } from '../thread-protocol.ts'
import { actionsBetween } from './actions.ts'
import { constantDnsClashes } from './constant-dns.ts'
import { connectionsToCut } from './cut.ts'
import { asksToReread, LineTurns, rereadText } from './reread.ts'

/** The settings were understood and refused; nothing was changed. */
export class ApplyRefused extends Error {
  readonly faults: Fault[]
  constructor(message: string, faults: Fault[] = []) {
    super(message)
    this.faults = faults
  }
}

/** The settings could have been followed, but not be kept: the disk is full or broken. Nothing was changed either. */
export class NotStored extends ApplyRefused {}

/** What an apply acts on. */
export interface Appliances {
  send: (command: CommandBody) => Promise<{ ended: number }>
  attach: (snapshot: Snapshot, links: Links) => void
  /** Applied in this order, after the door. */
  services: readonly Service[]
  /** Name of the Internet connection in use: of the settings, or dialled since. */
  useOf: (snapshot: Snapshot) => string
  save: (request: ApplyRequest) => void
  table: () => ConnectionTable
  ticks: () => number
  /** Nothing is under way: `inForce` is what the packet thread has, and what is stored. */
  settled: () => void
  /** Name servers of the line, as the provider gives them. */
  servers: (links: Links, effective: Snapshot) => readonly string[]
  /** Sets all counters of rules and policies to zero. */
  zero: (slots: RuleSlotTable) => void
  log: (line: string) => void
}

export interface InForce extends ApplyRequest {
  /** The settings as they work now: with the Internet connection in use, whoever dialled it. */
  effective: Snapshot
  slots: RuleSlotTable
  config: PathConfig
}

/** As long as a session with a provider takes to be ended properly, and a moment. */
const CLOSE_PATIENCE_MS = 5000

export class Applier {
  readonly #appliances: Appliances
  readonly #slots: RuleSlots
  #inForce: InForce
  #links: Links
  /** What is being made true: the settings in force, and during an apply the new ones. */
  #aim: Snapshot
  /** How often the rules were read again. */
  #reading = 0
  readonly #turns: LineTurns
  #queue: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(boot: ApplyRequest, links: Links, slots: RuleSlots, appliances: Appliances) {
    this.#appliances = appliances
    this.#slots = slots
    this.#links = links
    this.#aim = boot.snapshot
    const table = slots.assign(boot.snapshot.rules)
    slots.keepOnly(table)
    const effective = this.#effective(boot.snapshot)
    const config = this.#config(boot.revision, effective, table)
    this.#inForce = { ...boot, effective, slots: table, config }
    this.#turns = new LineTurns(config.wanAddress)
  }

  get inForce(): InForce {
    return this.#inForce
  }

  /** For who is asked by a service: it must not hear of the settings that just go. */
  get aim(): Snapshot {
    return this.#aim
  }

  get links(): Links {
    return this.#links
  }

  /** @param base where given, nothing is applied on top of another revision than this one @throws ApplyRefused */
  apply(request: ApplyRequest, base?: number): Promise<ApplyReply> {
    return this.#inTurn(() => {
      if (this.#closed) throw new ApplyRefused('the dataplane is being stopped')
      const { revision } = this.#inForce
      if (base !== undefined && base !== revision)
        throw new ApplyRefused(`revision ${revision} came in between`)
      return this.#apply(request)
    })
  }

  /** Says what `apply` would do. @throws ApplyRefused */
  check(request: ApplyRequest): ApplyReply {
    const old = this.#inForce
    const { table } = this.#appliances
    const config = this.#verify(request)
    const cut = connectionsToCut(table(), old.config, config).length / 2
    return { revision: request.revision, actions: textsBetween(old.snapshot, request.snapshot), cut }
  }

  /** Tells every service the settings for the first time. @throws the first failure, after all were tried */
  begin(): Promise<string[]> {
    const { services } = this.#appliances
    return this.#inTurn(() => applyAll(services, this.#inForce.effective, this.#links))
  }

  /** The kernel's picture changed: the same settings over other links. */
  relink(links: Links): Promise<void> {
    this.#links = links
    return this.#inTurn(async () => {
      // Something newer is already waiting for its turn.
      if (this.#links !== links || this.#closed) return
      const { revision, snapshot, slots, config: before } = this.#inForce
      const effective = this.#effective(snapshot)
      const config = this.#config(revision, effective, slots)
      this.#inForce = { ...this.#inForce, effective, config }
      await this.#appliances.send({ kind: 'configure', config })
      await this.#lineTurned(before)
      this.#appliances.attach(effective, links)
      await applyAll(this.#appliances.services, effective, links)
    })
  }

  /** Nothing begins any more. @returns when what was under way has ended, or took too long */
  async close(): Promise<void> {
    this.#closed = true
    const patience = new Promise((resolve) => setTimeout(resolve, CLOSE_PATIENCE_MS).unref())
    await Promise.race([this.#queue, patience])
  }

  /** What is beside the settings changed: another connection was dialled, the provider gave other servers. */
  reconsider(): Promise<void> {
    return this.relink(this.#links)
  }

  /** @param before the configuration from before whatever may have turned the line */
  async #lineTurned(before: PathConfig): Promise<void> {
    const { slots, snapshot } = this.#inForce
    const turn = this.#turns.look(this.#inForce.config.wanAddress)
    if (!turn || !asksToReread(snapshot.ports, turn)) return
    this.#reading++
    const config = { ...this.#inForce.config, reading: this.#reading }
    this.#inForce = { ...this.#inForce, config }
    await this.#appliances.send({ kind: 'configure', config })
    this.#appliances.zero(slots)
    const ended = await this.#end(connectionsToCut(this.#appliances.table(), before, config))
    this.#appliances.log(rereadText(turn, ended))
  }

  #config(revision: number, effective: Snapshot, slots: RuleSlotTable): PathConfig {
    const servers = this.#appliances.servers(this.#links, effective)
    return pathConfig(revision, effective, this.#links, slots, { servers, reading: this.#reading })
  }

  #effective(snapshot: Snapshot): Snapshot {
    return withUse(snapshot, this.#appliances.useOf(snapshot))
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work).finally(() => this.#appliances.settled())
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** Compiles without taking counter slots. */
  #verify({ revision, snapshot }: ApplyRequest): PathConfig {
    const effective = this.#effective(snapshot)
    this.#refuseClashes(effective)
    try {
      const chains = compileChains(
        snapshot.rules,
        interfaceTable(effective),
        () => -1,
        () => -1,
      )
      const { slots } = this.#inForce
      const asOld = { ...effective, rules: this.#inForce.snapshot.rules }
      return { ...this.#config(revision, asOld, slots), chains }
    } catch (error) {
      throw new ApplyRefused((error as Error).message, [
        { path: ['rules'], message: (error as Error).message },
      ])
    }
  }

  /** Only where the addresses are new: what another lease made wrong must not stand in the way of other changes. */
  #refuseClashes(effective: Snapshot): void {
    const known = this.#inForce.snapshot.dns.constant
    const clashes = constantDnsClashes(effective, this.#links)
    const fresh = clashes.filter(({ path }) => !known.includes(effective.dns.constant[Number(path[2])]!))
    if (fresh.length > 0) throw new ApplyRefused(fresh[0]!.message, fresh)
  }

  async #apply(request: ApplyRequest): Promise<ApplyReply> {
    this.#verify(request)
    const old = this.#inForce
    const { snapshot, revision } = request
    const done = textsBetween(old.snapshot, snapshot)
    const next = this.#prepare(request)
    const since = this.#appliances.ticks()
    const { table } = this.#appliances
    const cut = connectionsToCut(table(), old.config, next.config)
    this.#aim = snapshot
    try {
      await this.#appliances.send({ kind: 'configure', config: next.config })
      this.#appliances.attach(next.effective, this.#links)
      for (const service of this.#appliances.services)
        done.push(...(await this.#applyOne(service, old.effective, next.effective)))
      this.#save({ revision, snapshot })
    } catch (error) {
      this.#aim = old.snapshot
      await this.#restore(old)
      throw error instanceof NotStored ? error : new ApplyRefused((error as Error).message)
    }
    this.#inForce = next
    this.#slots.keepOnly(next.slots)
    let ended = await this.#end(cut)
    ended += await this.#end(connectionsToCut(table(), old.config, next.config, since))
    await this.#lineTurned(old.config)
    return { revision, actions: done, cut: ended }
  }

  /** Only a change that concerns a service fails with it: a rule must not wait until dnsmasq is installed. */
  async #applyOne(service: Service, old: Snapshot, next: Snapshot): Promise<string[]> {
    try {
      return await service.apply(next, this.#links)
    } catch (error) {
      const concerned = service.nouns.some((noun) => JSON.stringify(old[noun]) !== JSON.stringify(next[noun]))
      if (concerned) throw error
      return [`${service.name} is left as it was: ${(error as Error).message}`]
    }
  }

  #prepare({ revision, snapshot }: ApplyRequest): InForce {
    try {
      const slots = this.#slots.assign(snapshot.rules)
      const effective = this.#effective(snapshot)
      return {
        revision,
        snapshot,
        effective,
        slots,
        config: this.#config(revision, effective, slots),
      }
    } catch (error) {
      this.#slots.keepOnly(this.#inForce.slots)
      throw new ApplyRefused((error as Error).message, [
        { path: ['rules'], message: (error as Error).message },
      ])
    }
  }

  #save(request: ApplyRequest): void {
    try {
      this.#appliances.save(request)
    } catch (error) {
      throw new NotStored((error as Error).message)
    }
  }

  async #end(connections: Float64Array): Promise<number> {
    if (connections.length === 0) return 0
    // The settings are in force; a thread that ends just now judges every packet anew anyway.
    const done = await this.#appliances.send({ kind: 'end', connections }).catch(() => ({ ended: 0 }))
    return done.ended
  }

  /** Every step again with the old settings; one that fails must not keep the others from happening. */
  async #restore(old: InForce): Promise<void> {
    const { send, attach, services } = this.#appliances
    await send({ kind: 'configure', config: old.config }).catch(() => undefined)
    try {
      attach(old.effective, this.#links)
    } catch {
      // the failure that led here is the one to report
    }
    await applyAll(services, old.effective, this.#links).catch(() => undefined)
    this.#slots.keepOnly(old.slots)
  }
}

/**
 * Every service in its turn; one that fails does not keep the others from being told.
 * @throws the first failure, after all were tried
 */
export async function applyAll(
  services: readonly Service[],
  snapshot: Snapshot,
  links: Links,
): Promise<string[]> {
  const done: string[] = []
  const failures: unknown[] = []
  for (const service of services) {
    try {
      done.push(...(await service.apply(snapshot, links)))
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return done
}

const withUse = (snapshot: Snapshot, use: string): Snapshot =>
  use === snapshot.internet.use ? snapshot : { ...snapshot, internet: { ...snapshot.internet, use } }

const textsBetween = (old: Snapshot, next: Snapshot): string[] =>
  actionsBetween(old, next).map(({ text }) => text)
