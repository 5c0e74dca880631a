/** What the dataplane does for the home network beside its services: answers for it, makes way for the provider, and warns. */
import { type Snapshot, withNoun } from '@bauta/config'
import type { ProbeReply } from '@bauta/control/schemas'
import { type ConnectionTable, FLAG } from '@bauta/masq'
import type { HouseholdSource } from '../api/household-routes.ts'
import type { Applier } from '../apply/apply.ts'
import type { AttentionList } from '../attention.ts'
import { isUntouched, withNewPorts, withWanAt } from '../initial-snapshot.ts'
import type { ConnectionRates } from '../rates.ts'
import type { ChronyService } from '../services/chrony.ts'
import type { DhcpService } from '../services/dhcp.ts'
import type { DialinService } from '../services/dialin/service.ts'
import type { LanService } from '../services/lan.ts'
import type { ShapingService } from '../services/shaping/service.ts'
import { type Clash, findClash, movedTo } from './clash.ts'
import type { HomeNetwork, Standing } from './home-network.ts'

export interface HouseholdParts {
  lan: LanService
  home: HomeNetwork
  dhcp: DhcpService
  dialin: DialinService
  clock: ChronyService
  shaping: ShapingService
  /** Asks the wires who answers on them. */
  internet: { probe(ports: readonly string[]): Promise<ProbeReply> }
  log: (line: string) => void
}

export class Household {
  readonly #parts: HouseholdParts
  readonly #attention: AttentionList
  readonly #applier: () => Applier
  readonly #fresh: () => Snapshot | null
  #seeking = false

  /** @param fresh what an appliance would start with now; null on another machine */
  constructor(
    parts: HouseholdParts,
    attention: AttentionList,
    applier: () => Applier,
    fresh: () => Snapshot | null,
  ) {
    this.#fresh = fresh
    this.#parts = parts
    this.#attention = attention
    this.#applier = applier
  }

  api(): HouseholdSource {
    const { home, clock, dhcp, dialin, shaping } = this.#parts
    return {
      lan: () => home.lan(this.#standing()),
      ports: () => home.ports(this.#applier().inForce.snapshot),
      devices: () => home.devices(this.#standing()),
      endLease: async (address) => {
        await dhcp.forget(address)
        return home.endLease(address, this.#standing())
      },
      time: () => clock.status(),
      shaping: () => shaping.status(),
      dialin: () => dialin.status(),
    }
  }

  /** While nobody has saved anything, a port that shows up plays its part at once. */
  async takePorts(): Promise<void> {
    const { revision, snapshot } = this.#applier().inForce
    const fresh = isUntouched(revision) ? this.#fresh() : null
    const next = fresh && withNewPorts(snapshot, fresh)
    if (!next) return
    if (!(await this.#applyUntouched(next, revision))) return
    this.#parts.log(
      `ports now: ${next.interfaces.list.map(({ name, role }) => `${name} (${role})`).join(', ')}`,
    )
  }

  /**
   * While nobody has saved anything and nothing leads out, the wires are asked: a household may have put the provider's cable into
   * another port, where the box would give addresses to the provider's network and nobody reached the page.
   */
  async seekWan(): Promise<void> {
    const { revision, snapshot } = this.#applier().inForce
    const ports = snapshot.interfaces.list.map(({ name }) => name)
    if (this.#seeking || !isUntouched(revision) || this.#fresh() === null || ports.length < 2) return
    this.#seeking = true
    try {
      const answers = (await this.#parts.internet.probe(ports)).ports
      const found = providerPort(answers, snapshot)
      const next = found && withWanAt(snapshot, found)
      if (next && (await this.#applyUntouched(next, revision)))
        this.#parts.log(`the provider answers on ${found}: that is the way out now`)
    } finally {
      this.#seeking = false
    }
  }

  /** While nobody has saved anything, the home network moves out of the provider's way by itself. */
  async giveWay(): Promise<void> {
    const { revision, snapshot } = this.#applier().inForce
    const clash = this.#clash()
    if (!clash || !isUntouched(revision)) return
    const moved = withNoun(snapshot, 'lan', movedTo(snapshot.lan, clash.proposal))
    if (!(await this.#applyUntouched(moved, revision))) return
    const text = `The home network moved to ${clash.proposal}, because the provider uses ${clash.wan}.`
    this.#attention.raise({ kind: 'lan-moved', level: 'info', text })
    this.#parts.log(text)
    await this.#parts.lan.replug(moved)
  }

  /** One look at the connection table, every second. @param fresh is told every slot with a new connection */
  sample(
    rates: ConnectionRates,
    table: ConnectionTable,
    seconds: number,
    fresh: (slot: number) => void,
  ): void {
    const { home, dhcp, log } = this.#parts
    const now = Date.now()
    home.sample(this.#applier().inForce.snapshot)
    dhcp.note(home.leaseFile.current(now), now).catch((error: Error) => log(error.message))
    home.traffic.begin()
    rates.sample(table, seconds, fresh, (slot, up, down) => {
      if ((table.flags(slot) & FLAG.local) === 0) home.traffic.add(table.client(slot), up, down, now)
    })
    home.traffic.end(seconds, now)
  }

  /** @param wan the device that leads out, null where there is none */
  look(wan: string | null): void {
    const clash = this.#clash()
    this.#attention.set(clash !== null, { kind: 'lan-clash', level: 'error', text: clash?.text ?? '' })
    const { lan, interfaces } = this.#applier().inForce.snapshot
    const inside = interfaces.list.filter(({ role }) => role === 'lan').map(({ name }) => name)
    const verb = inside.length === 1 ? 'belongs' : 'belong'
    this.#attention.set(lan.addressing === 'box' && wan === null && inside.length > 0, {
      kind: 'no-wan',
      level: 'warn',
      text: `No port leads to the Internet: ${inside.join(', ')} ${verb} to the home network. A second network port, or another role for one of these, mends it.`,
    })
  }

  /** @returns false where somebody saved his first settings in this very moment: they count */
  async #applyUntouched(snapshot: Snapshot, revision: number): Promise<boolean> {
    try {
      await this.#applier().apply({ revision: 0, snapshot }, revision)
      return true
    } catch (error) {
      if (this.#applier().inForce.revision !== revision) return false
      throw error
    }
  }

  #clash(): Clash | null {
    const { inForce, links } = this.#applier()
    return findClash(inForce.effective, links)
  }

  #standing(): Standing {
    const { inForce, links } = this.#applier()
    return { snapshot: inForce.effective, links, dhcpProblem: this.#parts.dhcp.problem }
  }
}

/**
 * The port where a provider answers; the way out as it is, where one answers there too. An answer of the box itself, which two cables
 * to one switch make possible, is none.
 */
export function providerPort(
  answers: ProbeReply['ports'],
  { interfaces, lan }: Pick<Snapshot, 'interfaces' | 'lan'>,
): string | null {
  const provided = answers
    .filter(({ dhcp, pppoe }) => pppoe !== null || (dhcp !== null && dhcp.server !== lan.address))
    .map(({ device }) => device)
  const wan = interfaces.list.find(({ role }) => role === 'wan')?.name
  return wan !== undefined && provided.includes(wan) ? wan : (provided[0] ?? null)
}
