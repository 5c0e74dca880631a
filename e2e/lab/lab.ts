/** One lab: bring it up, run things in it, take it away. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type DhcpOffer, serveDhcp, serveInternet, silenceDhcp } from './isp.ts'
import { withLock } from './lock.ts'
import {
  buildNetwork,
  connectWan,
  disconnectWan,
  existingNamespaces,
  plugIn,
  removeNetwork,
  setSysctls,
} from './network.ts'
import { type Host, LAN, RESOLVER, WANS, type WanKind } from './plan.ts'
import { layPppLine } from './ppp-line.ts'
import { isAlive, type ProcessRecord, processesIn, startProcess, stopProcesses } from './processes.ts'
import { startProduct } from './product.ts'
import { type LabRecord, LOCK, load, loadAll, newRecord, ROOT, type Software, save } from './record.ts'
import { inside, run } from './shell.ts'

/** unbound and chrony, which `./bauta` unpacks and does not install: whatever runs in a lab finds them first. */
process.env.PATH = `${path.join(ROOT, '.bauta/daemons/bin')}:${process.env.PATH}`

export interface LabOptions {
  name: string
  /** A name that is in use gets a number. */
  numbered?: boolean
  wan?: WanKind
  /** The box is a fresh appliance: it makes the home network itself, and the household's machines ask it for addresses. */
  appliance?: boolean
  software?: Software
  /** Creates the first administrator with this password. */
  adminPassword?: string
  /** Run the web app too. */
  web?: boolean
  /** Connections that the dataplane's table can hold; its own default otherwise. */
  capacity?: number
  /** More words for the dataplane's command line. */
  dataplaneOptions?: string[]
  /** Port on 127.0.0.1 of the machine for the admin page; 0 or taken: any free one. */
  port?: number
  /** The lab ends with this process: when it is killed, the next lab of this checkout takes the remains away. */
  owned?: boolean
  progress?: (step: string) => void
}

export class Lab {
  readonly record: LabRecord

  constructor(record: LabRecord) {
    this.record = record
  }

  static async up(options: LabOptions): Promise<Lab> {
    const lab = await withLock(LOCK, () => claim(options))
    try {
      await lab.#build(options)
    } catch (error) {
      await lab.down({ keep: true })
      throw error
    }
    return lab
  }

  static find(name: string): Lab {
    const record = load(name)
    if (!record || existingNamespaces(record.namespaces).length === 0)
      throw new Error(
        `no lab “${name}” is up; start it with: ./bauta lab up${name === 'lab' ? '' : ` --name ${name}`}`,
      )
    return new Lab(record)
  }

  async #build(options: LabOptions): Promise<void> {
    const { record } = this
    const say = options.progress ?? (() => {})
    for (const part of ['run', 'log', 'etc', 'state', 'web'])
      mkdirSync(path.join(record.directory, part), { recursive: true })
    for (const [host, server] of [
      ['lan1', LAN.router],
      ['router', RESOLVER],
    ] as const)
      writeFileSync(this.resolverOf(host), `nameserver ${server}\noptions timeout:2 attempts:2\n`)
    save(record)
    say('network')
    buildNetwork(record.namespaces, record.wan, { bare: options.appliance ?? false })
    if (record.wan === 'ppp0') await layPppLine(this)
    say('the small Internet')
    await serveInternet(this)
    if (record.wan === 'dhcp') await serveDhcp(this, {})
    if (record.software === 'bauta') await startProduct(this, options)
    else routeByKernel(record)
  }

  /** Starts a process that stays, inside a host's namespace, or on the machine itself where `host` is null. */
  start(
    role: string,
    host: Host | null,
    argv: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): ProcessRecord {
    const log = path.join(this.record.directory, 'log', `${role}.log`)
    const started = startProcess(role, host ? this.#inside(host, argv) : argv, log, env)
    this.record.processes.push(started)
    save(this.record)
    return started
  }

  /** Runs to the end. @returns what it printed */
  run(host: Host, argv: readonly string[], input?: string): string {
    return run(this.#inside(host, argv), input)
  }

  spawn(host: Host, argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const [command, ...rest] = this.#inside(host, argv)
    return spawn(command!, rest, options)
  }

  wanDown(): void {
    disconnectWan(this.record.namespaces, this.record.wan)
  }

  /** The provider's DHCP server gives this from now on. */
  offer(offer: DhcpOffer): Promise<void> {
    return serveDhcp(this, offer)
  }

  /** The provider's DHCP server says nothing any more. */
  silence(): Promise<void> {
    return silenceDhcp(this)
  }

  /** Where the provider has a DHCP server, only the cable: the address is for it to give. */
  wanUp(address: string = WANS[this.record.wan].address): void {
    if (this.record.wan === 'dhcp') plugIn(this.record.namespaces, 'dhcp')
    else connectWan(this.record.namespaces, this.record.wan, address)
  }

  /** @param options.keep leaves logs, settings and database on disk, for reading or for another `up` of the same name */
  async down(options: { keep?: boolean } = {}): Promise<void> {
    const { record } = this
    await stopProcesses([...record.processes].reverse())
    const strays = existingNamespaces(record.namespaces).flatMap(processesIn)
    await stopProcesses(strays, 500)
    removeNetwork(record.namespaces)
    if (options.keep) rmSync(path.join(record.directory, 'lab.json'), { force: true })
    else rmSync(record.directory, { recursive: true, force: true })
  }

  /** @returns the file that a host's programs see as /etc/resolv.conf */
  resolverOf(host: Host): string {
    const where = host === 'lan1' || host === 'lan2' ? 'lan' : 'internet'
    return path.join(this.record.directory, 'etc', `resolv.${where}.conf`)
  }

  #inside(host: Host, argv: readonly string[]): string[] {
    return inside(this.record.namespaces[host], argv, this.resolverOf(host))
  }
}

/** Clears dead labs away, then takes a name that no living one has. */
async function claim(options: LabOptions): Promise<Lab> {
  for (const dead of loadAll().filter(isDead)) await new Lab(dead).down({ keep: !dead.owned })
  const name = options.numbered ? numbered(options.name) : options.name
  if (load(name))
    throw new Error(`the lab “${name}” is up already; take it down with: ./bauta lab down --name ${name}`)
  const record = newRecord(name, options.wan ?? 'eth', options.software ?? 'bauta', options.owned ?? false)
  save(record)
  return new Lab(record)
}

/** Its owner ended without it, or the machine was switched off, or it was interrupted before it had anything. */
function isDead(record: LabRecord): boolean {
  if (isAlive(record.startedBy)) return false
  return record.owned || existingNamespaces(record.namespaces).length === 0
}

function numbered(name: string): string {
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? name : `${name}-${i}`
    if (!load(candidate)) return candidate
  }
}

/** The kernel's own masquerading, in the smallest ruleset that does it; or no translation at all, and a way back instead. */
function routeByKernel({ software, wan, namespaces }: LabRecord): void {
  const { device, address, providerDevice } = WANS[wan]
  const rules = `table ip nat { chain post { type nat hook postrouting priority srcnat; oifname "${device}" masquerade; }; }`
  if (software === 'nftables') run(inside(namespaces.router, ['nft', '-f', '-']), rules)
  else run(['ip', '-n', namespaces.isp, 'route', 'add', LAN.network, 'via', address, 'dev', providerDevice])
  setSysctls(namespaces.router, { 'net/ipv4/ip_forward': 1 })
}
