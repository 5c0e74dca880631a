/** A dataplane made of fixed answers, on a unix socket of its own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anyRule, defaultSnapshot } from '@bauta/config'
import type { AppliedSettings, Connection, Counters, Status } from '@bauta/control'
import type { NameSource } from './names.ts'
import { run } from './run.ts'

export interface FakeDataplane {
  socket: string
  /** Path and query of every request, in order. */
  asked: string[]
  close(): Promise<void>
}

/** @param answers by path without query: a string is sent as text, anything else as JSON, a function is asked */
export async function fakeDataplane(answers: Record<string, unknown>): Promise<FakeDataplane> {
  const folder = await mkdtemp(join(tmpdir(), 'bauta-cli-'))
  const socket = join(folder, 'dataplane.sock')
  const asked: string[] = []
  const server = http.createServer((request, reply) => {
    const url = request.url ?? ''
    asked.push(url)
    const known = answers[url.split('?')[0] ?? '']
    const answer = typeof known === 'function' ? known(new URL(url, 'http://box').searchParams) : known
    if (answer === undefined) reply.writeHead(404).end('there is no such file\n')
    else reply.writeHead(200).end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}

export const noNames: NameSource = {
  services: async () => 'smtp 25/tcp mail # post\nhttp\t80/tcp\t\twww\ndomain 53/udp\n',
  host: async () => null,
  cancel: () => undefined,
}

/** Runs a command line as main.ts does and gathers what it prints. */
export async function bauta(line: string, socket: string, names: NameSource = noNames, commands = '') {
  let out = ''
  let err = ''
  const code = await run(line.split(' ').filter(Boolean), {
    environment: { BAUTA_SOCKET: socket, BAUTA_COMMANDS: commands },
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    names,
    read: (path) => readFile(path ?? '/dev/null', 'utf8'),
    now: () => new Date(0),
  })
  return { code, out, err }
}

export const SETTINGS: AppliedSettings = (() => {
  const snapshot = defaultSnapshot([
    { name: 'lan0', role: 'lan' },
    { name: 'ppp0', role: 'wan' },
  ])
  snapshot.rules.chains[1]!.rules.unshift({
    ...anyRule(9),
    source: { network: '192.168.77.12', invert: false },
    protocol: { number: 6, invert: false },
    destinationPorts: { from: 80, to: 80, invert: false },
    target: { verdict: 'DENY' },
  })
  return { revision: 4, snapshot, pending: null, wentBack: null }
})()

export const COUNTERS: Counters = {
  at: 0,
  rules: [
    { id: 9, packets: 2, bytes: 120 },
    { id: 3, packets: 33, bytes: 1686 },
  ],
  policies: [{ chain: 'forward', packets: 5, bytes: 300 }],
  drops: [
    { reason: 'forward-denied', meaning: 'a rule of forward said DENY', group: 'rules', packets: 7 },
    { reason: 'ttl-zero', meaning: 'the TTL was 0', group: 'malformed', packets: 0 },
  ],
  helpers: [{ name: 'ftp', port: 21, attached: 3 }],
  paths: [
    { name: 'forwarded', meaning: 'masqueraded and sent on', packets: 33, bytes: 1686 },
    { name: 'hairpin', meaning: 'back into the LAN', packets: 0, bytes: 0 },
  ],
}

export const STATUS: Status = {
  version: '0.1.0',
  startedAt: 1_000_000,
  now: 1_000_000 + 11_525_000,
  revision: 4,
  settingsLoaded: true,
  online: true,
  onlineSince: 1_000_000 + 11_405_000,
  wan: { interface: 'ppp0', address: '203.0.113.24', mtu: 1492, mss: 1452, gateway: '203.0.113.1' },
  interfaces: [
    {
      name: 'lan0',
      role: 'lan',
      state: 'up',
      addresses: ['192.168.77.1/24'],
      mtu: 1500,
      mac: null,
      rxBytes: 1_234_567,
      txBytes: 999,
      rxPackets: 1,
      txPackets: 1,
    },
    {
      name: 'ppp0',
      role: 'wan',
      state: 'absent',
      addresses: [],
      mtu: 1492,
      mac: null,
      rxBytes: 0,
      txBytes: 0,
      rxPackets: 0,
      txPackets: 0,
    },
  ],
  connections: { total: 812, tcp: 700, udp: 100, icmp: 12, capacity: 131_072, opened: 1, expired: 1 },
  freePorts: { udp: 40_959, tcp: 40_956, icmp: 40_960, capacity: 4096 },
  rate: { down: 12_345_678, up: 1000, packetsDown: 1, packetsUp: 1 },
  history: [],
  devices: 3,
  dns: { running: true, queries: 1234, hits: 600, upstreams: 2 },
  attention: [{ kind: 'ports-low', level: 'warn', text: 'few ports are left\u001b[2J', since: 0 }],
  pending: null,
  wentBack: null,
  load: 0.126,
}

export const connection = (slot: number, fields: Partial<Connection> = {}): Connection => ({
  id: `${slot}.1`,
  protocol: 'TCP',
  kind: 'masq',
  client: '192.168.77.11',
  clientPort: 50_000 + slot,
  device: 'tv',
  wan: '203.0.113.24',
  masqPort: 61_000 + slot,
  server: '93.184.216.34',
  serverPort: 443,
  asked: null,
  serverName: 'www.example.org',
  state: 'ESTABLISHED',
  replied: true,
  expiresIn: 899.99,
  timeout: 900,
  age: 10,
  idle: 0,
  packetsOut: 1,
  packetsIn: 1,
  bytesOut: 1500,
  bytesIn: 2_000_000,
  rate: 0,
  ruleId: 3,
  ruleText: '',
  revision: 4,
  carried: { by: 'kernel', why: 'carried by the kernel' },
  ...fields,
})
