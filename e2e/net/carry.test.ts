/** The kernel carries what is decided: with the real door, the same packets leave and the same is counted as without. */
import { readFileSync } from 'node:fs'
import { anyRule, type OffloadMode, type Rules, type Snapshot } from '@bauta/config'
import type { Connection, Counters } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { contentSha256 } from '../lab/internet/content.ts'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { Capture } from './harness/capture.ts'
import { describeLab, type Stage } from './harness/lab-test.ts'
import { macOf } from './harness/mac.ts'
import { netfilterHome } from './harness/netfilter-home.ts'
import {
  type Ends,
  ethernet,
  FLAG,
  type Ipv4Header,
  icmp,
  ipv4,
  PROTOCOL,
  tcp,
  udp,
} from './harness/packets.ts'

const WWW = SERVERS['www.example.org']
const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
/** Nobody has these addresses, so nobody's kernel answers what the test sends in their names. */
const CLIENT = '192.168.77.77'
const SERVER = '93.184.216.77'

async function apply(stage: Stage, edit: (snapshot: Snapshot) => void): Promise<void> {
  const { revision, snapshot } = await stage.dataplane.settings()
  const next = structuredClone(snapshot)
  edit(next)
  await stage.dataplane.apply({ revision: revision + 1, snapshot: next })
}

const setMode = (stage: Stage, mode: OffloadMode) =>
  apply(stage, ({ offload }) => Object.assign(offload, { mode }))

async function rowOf(stage: Stage, q: string): Promise<Connection> {
  const { rows } = await stage.dataplane.connections({ q })
  expect(rows).toHaveLength(1)
  return rows[0]!
}

async function carriedPackets(stage: Stage): Promise<number> {
  const { paths } = await stage.dataplane.counters()
  return paths.find(({ name }) => name === 'door-in-carried')!.packets
}

interface Step {
  back: boolean
  protocol: 'tcp' | 'udp' | 'icmp'
  flags?: number
  header?: Partial<Ipv4Header>
  length?: number
  /** Of another connection: so much higher is its client's port. */
  other?: number
  /** Of TCP. */
  options?: Uint8Array
  /** Of a ping, where it is not the one that belongs to its direction. */
  type?: number
  /** What the transport's header says wrongly. */
  lie?: { checksum?: number; headerWords?: number; length?: number }
}

const mss = (value: number): number[] => [2, 4, value >> 8, value & 255]
const NOTHING = [1, 1, 1, 1]
/** A connection is opened, and answered in so many ways; only first answers are the kernel's. */
const opening = (other: number, options: number[], ...answers: number[]): Step[] => {
  const tcp = { protocol: 'tcp', other, options: Uint8Array.from(options) } as const
  return [
    { ...tcp, back: false, flags: FLAG.syn },
    ...answers.map((flags): Step => ({ ...tcp, back: true, flags })),
    { ...tcp, back: false, flags: FLAG.ack, options: new Uint8Array() },
    { ...tcp, back: true, flags: FLAG.ack, options: new Uint8Array() },
  ]
}
const SYN_ACK = FLAG.syn | FLAG.ack

/** Every kind of packet that the kernel takes, and those that it must leave to the packet thread, in one conversation of each protocol. */
const STEPS: readonly Step[] = [
  { back: false, protocol: 'tcp', flags: FLAG.syn },
  { back: true, protocol: 'tcp', flags: FLAG.syn | FLAG.ack },
  ...Array.from({ length: 6 }, (): Step => ({ back: false, protocol: 'tcp', flags: FLAG.ack })),
  ...Array.from({ length: 6 }, (): Step => ({ back: true, protocol: 'tcp', flags: FLAG.ack | FLAG.psh })),
  { back: false, protocol: 'tcp', flags: FLAG.ack, header: { ttl: 2 } },
  { back: true, protocol: 'tcp', flags: FLAG.ack, header: { ttl: 3, dontFragment: true } },
  { back: false, protocol: 'tcp', flags: FLAG.ack, header: { options: Uint8Array.of(1, 1, 1, 0) } },
  { back: false, protocol: 'tcp', flags: FLAG.ack, lie: { headerWords: 4 } },
  { back: true, protocol: 'tcp', flags: FLAG.ack, lie: { headerWords: 15 } },
  { back: true, protocol: 'tcp', flags: FLAG.ack | FLAG.fin },
  { back: false, protocol: 'tcp', flags: FLAG.ack },
  { back: false, protocol: 'tcp', flags: FLAG.ack | FLAG.fin },
  { back: true, protocol: 'tcp', flags: FLAG.ack },
  ...opening(1, mss(1460), SYN_ACK),
  ...opening(2, [...mss(8960), 4, 2, 1, 1], SYN_ACK, SYN_ACK),
  ...opening(3, [...NOTHING, ...mss(8960)], SYN_ACK),
  ...opening(4, mss(536), SYN_ACK | FLAG.psh),
  ...opening(5, [], FLAG.rst | FLAG.ack),
  ...opening(6, [], FLAG.syn),
  ...opening(7, [], FLAG.ack, SYN_ACK),
  ...[false, true, true, false].map((back): Step => ({ back, protocol: 'udp', length: 40, other: 1 })),
  ...[0, 1, 2, 300, 1400, 1401, 18, 19].map((length): Step => ({ back: false, protocol: 'udp', length })),
  ...[0, 1, 2, 300, 1400, 1401, 18, 19].map((length): Step => ({ back: true, protocol: 'udp', length })),
  ...[64, 65, 66].map(
    (length): Step => ({ back: false, protocol: 'udp', length, header: { id: 7, dontFragment: true } }),
  ),
  { back: false, protocol: 'udp', length: 33, lie: { checksum: 0 } },
  { back: true, protocol: 'udp', length: 33, lie: { checksum: 0 } },
  { back: false, protocol: 'udp', length: 37, lie: { length: 7 } },
  { back: true, protocol: 'udp', length: 38, lie: { length: 60 } },
  { back: false, protocol: 'udp', length: 35, header: { ttl: 2 } },
  { back: true, protocol: 'udp', length: 36, header: { dontFragment: false } },
  ...[0, 1, 56, 57, 1400, 1401].map((length): Step => ({ back: false, protocol: 'icmp', length })),
  ...[0, 1, 56, 57, 1400, 1401].map((length): Step => ({ back: true, protocol: 'icmp', length })),
  { back: true, protocol: 'icmp', length: 56, type: 8 },
  { back: false, protocol: 'icmp', length: 56, type: 0 },
  { back: false, protocol: 'icmp', length: 58, header: { ttl: 2 } },
]

/** A ping's client has the identifier 43,000. */
const PING = 43_000

function transportOf(step: Step, ends: Ends, payload: Buffer): Buffer {
  const { protocol, back, flags, type, lie = {}, options } = step
  if (protocol === 'tcp') return tcp(ends, flags!, lie, options)
  if (protocol === 'udp') return udp(ends, payload, lie)
  return icmp(type ?? (back ? 0 : 8), 0, PING * 0x1_0000 + payload.length, payload)
}

const conversations = (name: string, rules: (rules: Rules) => Rules, wan: 'eth' | 'ppp0') =>
  describeLab(`carried by the kernel, ${name}, ${wan}`, { wan }, (stage) => {
    const lanFrame = (packet: Buffer) =>
      ethernet(macOf(stage.lab, 'router', 'lan0'), macOf(stage.lab, 'lan1', 'eth0'), packet)
    const wanFrame = (packet: Buffer) =>
      wan === 'ppp0'
        ? packet.toString('hex')
        : ethernet(
            macOf(stage.lab, 'router', 'wan0'),
            macOf(stage.lab, 'isp', stage.wan.providerDevice),
            packet,
          )

    const packetOf = (step: Step, number: number): Buffer => {
      const { back, protocol, header, length, other = 0 } = step
      const port = (protocol === 'tcp' ? 41_000 : 42_000) + other
      const there: Ends = { from: CLIENT, to: SERVER, fromPort: port, toPort: 4000 }
      const ends = back ? { from: SERVER, to: stage.wan.address, fromPort: 4000, toPort: port } : there
      const payload = Buffer.alloc(length ?? 0, number)
      const inner = transportOf(step, ends, payload)
      const outer = {
        from: ends.from,
        to: ends.to,
        protocol: PROTOCOL[protocol],
        id: number + 1,
        dontFragment: true,
        ...header,
      }
      return ipv4(outer, inner)
    }

    const say = (step: Step, number: number) => {
      const packet = packetOf(step, number)
      return step.back
        ? stage.on.isp.sendFrames({ device: stage.wan.providerDevice, frames: [wanFrame(packet)] })
        : stage.on.lan1.sendFrames({ device: 'eth0', frames: [lanFrame(packet)] })
    }

    /** @returns what came out on either side, and what was counted */
    const play = async () => {
      for (const { id } of (await stage.dataplane.connections({ q: `client:${CLIENT}` })).rows)
        await stage.dataplane.endConnection(id)
      const before = await stage.dataplane.counters()
      const carriedBefore = await carriedPackets(stage)
      const [outside, inside] = await Promise.all([
        Capture.start(stage.lab, 'isp', stage.wan.providerDevice, `ip and dst host ${SERVER}`),
        Capture.start(stage.lab, 'lan1', 'eth0', `ip and dst host ${CLIENT}`),
      ])
      for (const [number, step] of STEPS.entries()) {
        await say(step, number)
        await sleep(15)
      }
      await sleep(700)
      await Promise.all([outside.stop(), inside.stop()])
      const rows = (await stage.dataplane.connections({ q: `client:${CLIENT}` })).rows
      return {
        carried: (await carriedPackets(stage)) - carriedBefore,
        outside: outside.packets.map((packet) => packet.toString('hex')),
        inside: inside.packets.map((packet) => packet.toString('hex')),
        counted: countedSince(before, await stage.dataplane.counters()),
        rows: rows
          .map(({ protocol, state, masqPort, packetsOut, packetsIn, bytesOut, bytesIn }) => {
            return { protocol, state, masqPort, packetsOut, packetsIn, bytesOut, bytesIn }
          })
          .sort((a, b) => a.masqPort - b.masqPort),
      }
    }

    it('leaves the same packets, byte for byte, the same counters and the same table as without', async () => {
      stage.lab.run('isp', ['ip', 'route', 'add', 'blackhole', SERVER])
      stage.lab.run('router', [
        'ip',
        'neigh',
        'replace',
        CLIENT,
        'lladdr',
        macOf(stage.lab, 'lan1', 'eth0'),
        'dev',
        'lan0',
      ])
      await apply(stage, (snapshot) =>
        Object.assign(snapshot, { rules: rules(snapshot.rules), offload: { mode: 'off' } }),
      )
      const without = await play()
      expect(without.carried).toBe(0)
      expect(without.outside.length).toBeGreaterThan(20)
      expect(without.inside.length).toBeGreaterThan(15)
      await setMode(stage, 'on')
      const { carried, ...helped } = await play()
      console.log(`${name} ${wan}: the kernel carried ${carried} of ${STEPS.length} packets`)
      expect(carried).toBeGreaterThan(20)
      expect({ ...helped, carried: 0 }).toEqual(without)
    })

    it('a packet that was damaged on its way stays so: its receiver sees it', async () => {
      const capture = await Capture.start(stage.lab, 'lan1', 'eth0', `udp and dst host ${CLIENT}`)
      const damaged: Step = { back: true, protocol: 'udp', length: 34, lie: { checksum: 0xabcd } }
      const before = await carriedPackets(stage)
      await stage.on.isp.sendFrames({
        device: stage.wan.providerDevice,
        frames: [wanFrame(packetOf(damaged, 50))],
      })
      const packet = await capture.find('the damaged datagram', () => true)
      await capture.stop()
      expect((await carriedPackets(stage)) - before).toBe(1)
      const right = udp({ from: SERVER, to: CLIENT, fromPort: 4000, toPort: 42_000 }, Buffer.alloc(34, 50))
      expect(packet.readUInt16BE(26)).not.toBe(right.readUInt16BE(6))
    })

    it('the first answer is the kernel’s already, and says no larger MSS than fits', async () => {
      await setMode(stage, 'auto')
      const capture = await Capture.start(stage.lab, 'lan1', 'eth0', `tcp and dst host ${CLIENT}`)
      const [question, answer] = opening(8, [...mss(8960), 4, 2, 1, 1], SYN_ACK)
      const before = await carriedPackets(stage)
      await say(question!, 60)
      await until('the connection', 5, async () => (await rowOf(stage, 'port:41008')).state === 'SYN_SENT')
      await say(answer!, 61)
      const packet = await capture.find('the answer', () => true)
      await capture.stop()
      expect((await carriedPackets(stage)) - before).toBe(1)
      expect([...packet.subarray(40, 44)]).toEqual(mss(wan === 'ppp0' ? 1452 : 1460))
      const opened = await until('word of it', 2, async () => {
        const row = await rowOf(stage, 'port:41008')
        return row.state === 'ESTABLISHED' && row
      })
      expect([opened.packetsOut, opened.packetsIn]).toEqual([1, 1])
    })
  })

/** Rules and ways through the box; what the box and its administrator say meanwhile is another matter. */
function countedSince(before: Counters, after: Counters) {
  const growth = (list: { packets: number; bytes: number }[], was: { packets: number; bytes: number }[]) =>
    list.map(({ packets, bytes }, i) => [packets - was[i]!.packets, bytes - was[i]!.bytes])
  const through = ({ paths }: Counters) => paths.filter(({ name }) => /^(lan-to-wan|wan-to-lan)$/.test(name))
  return { rules: growth(after.rules, before.rules), paths: growth(through(after), through(before)) }
}

conversations('classic', (rules) => rules, 'eth')
conversations('netfilter', () => netfilterHome(), 'eth')
conversations('classic', (rules) => rules, 'ppp0')

for (const wan of ['eth', 'ppp0'] as const)
  describeLab(`a household whose packets the kernel carries, ${wan}`, { wan }, (stage) => {
    it('carries a download, and says so of its connection', async () => {
      const length = 300_000_000
      const before = await carriedPackets(stage)
      const transfer = stage.on.lan1.download({ url: `http://${WWW}/bytes/${length}?rate=200000000` })
      await sleep(700)
      expect((await rowOf(stage, `client:${LAN.lan1} port:80`)).carried).toEqual({
        by: 'kernel',
        why: 'carried by the kernel',
      })
      const { sha256 } = await transfer
      expect(sha256).toBe(contentSha256(length))
      const row = await until('the end of the connection', 5, async () => {
        const one = await rowOf(stage, `client:${LAN.lan1} port:80`)
        return one.state === 'TIME_WAIT' && one
      })
      const carried = (await carriedPackets(stage)) - before
      console.log(
        `${wan}: ${carried} of ${row.packetsIn + row.packetsOut} packets carried, as super-packets counted once`,
      )
      expect(row.bytesIn).toBeGreaterThan(length)
      expect(row.carried.by).toBe('thread')
    })

    it('a question every 5 ms is answered every time while the dataplane is killed and comes back', async () => {
      await apply(stage, ({ rules }) => {
        const echo = { network: ECHO.address, invert: false }
        rules.chains[0]!.rules.unshift({ ...anyRule(901), source: echo, target: null })
        rules.chains[1]!.rules.unshift({ ...anyRule(902), destination: echo, target: null })
      })
      const { startedAt } = await stage.dataplane.status()
      const handle = await stage.on.lan2.udpOpen({ localPort: 37_100 })
      const ask = () => stage.on.lan2.udpAsk({ handle, to: ECHO, text: 'still there?', waitMs: 400 })
      for (let i = 0; i < 20; i++) expect(await ask()).toBe('still there?')
      await sleep(100)
      process.kill(Number(readFileSync(stage.lab.record.dataplane.pidFile, 'utf8')), 'SIGKILL')
      let asked = 0
      let lost = 0
      const back = async () => (await stage.dataplane.status().catch(() => null))?.startedAt ?? startedAt
      for (const began = performance.now(); performance.now() - began < 20_000; ) {
        for (let i = 0; i < 40; i++) {
          asked++
          if ((await ask()) === null) lost++
          await sleep(5)
        }
        if ((await back()) > startedAt) break
      }
      for (let i = 0; i < 40; i++) if ((await ask()) === null) lost++
      console.log(`${wan}: ${lost} of ${asked} questions lost over kill -9`)
      expect(asked).toBeGreaterThan(40)
      expect(lost).toBe(0)
      // nothing that was carried while nobody was there is missing in the books
      await sleep(700)
      const row = await rowOf(stage, 'port:37100')
      expect(row.packetsOut).toBe(asked + 60)
      expect(row.packetsIn).toBe(asked + 60)
      const { rules } = await stage.dataplane.counters()
      const counted = [901, 902].map((id) => rules.find((rule) => rule.id === id))
      expect(counted).toEqual([
        expect.objectContaining({ packets: asked + 60, bytes: row.bytesIn }),
        expect.objectContaining({ packets: asked + 60, bytes: row.bytesOut }),
      ])
    })

    it('keeps a timeout to the second: not before, while packets are carried, and not after', async () => {
      await apply(stage, (snapshot) => Object.assign(snapshot.timeouts, { udp: 6 }))
      const handle = await stage.on.lan1.udpOpen({ localPort: 37_200 })
      const ask = () => stage.on.lan1.udpAsk({ handle, to: ECHO, text: 'tick' })
      for (let i = 0; i < 10; i++) await ask()
      for (let second = 0; second < 9; second++) {
        await sleep(1000)
        expect(await ask()).toBe('tick')
      }
      expect((await rowOf(stage, 'port:37200')).carried.by).toBe('kernel')
      const last = performance.now()
      const gone = await until('the end of the connection', 12, async () => {
        const { rows } = await stage.dataplane.connections({ q: 'port:37200' })
        return rows.length === 0 && (performance.now() - last) / 1000
      })
      console.log(`${wan}: gone ${gone.toFixed(1)} s after the last packet that the kernel carried`)
      expect(gone).toBeGreaterThan(5.5)
      expect(gone).toBeLessThan(7.5)
    })

    it('a rule that denies stops it at once, and taking the rule away lets it go on', async () => {
      const handle = await stage.on.lan1.udpOpen({ localPort: 37_300 })
      const ask = (waitMs = 500) => stage.on.lan1.udpAsk({ handle, to: ECHO, text: 'tick', waitMs })
      for (let i = 0; i < 12; i++) expect(await ask()).toBe('tick')
      await sleep(100)
      expect((await rowOf(stage, 'port:37300')).carried.by).toBe('kernel')
      const { snapshot } = await stage.dataplane.settings()
      await apply(stage, ({ rules }) =>
        rules.chains[1]!.rules.unshift({
          ...anyRule(900),
          destination: { network: ECHO.address, invert: false },
          target: { verdict: 'DENY' },
        }),
      )
      expect(await ask()).toBeNull()
      await apply(stage, (next) => Object.assign(next, snapshot))
      expect(await ask()).toBe('tick')
    })

    it('while somebody watches, every packet is seen, and afterwards the kernel carries again', async () => {
      const handle = await stage.on.lan1.udpOpen({ localPort: 37_400 })
      const ask = () => stage.on.lan1.udpAsk({ handle, to: ECHO, text: 'tick' })
      for (let i = 0; i < 12; i++) expect(await ask()).toBe('tick')
      await stage.dataplane.watch({ port: 37_400 })
      for (let i = 0; i < 10; i++) expect(await ask()).toBe('tick')
      await until('twenty packets', 5, async () => (await stage.dataplane.monitor()).turns.length === 20)
      await stage.dataplane.stopWatching()
      for (let i = 0; i < 3; i++) expect(await ask()).toBe('tick')
      await until(
        'the kernel carries',
        5,
        async () => (await rowOf(stage, 'port:37400')).carried.by === 'kernel',
      )
    })
  })
