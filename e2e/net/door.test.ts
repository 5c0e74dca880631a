/**
 * The door with real clients and servers, real kernels on both sides, and a packet thread that only copies (door-packet-thread.ts).
 * What each test counts comes from the door's own counters.
 */
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sleep } from '../lab/shell.ts'
import { DoorBench, LAN, type Wan } from './door-bench.ts'
import { complaintOfNobody } from './harness/as-nobody.ts'
import { ethernet, icmp, ipv4, PROTOCOL, udp } from './harness/packets.ts'

const root = process.getuid?.() === 0
/** Longer than the second after which a heartbeat is stale. */
const STALE_MS = 1300
const BROADCAST = 'ff:ff:ff:ff:ff:ff'

if (!root) console.log('skipped: the door needs root, to make network namespaces and load eBPF programs')

const datagram = (from: string, fromPort: number, to: string, toPort: number, options?: Uint8Array) =>
  ipv4({ from, to, protocol: PROTOCOL.udp, options }, udp({ from, to, fromPort, toPort }, Buffer.alloc(20)))

/** A frame with one more tag of 802.1Q, directly behind the addresses. */
const tagged = (frame: string, vlan: number) =>
  `${frame.slice(0, 24)}8100${vlan.toString(16).padStart(4, '0')}${frame.slice(24)}`

function gigabits(bench: DoorBench, from: 'lan' | 'rt', to: string, ...options: string[]): number {
  const report = bench.exec(from, 'iperf3', '--json', '--time', '2', '--client', to, ...options)
  return JSON.parse(report).end.sum_received.bits_per_second / 1e9
}

for (const wan of ['wan0', 'ppp0'] as const satisfies Wan[]) {
  describe.runIf(root)(`the door, WAN ${wan}`, { timeout: 60_000 }, () => {
    const bench = new DoorBench(wan)
    const { box, isp, ispDevice } = bench.addresses
    beforeAll(() => bench.up(), 60_000)
    afterAll(() => bench.down(), 60_000)

    /** What the provider's side sees of packets of the box, as tcpdump prints them. */
    async function seenBy(filter: string, count: number, act: () => unknown): Promise<string> {
      const options = [
        '--immediate-mode',
        '-l',
        '-nnv',
        '-Q',
        'in',
        '-c',
        String(count),
        '-i',
        ispDevice,
        filter,
      ]
      const dump = bench.spawn('isp', 'timeout', '5', 'tcpdump', ...options)
      let text = ''
      dump.stdout!.on('data', (chunk) => {
        text += chunk
      })
      const gone = once(dump, 'exit')
      await once(dump.stderr!, 'data')
      await act()
      await gone
      return text
    }

    test('a client reaches the provider through the packet thread, one hop further', async () => {
      const counted = await bench.counted(() => expect(bench.ping('lan', isp)).toBe(63))
      expect(counted).toMatchObject({ 'in-up': 2, 'down-forward': 2, 'out-judged': 2 })
    })

    test('the provider sees the WAN address only', async () => {
      const text = await seenBy('icmp', 1, () => bench.ping('lan', isp))
      expect(text).toContain(`${box} > ${isp}: ICMP echo request`)
      expect(text).toContain('ttl 63')
    })

    test('the box is reached from both sides, on the interface where the packet arrived', async () => {
      const lan = await bench.counted(() => expect(bench.ping('lan', LAN.box)).toBe(64))
      expect(lan).toMatchObject({ 'in-up': 1, 'down-box': 1, 'in-returned': 1, 'out-up': 1, 'down-own': 1 })
      expect(bench.ping('isp', box)).toBe(64)
    })

    test('the box’s own packets keep their TTL to the unit, whatever it is', async () => {
      for (const ttl of [1, 2, 64, 255]) {
        const text = await seenBy('icmp[0] = 8', 1, () => bench.ping('rt', isp, '-t', String(ttl)))
        expect(text).toContain(`ttl ${ttl},`)
      }
      expect(bench.ping('rt', LAN.client)).toBe(64)
    })

    test('a neighbour that is not known yet is asked for, and the packet waits', async () => {
      bench.exec('rt', 'ip', 'neigh', 'flush', 'all')
      expect(bench.ping('rt', LAN.client)).toBe(64)
      bench.exec('rt', 'ip', 'neigh', 'flush', 'all')
      expect(bench.ping('lan', LAN.box)).toBe(64)
      bench.exec('rt', 'ip', 'neigh', 'flush', 'all')
      expect(bench.ping('lan', isp)).toBe(63)
    })

    test('an own packet too big for the way is cut by the router and keeps its TTL', async () => {
      const whole = ipv4(
        { from: box, to: isp, protocol: PROTOCOL.icmp, ttl: 33 },
        icmp(8, 0, 7, Buffer.alloc(4000)),
      )
      let counted = {}
      const text = await seenBy('icmp or (ip[6:2] & 0x1fff != 0)', 3, async () => {
        counted = await bench.counted(() =>
          bench.ask('write', 'box', whole.toString('hex')).then(() => sleep(100)),
        )
      })
      expect(counted).toMatchObject({ 'down-own-routed': 1, 'out-judged': 3 })
      expect(text.match(/ttl 33,/g)).toHaveLength(3)
    })

    test('reassembled datagrams of any size reach the box', async () => {
      for (const [port, length, reason] of [
        [4001, 9000, 'down-box'],
        [4002, 40_000, 'down-box-whole'],
      ] as const) {
        const ends = { from: LAN.client, to: LAN.box, fromPort: 4000, toPort: port }
        const packet = ipv4({ ...ends, protocol: PROTOCOL.udp }, udp(ends, Buffer.alloc(length)))
        const counted = await bench.counted(async () => {
          const received = bench.ask('receive', port)
          await sleep(50)
          await bench.ask('write', 'lan', packet.toString('hex'))
          expect(await received).toBe(length)
        })
        expect(counted[reason]).toBe(1)
      }
    })

    test('what is no IPv4 packet does not leave a TUN', async () => {
      const ipv6 = '60000000000000000000000000000000000000000000000000000000000000000000000000000000'
      const counted = await bench.counted(async () => {
        await bench.ask('write', 'lan', ipv6)
        await bench.ask('write', 'box', ipv6)
        await sleep(100)
      })
      expect(counted['down-refused']).toBe(2)
    })

    test('TCP in bulk goes through, out of the box and into it, in super-packets', async () => {
      const servers = [
        bench.spawn('isp', 'iperf3', '--server', '--forceflush'),
        bench.spawn('rt', 'iperf3', '--server', '--forceflush', '-p', '5202'),
      ]
      for (const server of servers) await once(server.stdout!, 'data')
      const rates = {
        'client to provider': () => gigabits(bench, 'lan', isp),
        'provider to client': () => gigabits(bench, 'lan', isp, '--reverse'),
        'box to provider': () => gigabits(bench, 'rt', isp),
        'provider to box': () => gigabits(bench, 'rt', isp, '--reverse'),
        'client to box': () => gigabits(bench, 'lan', LAN.box, '-p', '5202'),
      }
      for (const [way, measure] of Object.entries(rates)) {
        let rate = 0
        const counted = await bench.counted(() => {
          rate = measure()
        })
        const packets =
          (counted['down-forward'] ?? 0) + (counted['down-box'] ?? 0) + (counted['down-own'] ?? 0)
        const mean = (rate * 2e9) / 8 / packets
        console.log(`${wan}, ${way}: ${rate.toFixed(1)} Gbit/s, ${Math.round(mean)} bytes a packet`)
        expect(rate).toBeGreaterThan(0.5)
        // half of the packets are bare acknowledgements; cut into segments the mean would stay below 1500
        expect(mean).toBeGreaterThan(3000)
      }
    })

    test('DHCP of the LAN passes by, also behind IP options; other ports do not', async () => {
      const discover = (toPort: number, options?: Uint8Array) =>
        ethernet(
          BROADCAST,
          bench.mac('lan', 'l0'),
          datagram('0.0.0.0', 68, '255.255.255.255', toPort, options),
        )
      const renew = ethernet(
        bench.mac('rt', 'lan0'),
        bench.mac('lan', 'l0'),
        datagram(LAN.client, 68, LAN.box, 67),
      )
      const elsewhere = ethernet(
        bench.mac('rt', 'lan0'),
        bench.mac('lan', 'l0'),
        datagram(LAN.client, 68, isp, 67),
      )
      const options = new Uint8Array([1, 1, 1, 0])
      const counted = await bench.counted(() =>
        bench.send('lan', 'l0', discover(67), discover(67, options), renew, discover(53), elsewhere),
      )
      // of five; the provider answers the last one
      expect(counted).toMatchObject({ 'in-dhcp': 3, 'in-broadcast': 1 })
    })

    test('multicast and broadcast of the LAN pass', async () => {
      const frames = ['224.0.0.251', '255.255.255.255', '192.168.77.255'].map((to) =>
        ethernet(BROADCAST, bench.mac('lan', 'l0'), datagram(LAN.client, 5353, to, 5353)),
      )
      const counted = await bench.counted(() => bench.send('lan', 'l0', ...frames))
      expect(counted).toMatchObject({ 'in-broadcast': 3 })
      expect(counted['in-up']).toBeUndefined()
    })

    test('an own address in a broadcast frame does not get round the packet thread', async () => {
      const frame = ethernet(BROADCAST, bench.mac('lan', 'l0'), datagram(LAN.client, 5000, LAN.box, 5001))
      const counted = await bench.counted(() => bench.send('lan', 'l0', frame))
      expect(counted).toMatchObject({ 'in-up': 1, 'down-box': 1, 'in-returned': 1 })
    })

    test('a priority tag does not get round the packet thread, a VLAN is none of ours', async () => {
      const frame = ethernet(
        bench.mac('rt', 'lan0'),
        bench.mac('lan', 'l0'),
        datagram(LAN.client, 5000, LAN.box, 5001),
      )
      expect(await bench.counted(() => bench.send('lan', 'l0', tagged(frame, 0)))).toMatchObject({
        'in-up': 1,
        'in-returned': 1,
      })
      const nested = tagged(tagged(frame, 0), 0)
      expect(await bench.counted(() => bench.send('lan', 'l0', nested))).toMatchObject({ 'in-malformed': 1 })
      expect(await bench.counted(() => bench.send('lan', 'l0', tagged(frame, 7)))).toMatchObject({
        'in-tagged': 1,
      })
    })

    test('IPv6 reaches the box from the LAN and is closed from the WAN', async () => {
      const address = (device: string) =>
        /inet6 (fe80[^/]+)/.exec(bench.exec('rt', 'ip', '-6', 'addr', 'show', 'dev', device))?.[1]
      const lan = address('lan0')!
      expect(bench.try('lan', 'ping', '-6', '-c1', '-W2', `${lan}%l0`).ok).toBe(true)
      const outside = address(wan)!
      const counted = await bench.counted(() => {
        expect(bench.try('isp', 'ping', '-6', '-c1', '-W1', `${outside}%${ispDevice}`).ok).toBe(false)
      })
      expect(counted['in-ipv6-dropped']).toBeGreaterThan(0)
    })

    test('an address that is no longer the box’s own is not delivered as such', async () => {
      await bench.ask('setOwn', [box])
      const counted = await bench.counted(() => bench.ping('lan', LAN.box))
      expect(counted).toMatchObject({ 'down-forward': 1 })
      expect(counted['down-box']).toBeUndefined()
      await bench.ask('allOwn')
      expect(await bench.counted(() => bench.ping('lan', LAN.box))).toMatchObject({ 'down-box': 1 })
    })

    test('without a heartbeat the LAN reaches the box and everything else is closed', async () => {
      await bench.ask('stall', true)
      await sleep(STALE_MS)
      const counted = await bench.counted(() => {
        expect(bench.ping('lan', LAN.box)).toBe(64)
        expect(bench.ping('rt', LAN.client)).toBe(64)
        expect(bench.ping('lan', isp)).toBeNull()
        expect(bench.ping('isp', box)).toBeNull()
        expect(bench.ping('rt', isp)).toBeNull()
      })
      expect(counted).toMatchObject({
        'in-stale-passed': 2,
        'out-stale-passed': 2,
        'in-stale-dropped': 2,
      })
      expect(counted['out-stale-dropped']).toBeGreaterThan(0)
      expect(counted['in-up']).toBeUndefined()
      await bench.ask('stall', false)
      await sleep(100)
      expect(bench.ping('lan', isp)).toBe(63)
      expect(bench.ping('isp', box)).toBe(64)
    })

    test('a link address changed after attaching does not lock the box', async () => {
      const before = bench.mac('rt', 'lan0')
      bench.exec('rt', 'ip', 'link', 'set', 'lan0', 'address', '02:00:00:00:77:77')
      bench.exec('lan', 'ip', 'neigh', 'flush', 'all')
      expect(bench.ping('lan', LAN.box)).toBe(64)
      bench.exec('rt', 'ip', 'link', 'set', 'lan0', 'address', before)
      bench.exec('lan', 'ip', 'neigh', 'flush', 'all')
      expect(bench.ping('lan', LAN.box)).toBe(64)
    })

    test('a device that is missing is named', async () => {
      await expect(bench.ask('attachTo', 'lan7')).rejects.toThrow('there is no network device lan7')
    })

    const filters = (device: string) =>
      ['ingress', 'egress'].map(
        (way) => bench.exec('rt', 'tc', 'filter', 'show', 'dev', device, way).match(/ handle /g)?.length ?? 0,
      )

    test('attaching again loses no packet', async () => {
      const ping = bench.spawn('lan', 'ping', '-q', '-i', '0.005', '-c', '200', '-W', '1', isp)
      let report = ''
      ping.stdout!.on('data', (chunk) => {
        report += chunk
      })
      const gone = once(ping, 'exit')
      while (ping.exitCode === null) {
        await bench.ask('attach')
        await sleep(20)
      }
      await gone
      expect(report).toContain('200 received')
    })

    test('attaching again, also after kill -9, replaces: there are never two filters', async () => {
      await bench.ask('attach')
      expect([filters('lan0'), filters(wan)]).toEqual([
        [1, 1],
        [1, 1],
      ])
      await bench.kill()
      await sleep(STALE_MS)
      expect([filters('lan0'), filters(wan)]).toEqual([
        [1, 1],
        [1, 1],
      ])
      expect(bench.ping('lan', LAN.box)).toBe(64)
      expect(bench.ping('lan', isp)).toBeNull()
      expect(bench.ping('isp', box)).toBeNull()
      await bench.start()
      await sleep(100)
      expect([filters('lan0'), filters(wan)]).toEqual([
        [1, 1],
        [1, 1],
      ])
      expect(bench.ping('lan', isp)).toBe(63)
      expect(bench.ping('rt', isp)).toBe(64)
    })

    test('detaching takes our filters off and leaves those of others', async () => {
      // classic BPF that matches everything, behind ours: no classifier needed beyond the one that the door itself uses
      const other = [
        'protocol',
        'all',
        'prio',
        '999',
        'bpf',
        'bytecode',
        '1,6 0 0 4294967295,',
        'flowid',
        '1:1',
      ]
      bench.exec('rt', 'tc', 'filter', 'add', 'dev', 'lan0', 'ingress', ...other)
      await bench.ask('detach', 'lan0')
      const left = bench.exec('rt', 'tc', 'filter', 'show', 'dev', 'lan0', 'ingress')
      expect(left).toContain('pref 999')
      expect(left).not.toContain('device_in')
      expect(filters('lan0')[1]).toBe(0)
      expect(bench.ping('lan', LAN.box)).toBe(64)
      // nothing is forwarded past the door: `forwarding` is off for the device
      expect(bench.ping('lan', isp)).toBeNull()
      await bench.ask('attach')
      expect(bench.ping('lan', isp)).toBe(63)
      bench.exec('rt', 'tc', 'filter', 'del', 'dev', 'lan0', 'ingress', 'prio', '999')
    })

    test('closing takes everything off, or leaves it, as asked', async () => {
      await bench.ask('close', false)
      expect([filters('lan0'), filters(wan), filters('m-box')]).toEqual([
        [0, 0],
        [0, 0],
        [0, 0],
      ])
      await bench.kill()
      await bench.start()
      await bench.ask('close', true)
      expect(filters(wan)).toEqual([1, 1])
    })
  })
}

describe.runIf(root)('the door on an Ethernet WAN', { timeout: 60_000 }, () => {
  const bench = new DoorBench('wan0')
  const { box, isp } = bench.addresses
  beforeAll(() => bench.up(), 60_000)
  afterAll(() => bench.down(), 60_000)

  const frame = (to: string, packet: Uint8Array) => ethernet(to, bench.mac('isp', 'w0'), packet)
  /** What came in but for ARP and IPv6, which the machines send as they please. */
  async function count(...frames: string[]): Promise<Record<string, number>> {
    const counted = await bench.counted(() => bench.send('isp', 'w0', ...frames))
    const noise = ['in-not-ipv4', 'in-ipv6-dropped']
    return Object.fromEntries(
      Object.entries(counted).filter(([name]) => name.startsWith('in-') && !noise.includes(name)),
    )
  }

  test('DHCP passes from server port to client port only', async () => {
    const mine = bench.mac('rt', 'wan0')
    const passed = await count(
      frame(BROADCAST, datagram(isp, 67, '255.255.255.255', 68)),
      frame(mine, datagram(isp, 67, box, 68)),
    )
    expect(passed).toEqual({ 'in-dhcp': 2 })
    // a server's port is no key to the box's other services, nor to its DHCP server
    const judged = await count(
      frame(mine, datagram(isp, 67, box, 53)),
      frame(mine, datagram(isp, 68, box, 67)),
      frame(mine, datagram(isp, 68, box, 68)),
    )
    expect(judged).toMatchObject({ 'in-up': 3 })
    expect(judged['in-dhcp']).toBeUndefined()
  })

  test('a later fragment is no DHCP, whatever its bytes look like', async () => {
    const ports = Buffer.from('00430044001c0000', 'hex')
    const fragment = ipv4({ from: isp, to: box, protocol: PROTOCOL.udp, offset: 8 }, ports)
    expect(await count(frame(bench.mac('rt', 'wan0'), fragment))).toMatchObject({ 'in-up': 1 })
  })

  test('broadcast and multicast are closed, but for IGMP', async () => {
    const dropped = await count(
      frame(BROADCAST, datagram(isp, 5353, '224.0.0.251', 5353)),
      frame(BROADCAST, datagram(isp, 137, '198.51.100.255', 137)),
      frame(BROADCAST, datagram(isp, 137, '255.255.255.255', 137)),
      frame(BROADCAST, datagram(isp, 137, box, 137)),
    )
    expect(dropped).toEqual({ 'in-broadcast-dropped': 4 })
    const query = ipv4({ from: isp, to: '224.0.0.1', protocol: 2 }, Buffer.from('1164ee9b00000000', 'hex'))
    expect(await count(frame('01:00:5e:00:00:01', query))).toEqual({ 'in-broadcast': 1 })
  })

  test('frames for another link address are left to the kernel, which drops them', async () => {
    bench.exec('rt', 'ip', 'link', 'set', 'wan0', 'promisc', 'on')
    const other = frame('02:99:99:99:99:99', datagram(isp, 5000, box, 5001))
    expect(await count(other)).toEqual({ 'in-other-host': 1 })
    bench.exec('rt', 'ip', 'link', 'set', 'wan0', 'promisc', 'off')
  })

  test('a header that is not there is refused', async () => {
    expect(await count(frame(bench.mac('rt', 'wan0'), Buffer.from('450000', 'hex')))).toEqual({
      'in-malformed': 1,
    })
  })

  test('without the rights the reason is told', () => {
    const open = `import('@bauta/door').then(({ Door }) => Door.open(1024))`
    expect(complaintOfNobody(open, import.meta.dirname)).toContain(
      'no permission to load eBPF programs: the dataplane needs root',
    )
  })

  test('ARP works in both directions', () => {
    bench.exec('rt', 'ip', 'neigh', 'flush', 'all')
    bench.exec('isp', 'ip', 'neigh', 'flush', 'all')
    expect(bench.ping('isp', box)).toBe(64)
  })
})
