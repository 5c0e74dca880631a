/** Rules of the netfilter dialect on the wire: states, REJECT, mangling, limits, logging, MAC addresses. */
import { defaultSnapshot, REJECT_WITH, type Rule } from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { until } from '../lab/shell.ts'
import { Capture } from './harness/capture.ts'
import { describeLab, type Stage } from './harness/lab-test.ts'
import { accept, CLOSED, drop, type Lists, netfilterHome, port, tcp } from './harness/netfilter-home.ts'
import { mssOf, read } from './harness/packets.ts'

const WWW = SERVERS['www.example.org']
const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
const INTERFACES = [
  { name: 'lan0', role: 'lan' as const },
  { name: 'wan0', role: 'wan' as const },
]
describeLab('the netfilter dialect', { wan: 'eth' }, (stage: Stage) => {
  let revision = 0
  /** Rules by chain, before those of HOME. */
  async function apply(first: Lists = {}, closed = CLOSED): Promise<number> {
    const snapshot = defaultSnapshot(INTERFACES)
    snapshot.rules = netfilterHome(first, closed)
    revision = Math.max(revision, (await stage.dataplane.status()).revision) + 1
    return (await stage.dataplane.apply({ revision, snapshot })).cut
  }

  it('lets everything out and its answers in, errors about them too, and nothing else', async () => {
    await apply()
    expect(stage.lab.run('lan1', ['curl', '-sS', '-m', '10', `http://${WWW}/`])).toContain('small Internet')
    expect(stage.lab.run('lan2', ['ping', '-c', '2', '-W', '2', WWW])).toContain('2 received')
    const error = await stage.on.lan1.udpError({ to: { address: WWW, port: 4 }, waitMs: 4000 })
    expect(error).toBe('ECONNREFUSED')
    const ports = [22, 53, 80, 443, 8080, 40_000]
    expect(await stage.on.isp.tcpScan({ address: stage.wan.address, ports, waitMs: 700 })).toEqual([])
  })

  it('drops in nat what no rule translates: -t nat -P POSTROUTING DROP and MASQUERADE -o wan0', async () => {
    await apply({}, [...CLOSED, 'nat POSTROUTING'])
    expect(stage.lab.run('lan1', ['curl', '-sS', '-m', '10', `http://${WWW}/`])).toContain('small Internet')
  })

  it('a rule on top ends the live connections that it drops, and no other', async () => {
    await apply()
    const doomed = await stage.on.lan1.tcpOpen({ to: ECHO })
    const spared = await stage.on.lan2.tcpOpen({ to: ECHO })
    const cut = await apply({ FORWARD: [{ source: { network: LAN.lan1, invert: false }, ...drop }] })
    expect(cut).toBeGreaterThan(0)
    expect(await stage.on.lan1.tcpAsk({ handle: doomed, text: 'still there?', waitMs: 1000 })).toBeNull()
    expect(await stage.on.lan2.tcpAsk({ handle: spared, text: 'still there?' })).toBe('still there?')
  })

  it('REJECT tells the sender in the chosen way, each of the eight', async () => {
    const list = REJECT_WITH.map(
      (kind, i): Partial<Rule> => ({
        ...tcp,
        ...port(700 + i),
        target: { verdict: 'REJECT', with: kind },
      }),
    )
    await apply({ FORWARD: list })
    const capture = await Capture.start(stage.lab, 'lan1', 'eth0', `src ${LAN.router} and icmp[0] = 3`)
    for (const [i] of REJECT_WITH.entries())
      await stage.on.lan1.tcpScan({ address: WWW, ports: [700 + i], waitMs: 300 })
    await until('seven errors', 3, () => new Set(capture.packets.map((one) => read(one).body[1])).size === 7)
    await capture.stop()
    expect([...new Set(capture.packets.map((one) => read(one).body[1]))]).toEqual([3, 0, 1, 2, 9, 10, 13])
    expect(await stage.on.lan1.tcpScan({ address: WWW, ports: [707], waitMs: 1000 })).toEqual(['707 refused'])
  })

  it('mangle changes TOS, TTL and MSS as the other side sees them', async () => {
    await apply({
      'mangle PREROUTING': [{ ...tcp, target: { action: 'MARK', value: 7, mask: 0xffffffff } }],
      'mangle FORWARD': [
        { mark: { value: 7, mask: 0xff, invert: false }, target: { action: 'DSCP', value: 46 } },
        { ...tcp, tcpFlags: { mask: 6, set: 2, invert: false }, target: { action: 'TCPMSS', mss: 1000 } },
      ],
      'mangle POSTROUTING': [{ ...tcp, target: { action: 'TTL', operation: 'set', value: 77 } }],
    })
    const filter = `tcp[13] = 2 and dst ${WWW}`
    const capture = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, filter)
    expect(stage.lab.run('lan1', ['curl', '-sS', '-m', '10', `http://${WWW}/`])).toContain('small Internet')
    const syn = await capture.find('the SYN', () => true)
    await capture.stop()
    expect([syn[1], syn[8], mssOf(read(syn).body)]).toEqual([46 << 2, 77, 1000])
  })

  it('a limit lets a burst through and then only its rate', async () => {
    const icmp = { protocol: { number: 1, invert: false }, icmp: { type: 8, code: null, invert: false } }
    await apply({
      FORWARD: [
        { ...icmp, limit: { rate: 1, per: 'minute', burst: 5 }, ...accept },
        { ...icmp, ...drop },
      ],
    })
    const said = stage.lab.run('lan1', ['sh', '-c', `ping -c 20 -i 0.05 -W 1 ${WWW} || true`])
    const received = Number(/(\d+) received/.exec(said)?.[1])
    // one more where a minute's token falls due on a slow machine
    expect(received).toBeGreaterThanOrEqual(5)
    expect(received).toBeLessThanOrEqual(6)
  })

  it('LOG writes the packet into the box’s log, with its prefix and level, and lets it go on', async () => {
    const target: Rule['target'] = {
      action: 'LOG',
      level: 4,
      prefix: 'seen: ',
      tcpSequence: false,
      tcpOptions: false,
      ipOptions: false,
    }
    await apply({ FORWARD: [{ ...tcp, ...port(80), states: { list: ['NEW'], invert: false }, target }] })
    expect(stage.lab.run('lan1', ['curl', '-sS', '-m', '10', `http://${WWW}/`])).toContain('small Internet')
    const line = await until('the line in the log', 4, async () => {
      const { lines } = await stage.dataplane.log({ source: 'firewall' })
      return lines.find(({ text }) => text.startsWith('seen: '))
    })
    expect(line.level).toBe('warn')
    expect(line.text).toContain(`IN=lan0 OUT=wan0 SRC=${LAN.lan1} DST=${WWW} `)
    expect(line.text).toMatch(/ PROTO=TCP SPT=\d+ DPT=80 WINDOW=\d+ RES=0x00 SYN URGP=0$/)
  })

  it('a MAC address names one machine, whatever its IP address', async () => {
    const mac = stage.lab.run('lan2', ['cat', '/sys/class/net/eth0/address']).trim()
    await apply({ FORWARD: [{ mac: { address: mac, invert: false }, ...drop }] })
    const ping = (host: 'lan1' | 'lan2') =>
      stage.lab.run(host, ['sh', '-c', `ping -c 1 -W 1 ${WWW} || true`]).includes('1 received')
    await until('lan2 is known by its card', 15, () => !ping('lan2'))
    expect(ping('lan1')).toBe(true)
  })

  it('counts begin anew where that is asked, rules and policies', async () => {
    await apply()
    stage.lab.run('lan1', ['ping', '-c', '3', '-i', '0.05', WWW])
    const policy = async () =>
      (await stage.dataplane.counters()).policies.find(({ chain }) => chain === 'mangle FORWARD')!.packets
    expect(await policy()).toBeGreaterThanOrEqual(6)
    await stage.dataplane.zeroCounters({ rules: [], policies: ['mangle FORWARD'] })
    expect(await policy()).toBeLessThan(3)
  })
})
