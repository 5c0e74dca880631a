/** The machine of the stand-in: an appliance unless a test says otherwise, with a log that grows. */
import type { LogLine, LogPage, LogQuery, SystemStatus } from '../system.ts'
import type { FakeHome } from './home.ts'

const LEVELS = ['info', 'warn', 'error'] as const

/** What a box says in an evening; `at` in minutes before now. */
const SAID: [at: number, source: string, level: LogLine['level'], text: string][] = [
  [180, 'dataplane', 'info', 'packets flow: lan0 → wan0, 131 072 connections possible'],
  [180, 'dnsmasq', 'info', 'started, version 2.91, cachesize 10000'],
  [179, 'dhcpcd', 'info', 'wan0: leased 203.0.113.24 for 3600 seconds'],
  [179, 'chronyd', 'info', 'Selected source 193.99.144.1 (0.pool.ntp.org)'],
  [122, 'dnsmasq', 'warn', 'possible DNS-rebind attack detected: printer.example.net'],
  [64, 'pppd', 'error', 'CHAP authentication failed: the provider refused the password'],
  [63, 'dataplane', 'warn', 'pppd ended with code 19; it is started again in 400 ms'],
  [31, 'dhcpcd', 'info', 'wan0: renewing lease of 203.0.113.24'],
  [12, 'dataplane', 'info', 'revision 7 applied: 2 actions, no connection cut'],
  [3, 'dnsmasq', 'info', 'DHCPACK(br-lan) 192.168.77.21 5a:91:0e:77:02:c4 anna-phone'],
]

export class FakeSystem {
  readonly #home: FakeHome
  readonly #lines: LogLine[] = []
  #id = 0
  kind: SystemStatus['kind'] = 'appliance'
  writable = true
  temperature: number | null = 48.5
  /** What was asked for: `reboot`, `factory-reset`. */
  readonly power: string[] = []

  constructor(home: FakeHome) {
    this.#home = home
    for (const [minutes, source, level, text] of SAID)
      this.say(source, level, text, home.now - minutes * 60_000)
  }

  say(source: string, level: LogLine['level'], text: string, at = this.#home.now): void {
    this.#lines.push({ id: ++this.#id, at, source, level, text })
  }

  status(): SystemStatus {
    const { now, startedAt } = this.#home
    const busy = 0.12 + ((now / 1000) % 60) / 600
    return {
      version: '0.1.0',
      kind: this.kind,
      model: 'PC Engines apu2',
      architecture: 'x64',
      kernel: '6.12.48+deb13-amd64',
      uptime: (now - startedAt) / 1000 + 21,
      now,
      memory: { total: 4.11e9, available: 3.62e9, dataplane: 1.04e8 },
      load: [busy, 0.14, 0.11],
      processors: 4,
      temperature: this.temperature,
      disk: { total: 1.52e10, free: 1.31e10, writable: this.writable },
      slot: this.kind === 'appliance' ? 'a' : null,
      daemons: [
        daemon('dnsmasq', 812, startedAt + 1400),
        daemon('dhcpcd', 820, startedAt + 900),
        daemon('chronyd', 824, startedAt + 1500),
        { ...daemon('pppd', 2291, now - 3780_000), restarts: 3 },
        {
          ...daemon('unbound', null, null),
          running: false,
          problem: 'unbound ended with code 1: could not bind port 5353',
        },
      ],
    }
  }

  log({ before, source, level, q, limit }: LogQuery): LogPage {
    const worst = LEVELS.indexOf(level)
    const words = q.toLowerCase()
    const lines = this.#lines
      .filter((line) => before === undefined || line.id < before)
      .filter((line) => !source || line.source === source)
      .filter((line) => LEVELS.indexOf(line.level) >= worst)
      .filter((line) => line.text.toLowerCase().includes(words))
      .reverse()
      .slice(0, limit)
    return { lines, sources: [...new Set(this.#lines.map((line) => line.source))].sort() }
  }
}

function daemon(name: string, pid: number | null, startedAt: number | null): SystemStatus['daemons'][number] {
  return { name, running: true, pid, startedAt, restarts: 0, problem: null }
}
