/** The settings of masquerading on the wire: ports as 2.2 took them, limits, identifications, a line that goes down. */
import { PORT_PRESETS, type Ports, TIMEOUT_PRESETS } from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { Capture } from './harness/capture.ts'
import { describeLab, type Stage } from './harness/lab-test.ts'
import { quoted, read } from './harness/packets.ts'

const WWW = SERVERS['www.example.org']
const [ECHO, NEWS] = [SERVERS['echo.example.org'], SERVERS['news.example.net']]
const WHOAMI = { address: ECHO, port: SERVICES.whoami }

const settingPorts = (stage: Stage) => async (ports: Partial<Ports>) => {
  const { revision, snapshot } = await stage.dataplane.settings()
  const next = { ...snapshot, ports: { ...PORT_PRESETS.standard, ...ports } }
  return stage.dataplane.apply({ revision: revision + 1, snapshot: next })
}
const idOf = (packet: Uint8Array) => (packet[4]! << 8) | packet[5]!

describeLab('masquerading as Linux 2.2 did it', { wan: 'eth' }, (stage) => {
  const set = settingPorts(stage)
  const udpSeen = async (host: 'lan1' | 'lan2', localPort: number, to = WHOAMI) => {
    const handle = await stage.on[host].udpOpen({ localPort })
    return { handle, seen: await stage.on[host].udpWhoami({ handle, to, waitMs: 1500 }) }
  }

  it('takes ports one after the other by one cursor, for UDP and TCP, and counts down from 40960', async () => {
    await set(PORT_PRESETS.classic)
    const udp = (await udpSeen('lan1', 5000)).seen!
    const tcp = await stage.on.lan1.tcpWhoami({ to: WHOAMI, localPort: 5000 })
    const next = (await udpSeen('lan2', 5000)).seen!
    expect(udp.port).toBeGreaterThanOrEqual(61_000)
    expect([tcp.port - udp.port, next.port - udp.port]).toEqual([1, 2])
    const [header = ''] = (await stage.dataplane.text('/proc/net/ip_masquerade')).split('\n')
    const [, free = ''] = /\(free=([\d,]+)\)/.exec(header) ?? []
    const [udpFree = 0, tcpFree = 0] = free.split(',').map(Number)
    const { rows } = await stage.dataplane.connections({ limit: 500 })
    const chosen = (protocol: string) =>
      rows.filter((row) => row.protocol === protocol && row.kind === 'masq').length
    expect([udpFree, tcpFree]).toEqual([40_960 - chosen('UDP'), 40_960 - chosen('TCP')])
  })

  it('uses a TCP port for two machines at once, toward different servers', async () => {
    await set({ ...PORT_PRESETS.classic, to: 61_063 })
    // 64 ports toward one server are all there are; the next machine shares one toward another server
    const open = (host: 'lan1' | 'lan2', to: string, localPort: number) =>
      stage.on[host].tcpWhoami({ to: { address: to, port: SERVICES.whoami }, localPort })
    const mine: number[] = []
    for (let i = 0; i < 60; i++) mine.push((await open('lan1', ECHO, 20_000 + i)).port)
    const shared: number[] = []
    for (let i = 0; i < 10; i++) shared.push((await open('lan2', NEWS, 21_000 + i)).port)
    expect(new Set(mine).size).toBe(60)
    expect(shared.some((port) => mine.includes(port))).toBe(true)
  })

  it('lets everybody send to a loose UDP port, and only the server that was asked when it is switched off', async () => {
    const stranger = await stage.on.isp.udpOpen({ localPort: 41_500 })
    const heard = async (localPort: number) => {
      const { handle, seen } = await udpSeen('lan1', localPort)
      const to = { address: stage.wan.address, port: seen!.port }
      await stage.on.isp.udpAsk({ handle: stranger, to, text: 'hello', waitMs: 300 })
      return (await stage.on.lan1.udpLastPeer({ handle }))?.address
    }
    await set(PORT_PRESETS.classic)
    expect(await heard(5100)).toBe(stage.wan.gateway)
    await set({ ...PORT_PRESETS.classic, looseUdp: false })
    expect(await heard(5101)).toBe(ECHO)
  })

  it('tells nobody when it is full, and the log four times', async () => {
    await set({ ...PORT_PRESETS.classic, from: 62_000, to: 62_063 })
    const capture = await Capture.start(stage.lab, 'lan1', 'eth0', 'icmp[0] = 3')
    const handles: number[] = []
    for (let i = 0; i < 80; i++) handles.push(await stage.on.lan1.udpOpen({ localPort: 22_000 + i }))
    const asked = handles.map((handle) => stage.on.lan1.udpWhoami({ handle, to: WHOAMI, waitMs: 800 }))
    const seen = (await Promise.all(asked)).filter((peer) => peer !== null)
    await capture.stop()
    expect([seen.length, capture.packets.length]).toEqual([64, 0])
    const { drops } = await stage.dataplane.counters()
    expect(drops.find(({ reason }) => reason === 'no-port-silent')?.packets).toBeGreaterThanOrEqual(16)
    // lines that say the same are one line in the box's log, with their number
    const line = await until('the four lines', 3, async () => {
      const log = await stage.dataplane.log({ source: 'firewall' })
      return log.lines.find(({ text }) => /^IP_MASQ: UDP: could not get .*\(4 times\)$/.test(text))
    })
    expect(line.level).toBe('error')
    await sleep(600)
    const { lines } = await stage.dataplane.log({ source: 'firewall' })
    expect(lines.filter(({ text }) => text.startsWith('IP_MASQ:'))).toHaveLength(1)
  })
})

describeLab('limits and numbers of masquerading', { wan: 'eth' }, (stage) => {
  const set = settingPorts(stage)

  it('says nothing of the servers that machines talk to, in no log, unless a rule asks for it', async () => {
    stage.lab.run('lan1', ['curl', '-sS', '-m', '10', `http://${WWW}/`])
    const handle = await stage.on.lan1.udpOpen({ localPort: 5000 })
    expect(await stage.on.lan1.udpWhoami({ handle, to: WHOAMI })).not.toBeNull()
    await sleep(600)
    const { lines } = await stage.dataplane.log({})
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.filter(({ text }) => text.includes(WWW) || text.includes(ECHO))).toEqual([])
  })

  it('numbers what may be fragmented so that two machines never use the same number toward one server', async () => {
    const filter = `icmp[0] = 8 and dst ${ECHO}`
    const capture = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, filter)
    const flood = ['ping', '-c', '60', '-i', '0.01', '-M', 'dont', '-s', '2800', ECHO]
    const pings = (['lan1', 'lan2'] as const).map((host) => stage.lab.spawn(host, flood))
    await Promise.all(pings.map((ping) => new Promise((resolve) => ping.on('exit', resolve))))
    await capture.stop()
    const ids = capture.packets.map(idOf)
    expect(ids.length).toBe(120)
    expect(new Set(ids).size).toBe(120)
    expect(stage.lab.run('lan1', flood)).toMatch(/ 0% packet loss/)
  })

  it('takes as many numbers for a super-packet as it has segments, where a machine sends without DF', async () => {
    stage.lab.run('lan1', ['sysctl', '-qw', 'net.ipv4.ip_no_pmtu_disc=1'])
    const filter = `tcp and dst ${ECHO} and dst port ${SERVICES.echo}`
    const capture = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, filter, 128)
    const handle = await stage.on.lan1.tcpOpen({ to: { address: ECHO, port: SERVICES.echo } })
    for (let i = 0; i < 5; i++) await stage.on.lan1.tcpAsk({ handle, text: 'x'.repeat(60_000) })
    await capture.stop()
    const sent = capture.packets.map((packet) => ({
      id: idOf(packet),
      segments: Math.max(1, Math.ceil((((packet[2]! << 8) | packet[3]!) - 52) / 1448)),
    }))
    const steps = sent.slice(1).map(({ id }, i) => ((id - sent[i]!.id) & 0xffff) - sent[i]!.segments)
    expect(sent.some(({ segments }) => segments > 1)).toBe(true)
    expect(steps.every((more) => more >= 0 && more < 50)).toBe(true)
  })

  it('refuses a machine that has as many connections as one may have: told by ICMP 3/13, named, its neighbour goes on', async () => {
    await set({ perMachine: 16 })
    const capture = await Capture.start(stage.lab, 'lan1', 'eth0', 'icmp[0] = 3 and icmp[1] = 13')
    const open = async (host: 'lan1' | 'lan2', localPort: number, waitMs = 400) => {
      const handle = await stage.on[host].udpOpen({ localPort })
      return stage.on[host].udpWhoami({ handle, to: WHOAMI, waitMs })
    }
    let refused = 0
    for (let i = 0; i < 24; i++) if ((await open('lan1', 23_000 + i)) === null) refused++
    expect(refused).toBeGreaterThanOrEqual(8)
    expect(await open('lan2', 23_100, 2000)).not.toBeNull()
    const told = await capture.find('ICMP on lan1', () => true)
    await capture.stop()
    expect([read(told).body[0], read(told).body[1], quoted(told).from]).toEqual([3, 13, LAN.lan1])
    const line = await until('the attention line', 5, async () =>
      (await stage.dataplane.status()).attention.find(({ kind }) => kind === 'machine-limit'),
    )
    expect(line.text).toContain(LAN.lan1)
    await set({})
    expect(await open('lan1', 23_200, 2000)).not.toBeNull()
  })

  it('ends masqueraded connections as soon as the line goes down, where that is chosen', async () => {
    await set({ linkDown: 'forget' })
    const handle = await stage.on.lan2.tcpOpen({ to: { address: ECHO, port: SERVICES.echo } })
    expect(await stage.on.lan2.tcpAsk({ handle, text: 'before' })).toBe('before')
    const masqueraded = async () =>
      (await stage.dataplane.connections({ limit: 500 })).rows.filter(({ client }) => client === LAN.lan2)
    expect((await masqueraded()).length).toBeGreaterThan(0)
    stage.lab.wanDown()
    await until('they are gone', 2, async () => (await masqueraded()).length === 0)
    stage.lab.wanUp()
    const back = async () => (await stage.on.lan2.tcpWhoami({ to: WHOAMI }).catch(() => null))?.address
    await until('the line is back', 8, async () => (await back()) === stage.wan.address)
  })

  it('keeps them where that is chosen; unanswered ones follow another address, answered ones send nothing', async () => {
    await set({ linkDown: 'keep', dynaddr: true })
    const silent = await stage.on.lan1.udpOpen({ localPort: 24_000 })
    const nowhere = { address: ECHO, port: SERVICES.discard }
    await stage.on.lan1.udpAsk({ handle: silent, to: nowhere, text: 'one', waitMs: 200 })
    const answered = await stage.on.lan1.udpOpen({ localPort: 24_001 })
    expect(await stage.on.lan1.udpWhoami({ handle: answered, to: WHOAMI })).not.toBeNull()
    stage.lab.wanDown()
    stage.lab.wanUp(stage.wan.otherAddress)
    await until(
      'the new address',
      5,
      async () =>
        (await stage.on.lan2.tcpWhoami({ to: WHOAMI }).catch(() => null))?.address === stage.wan.otherAddress,
    )
    const old = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, `src ${stage.wan.address}`)
    const fresh = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, 'udp and src port 24000')
    await stage.on.lan1.udpAsk({ handle: silent, to: nowhere, text: 'again', waitMs: 200 })
    expect(await stage.on.lan1.udpWhoami({ handle: answered, to: WHOAMI, waitMs: 500 })).toBeNull()
    const followed = await fresh.find('the repeated packet', () => true)
    expect([...followed.subarray(12, 16)].join('.')).toBe(stage.wan.otherAddress)
    await Promise.all([old.stop(), fresh.stop()])
    expect(old.packets).toEqual([])
  })

  it('what comes in keeps a UDP connection alive, and no more where that is switched off', async () => {
    stage.lab.wanUp(stage.wan.address)
    const back = async () => (await stage.on.lan2.tcpWhoami({ to: WHOAMI }).catch(() => null))?.address
    await until('the address is back', 8, async () => (await back()) === stage.wan.address)
    const apply = async (refreshInbound: boolean) => {
      const { revision, snapshot } = await stage.dataplane.settings()
      const timeouts = { ...TIMEOUT_PRESETS.standard, udp: 2, refreshInbound }
      const next = { ...snapshot, ports: { ...PORT_PRESETS.standard }, timeouts }
      await stage.dataplane.apply({ revision: revision + 1, snapshot: next })
    }
    /** A server that goes on talking for five seconds. @returns whether its last word arrived */
    const hears = async (localPort: number) => {
      const server = await stage.on.isp.udpOpen({ localPort: localPort + 1000 })
      const client = await stage.on.lan1.udpOpen({ localPort })
      const there = { address: stage.wan.gateway, port: localPort + 1000 }
      await stage.on.lan1.udpAsk({ handle: client, to: there, text: 'hello', waitMs: 200 })
      const back = (await stage.on.isp.udpLastPeer({ handle: server }))!
      for (let i = 0; i < 5; i++) {
        await stage.on.isp.udpAsk({ handle: server, to: back, text: `${i}`, waitMs: 1000 })
      }
      const { rows } = await stage.dataplane.connections({ q: `port:${localPort}` })
      return rows.some(({ protocol }) => protocol === 'UDP')
    }
    await apply(true)
    expect(await hears(25_000)).toBe(true)
    await apply(false)
    expect(await hears(25_001)).toBe(false)
  })
})
