/**
 * Two places around a box of software: the household (`lan`) and the provider (`isp`), each a namespace. QEMU opens its tap devices
 * in a third one; they are then moved into those two, where each is the other end of the guest’s card.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { card } from '../../docker/image/qemu.ts'
import { attempt, inside, run, until } from '../lab/shell.ts'

export const PROVIDER = {
  address: '198.51.100.1',
  bits: 24,
  first: '198.51.100.50',
  last: '198.51.100.60',
  // No address for documentation: a name that has one of those is taken for rebinding.
  server: '93.184.216.34',
}
const TAP = { lan: 'bauta-lan', isp: 'bauta-isp' }

export class Places {
  readonly folder: string
  readonly lan: string
  readonly isp: string
  readonly machine: string
  readonly #processes: ChildProcess[] = []

  constructor() {
    const unique = `bauta-image-${process.pid}-${randomBytes(2).toString('hex')}`
    this.folder = mkdtempSync(path.join(tmpdir(), 'bauta-image-'))
    this.lan = `${unique}-lan`
    this.isp = `${unique}-isp`
    this.machine = `${unique}-vm`
    for (const name of [this.lan, this.isp, this.machine]) {
      run(['ip', 'netns', 'add', name])
      run(['ip', '-n', name, 'link', 'set', 'lo', 'up'])
    }
  }

  /** The first card is the WAN, the second the LAN. */
  get cards(): string[] {
    const tap = (name: string) => `tap,ifname=${name},script=no,downscript=no`
    return [...card(1, tap(TAP.isp)), ...card(2, tap(TAP.lan))]
  }

  /** After every start of the guest: a tap device lives as long as QEMU. */
  async plugIn(): Promise<void> {
    for (const [place, tap] of [
      [this.lan, TAP.lan],
      [this.isp, TAP.isp],
    ] as const) {
      await until(`${tap} in the machine’s namespace`, 20, () =>
        attempt(['ip', '-n', this.machine, 'link', 'show', tap]),
      )
      run(['ip', '-n', this.machine, 'link', 'set', tap, 'netns', place])
      run(['ip', '-n', place, 'link', 'set', tap, 'name', 'eth0'])
      run(['ip', '-n', place, 'link', 'set', 'eth0', 'up'])
    }
    run(['ip', '-n', this.isp, 'address', 'add', `${PROVIDER.address}/${PROVIDER.bits}`, 'dev', 'eth0'])
  }

  /** DHCP and DNS for the line, and a server behind it that says who asks. */
  async startProvider(): Promise<void> {
    run(['ip', '-n', this.isp, 'address', 'add', `${PROVIDER.server}/32`, 'dev', 'lo'])
    const leases = path.join(this.folder, 'provider.leases')
    this.#start(this.isp, [
      'dnsmasq',
      ...[
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--user=root',
        '--bind-dynamic',
        '--interface=eth0',
        // Every name is the server's.
        '--no-resolv',
        `--address=/#/${PROVIDER.server}`,
      ],
      ...[
        `--dhcp-range=${PROVIDER.first},${PROVIDER.last},1h`,
        `--dhcp-leasefile=${leases}`,
        '--dhcp-authoritative',
      ],
      `--pid-file=${path.join(this.folder, 'provider.pid')}`,
    ])
    const script = `require('http').createServer((q, r) => { const m = /^\\/bytes\\/(\\d+)/.exec(q.url); r.end(m ? Buffer.alloc(+m[1], 'x') : q.socket.remoteAddress) }).listen(80, '0.0.0.0')`
    this.#start(this.isp, [process.execPath, '-e', script])
    await until('the provider’s server', 20, () =>
      attempt(inside(this.isp, ['curl', '-sf', '-m', '1', `http://${PROVIDER.server}/`])),
    )
  }

  /** A household machine asks for an address. @returns what it got */
  lease(seconds = 40): string {
    // dhcpcd keeps what it knows in the machine’s own folders: it gets some of its own.
    const script =
      'mount -t tmpfs tmpfs /run && mkdir -p /var/lib/dhcpcd && mount -t tmpfs tmpfs /var/lib/dhcpcd && exec "$@"'
    const config = path.join(this.folder, 'dhcpcd.conf')
    writeFileSync(
      config,
      'ipv4only\nnoarp\nnohook resolv.conf, hostname\nhostname laptop\nscript /bin/true\n',
    )
    run(['ip', '-n', this.lan, 'address', 'flush', 'dev', 'eth0'])
    mkdirSync('/var/lib/dhcpcd', { recursive: true })
    const words = run(
      inside(this.lan, [
        'sh',
        '-c',
        script,
        'sh',
        'dhcpcd',
        '--config',
        config,
        '--oneshot',
        '--waitip=4',
        '--timeout',
        String(seconds),
        '--debug',
        'eth0',
      ]),
    )
    const address = /inet (\d+\.\d+\.\d+\.\d+)/.exec(
      run(['ip', '-n', this.lan, '-4', 'address', 'show', 'dev', 'eth0']),
    )?.[1]
    if (!address) throw new Error(`no lease: ${words}`)
    return address
  }

  /** An address by hand, and the box as the way out. */
  settle(): void {
    const box = '192.168.77.1'
    run(['ip', '-n', this.lan, 'address', 'flush', 'dev', 'eth0'])
    run(['ip', '-n', this.lan, 'address', 'add', '192.168.77.20/24', 'dev', 'eth0'])
    run(['ip', '-n', this.lan, 'route', 'replace', 'default', 'via', box])
  }

  /** A page as a household machine gets it. */
  fetch(url: string, seconds = 20): string {
    return run(inside(this.lan, ['curl', '-sSf', '-m', String(seconds), url]))
  }

  #start(place: string, argv: string[]): void {
    const whole = inside(place, argv)
    this.#processes.push(spawn(whole[0]!, whole.slice(1), { stdio: 'ignore' }))
  }

  close(): void {
    for (const child of this.#processes) child.kill('SIGKILL')
    for (const name of [this.lan, this.isp, this.machine]) attempt(['ip', 'netns', 'delete', name])
    rmSync(this.folder, { recursive: true, force: true })
  }
}
