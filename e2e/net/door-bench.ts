/**
 * A household in miniature for the door alone: namespaces lan, rt and isp of this process, a router program in rt that copies packets
 * (door-router.ts), nothing else of the product.
 *
 *     lan l0 192.168.77.11 ─── lan0 192.168.77.1 rt wan0 198.51.100.2 ─── w0 198.51.100.1 isp       (WAN: Ethernet)
 *                                                rt ppp0 203.0.113.24 ─── p0 203.0.113.1  isp       (WAN: no link header;
 *                                                                                            lan0 is a bridge)
 */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { attempt, run, until } from '../lab/shell.ts'
import type { Ask, RouterCalls } from './door-router.ts'

export type Wan = 'wan0' | 'ppp0'
export type Host = 'lan' | 'rt' | 'isp'

export const LAN = { client: '192.168.77.11', box: '192.168.77.1' }
export const WANS = {
  wan0: { box: '198.51.100.2', isp: '198.51.100.1', ispDevice: 'w0' },
  ppp0: { box: '203.0.113.24', isp: '203.0.113.1', ispDevice: 'p0' },
}

export class DoorBench {
  readonly wan: Wan
  readonly #names: Record<Host, string>
  readonly #children: ChildProcess[] = []
  #router: ChildProcess | null = null
  #asked = 0

  constructor(wan: Wan) {
    this.wan = wan
    const name = (host: Host) => `bauta-${process.pid}-${wan}-${host}`
    this.#names = { lan: name('lan'), rt: name('rt'), isp: name('isp') }
  }

  get addresses() {
    return WANS[this.wan]
  }

  async up(): Promise<void> {
    const { lan, rt, isp } = this.#names
    for (const name of [lan, rt, isp]) {
      run(['ip', 'netns', 'add', name])
      run(['ip', '-n', name, 'link', 'set', 'lo', 'up'])
    }
    if (this.wan === 'wan0') {
      this.#cable('l0', 'lan0')
      this.#ethernetWan()
    } else {
      this.#bridgedLan()
      await this.#pointToPointWan()
    }
    this.#address('lan', 'l0', `${LAN.client}/24`)
    this.#address('rt', 'lan0', `${LAN.box}/24`)
    run(['ip', '-n', lan, 'route', 'add', 'default', 'via', LAN.box])
    await this.start()
  }

  #cable(client: string, router: string): void {
    const { lan, rt } = this.#names
    run(['ip', 'link', 'add', client, 'netns', lan, 'type', 'veth', 'peer', 'name', router, 'netns', rt])
  }

  /** As on a box with several LAN sockets: the door stands at the bridge, not at its ports. */
  #bridgedLan(): void {
    const { rt } = this.#names
    this.#cable('l0', 'port1')
    run(['ip', '-n', rt, 'link', 'add', 'lan0', 'type', 'bridge'])
    run(['ip', '-n', rt, 'link', 'set', 'port1', 'master', 'lan0', 'up'])
  }

  #ethernetWan(): void {
    const { rt, isp } = this.#names
    run(['ip', 'link', 'add', 'w0', 'netns', isp, 'type', 'veth', 'peer', 'name', 'wan0', 'netns', rt])
    this.#address('isp', 'w0', '198.51.100.1/24')
    this.#address('rt', 'wan0', '198.51.100.2/24')
    run(['ip', '-n', rt, 'route', 'add', 'default', 'via', '198.51.100.1'])
  }

  async #pointToPointWan(): Promise<void> {
    const { rt, isp } = this.#names
    const pump = path.join(import.meta.dirname, '../lab/ppp-pump.ts')
    this.#children.push(
      spawn('ip', ['netns', 'exec', isp, process.execPath, pump, 'ppp0', 'p0'], { stdio: 'inherit' }),
    )
    await until('the pump', 10, () => attempt(['ip', '-n', isp, 'link', 'show', 'p0']))
    run(['ip', '-n', isp, 'link', 'set', 'ppp0', 'netns', rt])
    this.#address('isp', 'p0', '203.0.113.1', 'peer', '203.0.113.24')
    this.#address('rt', 'ppp0', '203.0.113.24', 'peer', '203.0.113.1')
    run(['ip', '-n', rt, 'route', 'add', 'default', 'dev', 'ppp0'])
  }

  #address(host: Host, device: string, ...address: string[]): void {
    run(['ip', '-n', this.#names[host], 'addr', 'add', ...address, 'dev', device])
    run(['ip', '-n', this.#names[host], 'link', 'set', device, 'up'])
  }

  /** Starts the router program; answers when its door stands. */
  async start(): Promise<void> {
    const child = fork(path.join(import.meta.dirname, 'door-router.ts'), [this.wan], {
      execPath: '/usr/sbin/ip',
      execArgv: ['netns', 'exec', this.#names.rt, process.execPath],
    })
    this.#router = child
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => [`exit ${code}`]),
    ])
    if (message !== 'ready') throw new Error(`the router did not start: ${message}`)
  }

  /** @returns what the router program answers to a call */
  async ask<Call extends keyof RouterCalls>(
    call: Call,
    ...args: Parameters<RouterCalls[Call]>
  ): Promise<Awaited<ReturnType<RouterCalls[Call]>>> {
    const router = this.#router!
    const id = ++this.#asked
    router.send({ id, call, args } satisfies Ask)
    for (;;) {
      const [answer] = await once(router, 'message')
      if (answer.id !== id) continue
      if (answer.error !== undefined) throw new Error(answer.error)
      return answer.result
    }
  }

  async kill(): Promise<void> {
    const router = this.#router!
    const gone = once(router, 'exit')
    router.kill('SIGKILL')
    await gone
  }

  /** @returns what the counters have grown by while something was done; zeroes left out */
  async counted(act: () => unknown): Promise<Record<string, number>> {
    const before = await this.ask('counters')
    await act()
    const after = await this.ask('counters')
    return Object.fromEntries(
      Object.entries(after)
        .map(([name, packets]) => [name, packets - before[name]!] as const)
        .filter(([, packets]) => packets !== 0),
    )
  }

  exec(host: Host, ...argv: string[]): string {
    return run(['ip', 'netns', 'exec', this.#names[host], ...argv])
  }

  try(host: Host, ...argv: string[]): { ok: boolean; output: string } {
    const done = spawnSync('ip', ['netns', 'exec', this.#names[host], ...argv], { encoding: 'utf8' })
    return { ok: done.status === 0, output: done.stdout + done.stderr }
  }

  /** @returns the TTL of the answer, or null without one */
  ping(host: Host, to: string, ...options: string[]): number | null {
    const { output } = this.try(host, 'ping', '-c', '1', '-W', '1', ...options, to)
    const ttl = /ttl=(\d+)/.exec(output)?.[1]
    return ttl === undefined ? null : Number(ttl)
  }

  spawn(host: Host, ...argv: string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.#names[host], ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.push(child)
    return child
  }

  /** Puts raw frames on a wire. @param frames hex */
  send(host: Host, device: string, ...frames: string[]): void {
    const sender = path.join(import.meta.dirname, 'door-send.ts')
    this.exec(host, process.execPath, sender, device, ...frames)
  }

  mac(host: Host, device: string): string {
    return this.exec(host, 'cat', `/sys/class/net/${device}/address`).trim()
  }

  async down(): Promise<void> {
    for (const child of [...this.#children, ...(this.#router === null ? [] : [this.#router])]) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
    for (const name of Object.values(this.#names)) attempt(['ip', 'netns', 'del', name])
  }
}
