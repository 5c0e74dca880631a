/**
 * Traffic shaping with real cake, in a guest with Debian's kernel (guest.ts): a whole household behind the product, on a slow line with
 * long queues. What happens inside is shaping-inside.ts; here each finding is judged.
 */
import path from 'node:path'
import type { ShapingStatus } from '@bauta/control'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../lab/record.ts'
import { type Findings, observe } from './findings.ts'

/** kbit/s, as shaping-inside.ts sets them. */
const SET = { download: 1800, upload: 900 }
/** Emulation is slow: 600 s were measured on two cores with a load of 12. */
const SECONDS = 1000
const SCRIPT = `
for module in veth bridge tun ifb sch_ingress sch_tbf cls_bpf cls_matchall act_mirred; do modprobe $module; done
ip link set lo up
cd ${ROOT} && BAUTA_PATIENCE=6 ${path.join(ROOT, 'node_modules/.bin/node')} e2e/guest/shaping-inside.ts`

interface FullLine {
  kbit: number
  ping: number
  carried: number
  measured: ShapingStatus['queues']
}
type BothWays = Record<'download' | 'upload', FullLine>
type Shares = Record<'download' | 'upload', { four: number; one: number }>

const WAYS = ['download', 'upload'] as const
const CAKE = { upload: /^qdisc cake ba08: root/m, download: /^qdisc cake ba08: parent ba07:2/m }
const DOOR = /^qdisc clsact ffff:/m

describe.skipIf(process.getuid?.() !== 0)('traffic shaping in a guest with Debian’s kernel', () => {
  let findings: Findings
  beforeAll(
    async () => {
      findings = await observe({ script: SCRIPT, memoryMb: 1536 }, SECONDS)
    },
    SECONDS * 1000 + 5000,
  )
  afterAll(() => findings?.stop())

  const held = (name: string, ways: BothWays): void => {
    const idle = findings.found<number>('an idle line')
    const without = findings.found<BothWays>('without')
    for (const way of WAYS)
      console.log(
        `${name}, ${way}: ${ways[way].kbit} of ${SET[way]} kbit/s; ping ${ways[way].ping} ms, ${without[way].ping} ms without, ${idle} ms on an idle line`,
      )
    for (const way of WAYS) {
      // never more; whether four connections fill it to the last tenth is the emulated processor's affair
      expect(ways[way].kbit).toBeLessThan(SET[way] * 1.1)
      expect(ways[way].kbit).toBeGreaterThan(SET[way] * 0.8)
      // a modem full of packets takes a good part of a second; here it is the emulation that takes most
      expect(without[way].ping).toBeGreaterThan(300)
      expect(ways[way].ping).toBeLessThan(without[way].ping / 3)
    }
  }

  it('a kernel without cake: said in words, nothing is shaped, and packets go on', () => {
    const { actions, status, reaches, wan, lan } =
      findings.found<Record<string, unknown>>('a kernel without cake')
    const problem = expect.stringMatching(/^this kernel has no cake/)
    expect(status).toEqual({ connection: 'Internet', state: 'failed', problem, queues: [] })
    expect(actions).toContainEqual(expect.stringMatching(/^nothing is shaped: this kernel has no cake/))
    expect(reaches).toBe(true)
    for (const queues of [wan, lan]) expect(queues).not.toMatch(/cake|prio/)
  })

  it('a full line is held to its speed in both directions, and a ping is quick meanwhile', () => {
    const { actions, again, status, wan, lan, ...ways } = findings.found<
      BothWays & { actions: string[]; again: string[]; status: ShapingStatus; wan: string; lan: string }
    >('on')
    expect(actions).toEqual(
      expect.arrayContaining(['download held to 1800 kbit/s at lan0', 'upload held to 900 kbit/s at wan0']),
    )
    expect(again).toEqual([])
    expect(status.queues.map(({ device, kbit }) => `${device} ${kbit}`)).toEqual(['lan0 1800', 'wan0 900'])
    expect(wan).toMatch(CAKE.upload)
    expect(lan).toMatch(CAKE.download)
    for (const queues of [wan, lan]) expect(queues).toMatch(DOOR)
    held('every packet through the packet thread', ways)
    expect(ways.download.carried + ways.upload.carried).toBe(0)
  })

  it('the same where the kernel carries the connections: what the door redirects waits in the queue too', () => {
    const ways = findings.found<BothWays>('carried')
    held('carried by the kernel', ways)
    for (const way of WAYS) expect(ways[way].carried).toBeGreaterThan(200)
  })

  it('the page’s figures: what was sent, dropped, and how long it waited', () => {
    const { download, upload } = findings.found<BothWays>('carried')
    const [down] = download.measured
    const [, up] = upload.measured
    for (const queue of [down!, up!]) {
      expect(queue.packets).toBeGreaterThan(500)
      expect(queue.bytes).toBeGreaterThan(500_000)
      expect(queue.drops + queue.marked).toBeGreaterThan(0)
      expect(queue.delay.peak).toBeGreaterThan(0)
    }
  })

  it('what the box itself sends to the household is not held', () => {
    const { kbit } = findings.found<{ kbit: number }>('the box itself is not held')
    console.log(`from the box itself: ${kbit} kbit/s, where downloads are held to ${SET.download}`)
    expect(kbit).toBeGreaterThan(SET.download * 2)
  })

  it.each(['off', 'on'])(
    'a machine with four connections gets what one with one gets, carrying %s',
    (mode) => {
      const shares = findings.found<Shares>(`shares by machine, carrying ${mode}`)
      for (const way of WAYS) {
        const { four, one } = shares[way]
        console.log(`carrying ${mode}, ${way}: ${four} kbit/s with four connections, ${one} with one`)
        expect(four / one).toBeGreaterThan(0.5)
        expect(four / one).toBeLessThan(2)
      }
    },
  )

  it('by connection, four get about four times as much', () => {
    const shares = findings.found<Shares>('shares by connection')
    for (const way of WAYS) {
      const { four, one } = shares[way]
      console.log(`by connection, ${way}: ${four} kbit/s with four connections, ${one} with one`)
      expect(four / one).toBeGreaterThan(2.5)
    }
  })

  it('another speed and another kind of line change the queues in place', () => {
    const { actions, wan, lan } = findings.found<{ actions: string[]; wan: string; lan: string }>(
      'another speed',
    )
    expect(actions).toEqual(
      expect.arrayContaining(['download held to 1000 kbit/s at lan0', 'upload held to 500 kbit/s at wan0']),
    )
    expect(wan).toMatch(/cake ba08: root .* bandwidth 500Kbit besteffort dual-srchost .* atm overhead 40/)
    expect(lan).toMatch(/cake ba08: parent ba07:2 bandwidth 1Mbit besteffort dual-dsthost .* atm overhead 40/)
  })

  it('dataplane killed: the queue stands without a gap, and is taken over as it is', () => {
    const { seen, status, reaches } = findings.found<{
      seen: number[]
      status: ShapingStatus
      reaches: boolean
    }>('killed')
    expect(seen.length).toBeGreaterThan(5)
    expect(seen[0]).toBeGreaterThan(0)
    // a queue made anew would begin at 0, and one that is not there is −1
    for (const [i, packets] of seen.entries()) expect(packets).toBeGreaterThanOrEqual(seen[i - 1] ?? 0)
    expect(status.state).toBe('on')
    expect(reaches).toBe(true)
  })

  it('the line goes and comes back as another device: the queue follows', () => {
    const { waiting, status, wan } = findings.found<{
      waiting: ShapingStatus
      status: ShapingStatus
      wan: string
    }>('the line goes and comes back')
    expect(waiting.queues.map(({ device }) => device)).toEqual(['lan0'])
    expect(status.queues.map(({ device }) => device)).toEqual(['lan0', 'wan0'])
    expect(wan).toMatch(CAKE.upload)
    expect(wan).toMatch(DOOR)
  })

  it.each(['switched off', 'ended cleanly'])(
    '%s: the devices have what they had, and the door stays',
    (name) => {
      const { wan, lan } = findings.found<{ wan: string; lan: string }>(name)
      for (const queues of [wan, lan]) {
        expect(queues).not.toMatch(/cake|prio/)
        expect(queues).toMatch(DOOR)
      }
    },
  )
})
