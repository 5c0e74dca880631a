/** tcpdump on a lab host, read as packets while it runs. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Lab } from '../../lab/lab.ts'
import type { Host } from '../../lab/plan.ts'
import { sleep, until } from '../../lab/shell.ts'

/** pcap-savefile(5) */
const FILE_HEADER = 24
const PACKET_HEADER = 16
/** Bytes before the IP header by link type (pcap-linktype(7)): Ethernet, raw IP, Linux cooked v1 and v2. */
const LINK_HEADER: Record<number, number> = { 1: 14, 12: 0, 101: 0, 113: 16, 276: 20 }

export class Capture {
  readonly #child: ChildProcess
  #pending = Buffer.alloc(0)
  #linkHeader: number | undefined
  /** IP packets, oldest first. */
  readonly packets: Buffer[] = []
  /** When each of them was seen, in ms since 1970. */
  readonly times: number[] = []

  private constructor(child: ChildProcess) {
    this.#child = child
    child.stdout!.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  /** @param filter in the language of pcap-filter(7) */
  static async start(
    lab: Lab,
    host: Host,
    device: string,
    filter: string,
    snapLength = 65_535,
  ): Promise<Capture> {
    const command = [
      'tcpdump',
      '-i',
      device,
      '-n',
      '-U',
      '--immediate-mode',
      '-s',
      String(snapLength),
      '-w',
      '-',
      filter,
    ]
    const child = lab.spawn(host, command, { stdio: ['ignore', 'pipe', 'pipe'] })
    const capture = new Capture(child)
    let said = ''
    child.stderr!.on('data', (text) => {
      said += text
    })
    await until(`tcpdump on ${host} ${device}`, 5, () => {
      if (child.exitCode !== null) throw new Error(`tcpdump: ${said}`)
      return said.includes('listening on')
    })
    return capture
  }

  /** @returns the first packet that fits @throws when none came in time */
  async find(what: string, fits: (packet: Buffer) => boolean, seconds = 3): Promise<Buffer> {
    return until(what, seconds, () => this.packets.find(fits))
  }

  async stop(): Promise<void> {
    // what the kernel has still in its ring
    await sleep(100)
    this.#child.kill('SIGINT')
    if (this.#child.exitCode === null) await once(this.#child, 'close')
  }

  #take(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk])
    if (this.#linkHeader === undefined) {
      if (this.#pending.length < FILE_HEADER) return
      this.#linkHeader = LINK_HEADER[this.#pending.readUInt32LE(20)]!
      this.#pending = this.#pending.subarray(FILE_HEADER)
    }
    while (this.#pending.length >= PACKET_HEADER) {
      const end = PACKET_HEADER + this.#pending.readUInt32LE(8)
      if (this.#pending.length < end) return
      this.times.push(this.#pending.readUInt32LE(0) * 1000 + this.#pending.readUInt32LE(4) / 1000)
      this.packets.push(this.#pending.subarray(PACKET_HEADER + this.#linkHeader, end))
      this.#pending = this.#pending.subarray(end)
    }
  }
}

/** Counts what passes a device and fits a filter, however much it is. */
export class PacketCount {
  readonly #child: ChildProcess
  #said = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    child.stderr!.on('data', (text) => {
      this.#said += text
    })
  }

  static async start(lab: Lab, host: Host, device: string, filter: string): Promise<PacketCount> {
    const command = ['tcpdump', '-i', device, '-n', '-s', '64', '-B', '16384', '-w', '/dev/null', filter]
    const count = new PacketCount(lab.spawn(host, command, { stdio: ['ignore', 'ignore', 'pipe'] }))
    await until(`tcpdump on ${host} ${device}`, 5, () => count.#said.includes('listening on'))
    return count
  }

  async stop(): Promise<number> {
    await sleep(100)
    this.#child.kill('SIGINT')
    if (this.#child.exitCode === null) await once(this.#child, 'close')
    const found = /(\d+) packets? received by filter/.exec(this.#said)
    if (!found) throw new Error(`tcpdump gave no count: ${this.#said}`)
    return Number(found[1])
  }
}
