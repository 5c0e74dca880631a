/**
 * Lines that answer calls (line.ts), and the answers on the household's wire for whoever is on (proxy-arp.ts).
 *
 * The box's end of a line has its own address in that network of the LAN which the caller's address belongs to; a line whose address is in
 * none waits until there is such a network. A line is begun anew, and its caller hung up, where its own settings differ, or where the
 * account of the caller is gone or has another password; nothing else disturbs a call.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Dialin,
  type DialinAccount,
  dialinDevice,
  formatAddress,
  isDialinDevice,
  MAX_DIALIN_LINES,
  parseAddress,
  pathInterfaces,
  type Snapshot,
} from '@bauta/config'
import type { DialinLineStatus, DialinStatus } from '@bauta/control/schemas'
import type { Links } from '../../links.ts'
import type { DaemonStatus, Service } from '../../services.ts'
import { renderAccounts } from './accounts-file.ts'
import type { Answering } from './answering.ts'
import { AnsweringLine, endLine } from './line.ts'
import { type PppdCommand, pppAnswering, realPppd } from './ppp-answering.ts'
import { type DialinWish, renderSecrets } from './pppd-config.ts'
import { ProxyArp, type Wire } from './proxy-arp.ts'
import { isSlip, realSlip, type SlipCommand, slipAnswering } from './slip-answering.ts'

export interface DialinOptions {
  runDir: string
  log: (line: string) => void
  /** Tests put something simpler in its place. */
  pppd?: PppdCommand
  slip?: SlipCommand
}

/** A line of the settings, and the network of the household that its callers belong to. */
export interface Placed {
  wish: Omit<DialinWish, 'own'>
  /** null: the address is in no network of the household */
  home: { own: string; wire: Wire | null } | null
}

interface Running {
  print: string
  line: AnsweringLine
  wire: Wire | null
  address: number
}

export class DialinService implements Service {
  readonly name = 'Dialling in'
  readonly nouns = ['dialin'] as const
  readonly #folder: string
  readonly #log: (line: string) => void
  readonly #pppd: PppdCommand
  readonly #slip: SlipCommand
  readonly #running = new Map<number, Running>()
  readonly #wires = new Map<string, ProxyArp>()
  #placed: Placed[] = []
  #accounts = new Map<string, string>()
  readonly #written = new Map<string, string>()
  /** Lines that a dataplane before left, and that the settings know no more, are ended once. */
  #looked = false

  constructor({
    runDir,
    log,
    pppd = (etc, options) => realPppd(etc, options),
    slip = realSlip,
  }: DialinOptions) {
    this.#pppd = pppd
    this.#slip = slip
    this.#folder = join(runDir, 'dialin')
    this.#log = log
  }

  async apply({ dialin, ...snapshot }: Snapshot, links: Links): Promise<string[]> {
    this.#placed = placed({ dialin, ...snapshot }, links)
    const changed = this.#changedAccounts(dialin.accounts)
    if (dialin.enabled) this.#writeSecrets(dialin)
    const done: string[] = []
    for (let place = 0; place < MAX_DIALIN_LINES; place++)
      done.push(...(await this.#hold(place, this.#placed[place], changed)))
    this.#looked = true
    this.#answer()
    return done
  }

  status(): DialinStatus {
    return { lines: this.#placed.map((one) => this.#statusOf(one)) }
  }

  daemons(): DaemonStatus[] {
    return [...this.#running.values()].flatMap(({ line }) => line.daemon())
  }

  /** Calls go on: the next dataplane adopts them. */
  async stop(): Promise<void> {
    for (const { line } of this.#running.values()) line.leave()
    this.#running.clear()
    this.#answer()
  }

  async #hold(place: number, wanted: Placed | undefined, changed: ReadonlySet<string>): Promise<string[]> {
    const folder = join(this.#folder, String(place))
    const running = this.#running.get(place)
    const home = wanted?.home ?? null
    const wish = wanted && home ? { ...wanted.wish, own: home.own } : null
    const print = JSON.stringify(wish)
    if (running && wish && running.print === print && !changed.has(running.line.caller ?? '')) {
      running.wire = home!.wire
      return []
    }
    if (running) {
      await running.line.stop()
      this.#running.delete(place)
    } else if (!wish && !this.#looked) await endLine(folder)
    if (!wish) return running ? [`${dialinDevice(place)} answers no more`] : []
    const line = await AnsweringLine.start({
      folder,
      wish,
      answering: this.#answering(wish, folder),
      onChange: () => this.#answer(),
      log: this.#log,
    })
    const address = parseAddress(wish.line.address)!
    this.#running.set(place, { print, line, wire: home!.wire, address })
    return [`${wish.line.device} answers calls, and gives ${wish.line.address}`]
  }

  #statusOf({ wish: { place, line }, home }: Placed): DialinLineStatus {
    const running = this.#running.get(place)
    if (running) return running.line.status()
    const problem = home
      ? 'it is not answered yet'
      : `${line.address} is in no network of the household: callers would be strangers there`
    const { device, address } = line
    const names = { device, interface: dialinDevice(place), address }
    return { ...names, state: 'failed', problem, caller: null, last: null }
  }

  get #etc(): string {
    return join(this.#folder, 'ppp')
  }

  get #accountsFile(): string {
    return join(this.#folder, 'accounts.json')
  }

  #answering(wish: DialinWish, folder: string): Answering {
    return isSlip(wish)
      ? slipAnswering(wish, folder, this.#accountsFile, this.#slip)
      : pppAnswering(wish, folder, this.#etc, this.#pppd)
  }

  /** Read by pppd and slip-login-main.ts at the moment when a caller proves who it is. */
  #writeSecrets({ accounts, lines }: Dialin): void {
    const secrets = renderSecrets(accounts, lines)
    for (const name of ['chap-secrets', 'pap-secrets']) this.#writeSecret(join(this.#etc, name), secrets)
    this.#writeSecret(this.#accountsFile, renderAccounts(accounts))
  }

  #writeSecret(file: string, text: string): void {
    if (this.#written.get(file) === text) return
    mkdirSync(this.#etc, { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, text, { mode: 0o600 })
    renameSync(`${file}.new`, file)
    this.#written.set(file, text)
  }

  /** @returns names of those who are to be hung up: gone, or with another password */
  #changedAccounts(accounts: readonly DialinAccount[]): ReadonlySet<string> {
    const now = new Map(accounts.map(({ name, password }) => [name, password]))
    const changed = [...this.#accounts].filter(([name, password]) => now.get(name) !== password)
    this.#accounts = now
    return new Set(changed.map(([name]) => name))
  }

  /** On every wire of the household for those who are on, and belong to its network. */
  #answer(): void {
    const wanted = new Map<string, { wire: Wire; addresses: Set<number> }>()
    for (const { line, wire, address } of this.#running.values()) {
      if (!wire || !line.isOpen) continue
      const key = JSON.stringify(wire)
      const entry = wanted.get(key) ?? { wire, addresses: new Set() }
      wanted.set(key, { wire, addresses: entry.addresses.add(address) })
    }
    for (const [key, proxy] of this.#wires)
      if (!wanted.has(key)) {
        proxy.close()
        this.#wires.delete(key)
      }
    for (const [key, { wire, addresses }] of wanted) this.#proxyAt(key, wire)?.answerFor(addresses)
  }

  #proxyAt(key: string, wire: Wire): ProxyArp | null {
    const there = this.#wires.get(key)
    if (there) return there
    try {
      const proxy = new ProxyArp(wire)
      this.#wires.set(key, proxy)
      return proxy
    } catch (error) {
      this.#log(`the household cannot find callers: ${(error as Error).message}`)
      return null
    }
  }
}

/** @returns the lines that are to answer, in the order of the settings; none where dialling in is off */
export function placed(snapshot: Snapshot, links: Links): Placed[] {
  const { dialin } = snapshot
  if (!dialin.enabled) return []
  const wires = pathInterfaces(snapshot)
    .filter(({ name, role }) => role === 'lan' && !isDialinDevice(name))
    .flatMap(({ name }) => links.devices.get(name) ?? [])
  return dialin.lines.map((line, place): Placed => {
    const wish = { place, line, pap: dialin.pap }
    const address = parseAddress(line.address)!
    for (const { ifindex, mac, addresses } of wires) {
      const net = addresses.find((one) => ((address ^ one.address) & one.mask) === 0)
      if (!net) continue
      const own = formatAddress(net.address)
      // the box's own, or everybody's: nobody can have it
      if (addresses.some((one) => one.address === address || (address | one.mask) >>> 0 === 0xffffffff))
        return { wish, home: null }
      return { wish, home: { own, wire: mac === null ? null : { ifindex, mac } } }
    }
    return { wish, home: null }
  })
}
