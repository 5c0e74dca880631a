/** The home network of the stand-in: ports, leases, devices, the clock, the queues of a shaped line, and lines that answer. */
import {
  asksForAccount,
  dialinDevice,
  isDialinDevice,
  parseAddress,
  pathInterfaces,
  type Snapshot,
  shapedLineOf,
} from '@bauta/config'
import type { DialinLineStatus, DialinStatus } from '../dialin.ts'
import type { Device, DeviceList, LanStatus, Lease, PortList, TimeStatus } from '../household.ts'
import type { ShapingStatus } from '../shaping.ts'
import type { FakeHome } from './home.ts'

interface Machine {
  address: string
  mac: string
  hostname: string | null
  maker: string | null
  /** Set on the machine itself: it never asks the box. */
  fixed?: boolean
  /** Hours since it was last seen; 0: it is there. */
  gone?: number
}

const MACHINES: readonly Machine[] = [
  { address: '192.168.77.11', mac: '3c:22:fb:10:20:11', hostname: 'lan1', maker: 'Apple' },
  { address: '192.168.77.12', mac: '3c:22:fb:10:20:12', hostname: 'lan2', maker: 'Apple' },
  { address: '192.168.77.20', mac: 'a8:23:fe:31:40:20', hostname: 'television', maker: 'LG Electronics' },
  { address: '192.168.77.21', mac: '5a:91:0e:77:02:c4', hostname: 'anna-phone', maker: null },
  { address: '192.168.77.22', mac: '24:0a:c4:0b:61:22', hostname: 'kitchen-radio', maker: 'Espressif' },
  { address: '192.168.77.23', mac: 'f0:de:f1:88:10:23', hostname: 'office-laptop', maker: 'Wistron' },
  { address: '192.168.77.24', mac: '00:d9:d1:5c:33:24', hostname: 'game-console', maker: 'Sony' },
  { address: '192.168.77.30', mac: '00:1b:a9:12:0f:30', hostname: null, maker: 'Brother', fixed: true },
  { address: '192.168.77.40', mac: '24:0a:c4:9f:18:40', hostname: null, maker: 'Espressif' },
  { address: '192.168.77.41', mac: 'd6:3a:55:02:91:7e', hostname: 'guest-tablet', maker: null, gone: 26 },
]

export class FakeHousehold {
  readonly #home: FakeHome
  readonly #snapshot: () => Snapshot
  readonly #ended = new Set<string>()
  /** What a test may turn. */
  clash: LanStatus['clash'] = null
  /** What goes on at a serial line that answers; nobody calls where nothing is said. */
  readonly calls = new Map<string, Partial<DialinLineStatus>>()
  /** Why nothing can be shaped; null: it can. */
  shapingProblem: string | null = null
  readonly links: PortList['ports'] = [
    port('lan0', '02:00:00:00:77:01', 'Intel I226-V', 'igc', 1000),
    port('wan0', '02:00:00:00:77:02', 'Intel I226-V', 'igc', 2500),
    port('lan1', '02:00:00:00:77:03', 'Realtek RTL8153 USB Ethernet', 'r8152', null),
  ]

  constructor(home: FakeHome, snapshot: () => Snapshot) {
    this.#home = home
    this.#snapshot = snapshot
  }

  ports(): PortList {
    const roles = new Map(this.#snapshot().interfaces.list.map(({ name, role }) => [name, role]))
    return { ports: this.links.map((entry) => ({ ...entry, role: roles.get(entry.name) ?? 'unused' })) }
  }

  lan(): LanStatus {
    const { dhcp, lan, interfaces } = this.#snapshot()
    const leases = dhcp.enabled ? this.leases() : []
    const [from, to] = [parseAddress(dhcp.from) ?? 0, parseAddress(dhcp.to) ?? 0]
    const taken = leases.filter(({ address }) => between(parseAddress(address)!, from, to)).length
    const size = Math.max(0, to - from + 1)
    const ports = interfaces.list.filter(({ role }) => role === 'lan').map(({ name }) => name)
    return {
      address: lan.addressing === 'box' ? `${lan.address}/${lan.bits}` : '192.168.77.1/24',
      device: lan.addressing === 'box' ? 'br-lan' : (ports[0] ?? null),
      ports: lan.addressing === 'box' ? ports : [],
      dhcp: { running: dhcp.enabled, problem: null, size, free: size - taken, leases },
      clash: this.clash,
    }
  }

  leases(): Lease[] {
    const { dhcp } = this.#snapshot()
    const now = this.#home.now
    return MACHINES.filter(({ address, fixed }) => !fixed && !this.#ended.has(address)).map((machine, i) => ({
      address: machine.address,
      mac: machine.mac,
      hostname: machine.hostname,
      expiresAt: now + (dhcp.leaseSeconds * 1000 * (i + 3)) / 14,
      reserved: dhcp.reservations.some(({ mac, address }) => mac === machine.mac && address !== null),
    }))
  }

  endLease(address: string): boolean {
    const known = this.leases().some((lease) => lease.address === address)
    if (known) this.#ended.add(address)
    return known
  }

  devices(): DeviceList {
    const { dhcp } = this.#snapshot()
    const flows = this.#home.flows.map(({ row }) => row)
    const devices = MACHINES.map((machine): Device => {
      const own = flows.filter(({ client }) => client === machine.address)
      const sum = (of: (row: (typeof own)[number]) => number) => own.reduce((all, row) => all + of(row), 0)
      const entry = dhcp.reservations.find(({ mac }) => mac === machine.mac)
      const name = entry?.name || machine.hostname
      const rate = sum((row) => row.rate)
      return {
        id: machine.mac,
        mac: machine.mac,
        address: machine.address,
        name,
        named: entry?.name ? 'settings' : name ? 'itself' : 'nobody',
        maker: machine.maker,
        present: !machine.gone,
        lastSeenAt: this.#home.now - (machine.gone ?? 0) * 3600_000,
        addressing: machine.fixed ? 'fixed' : entry?.address ? 'reserved' : 'dhcp',
        connections: own.length,
        rate: { down: rate * 0.93, up: rate * 0.07 },
        refused: 0,
        bytes: { down: sum((row) => row.bytesIn), up: sum((row) => row.bytesOut) },
      }
    })
    return { at: this.#home.now, devices }
  }

  time(): TimeStatus {
    const { time } = this.#snapshot()
    return {
      running: time.enabled,
      problem: null,
      synchronised: time.enabled,
      offset: time.enabled ? 0.00042 : null,
      sources: time.servers.map((name, i) => ({
        name,
        state: i === 0 ? 'used' : i === 3 ? 'silent' : 'good',
        offset: i === 3 ? null : 0.0004 + i * 0.0011,
      })),
    }
  }

  dialin(): DialinStatus {
    const { dialin } = this.#snapshot()
    if (!dialin.enabled) return { lines: [] }
    const lines = dialin.lines.map((one, place): DialinLineStatus => {
      const { device, address } = one
      const calm = { problem: null, caller: null, last: null }
      const state = asksForAccount(one) ? 'waiting' : 'open'
      const line = { device, interface: dialinDevice(place), address, state, ...calm } as const
      return { ...line, ...this.calls.get(device) }
    })
    return { lines }
  }

  shaping(): ShapingStatus {
    const { shaping, internet } = this.#snapshot()
    const said = { connection: internet.use, problem: null, queues: [] }
    if (!shaping.enabled) return { ...said, state: 'off' }
    const line = shapedLineOf(shaping, internet.use)
    if (!line) return { ...said, state: 'unset' }
    if (this.shapingProblem) return { ...said, state: 'failed', problem: this.shapingProblem }
    const seconds = Math.max(0, (this.#home.now - this.#home.startedAt) / 1000)
    const queues = pathInterfaces(this.#snapshot()).flatMap(({ name, role }) => {
      if (role === 'unused' || isDialinDevice(name)) return []
      const direction = role === 'wan' ? ('upload' as const) : ('download' as const)
      const kbit = line[direction]
      return kbit === null ? [] : [queue(name, direction, kbit, seconds)]
    })
    return { ...said, state: 'on', queues }
  }
}

const between = (address: number, from: number, to: number) => address >= from && address <= to

function port(
  name: string,
  mac: string,
  model: string,
  driver: string,
  speed: number | null,
): PortList['ports'][number] {
  return { name, role: 'unused', mac, model, driver, carrier: speed !== null, speed }
}

/** A line that is half full most of the time. */
function queue(
  device: string,
  direction: 'upload' | 'download',
  kbit: number,
  seconds: number,
): ShapingStatus['queues'][number] {
  const bytes = Math.round(kbit * 62.5 * seconds)
  const packets = Math.round(bytes / 900)
  const drops = Math.round(packets / 400)
  const waiting = direction === 'download' ? 14 : 3
  return {
    device,
    direction,
    kbit,
    packets,
    bytes,
    drops,
    marked: Math.round(drops / 8),
    waiting: { packets: waiting, bytes: waiting * 1514 },
    delay: direction === 'download' ? { average: 3.4, peak: 11.2 } : { average: 1.9, peak: 8.7 },
  }
}
