/** The box gets its address by DHCP: leases, other addresses, silent servers, and processes that die. */
import { readFileSync } from 'node:fs'
import { anyRule, type Rule } from '@bauta/config'
import type { InternetConnectionStatus } from '@bauta/control'
import { expect, it } from 'vitest'
import { LAN, RESOLVER, SERVERS, SERVICES, WANS } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { Capture, PacketCount } from './harness/capture.ts'
import { describeLab } from './harness/lab-test.ts'

const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
const DISCARD = { address: SERVERS['echo.example.org'], port: SERVICES.discard }
const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }
/** Seconds; short, so that a test may wait for it. */
const RENEWAL = 5
const { address: FIRST, otherAddress: SECOND, gateway, device, providerDevice } = WANS.dhcp

describeLab('Internet by DHCP', { wan: 'dhcp' }, (stage) => {
  const connection = async (): Promise<InternetConnectionStatus> =>
    (await stage.dataplane.internet()).connections.find(({ inUse }) => inUse)!
  const upWith = (address: string, seconds = 10) =>
    until(`up with ${address}`, seconds, async () => {
      const now = await connection().catch(() => null)
      return now !== null && now.state === 'up' && now.address === address && now
    })
  const pidOf = async (name: string): Promise<number> =>
    Number(JSON.parse(readFileSync(`${stage.lab.record.dataplane.run}/internet/${name}.json`, 'utf8')).pid)
  const seenAs = async (): Promise<string | undefined> => {
    const handle = await stage.on.lan1.udpOpen({ localPort: 0 })
    return (await stage.on.lan1.udpWhoami({ handle, to: WHOAMI, waitMs: 300 }))?.address
  }
  const addressesNow = () =>
    stage.lab
      .run('router', ['ip', '-4', '-br', 'address', 'show', 'dev', device])
      .trim()
      .split(/\s+/)
      .slice(2)

  it('a lease: address, way out, the provider’s DNS servers, and times', async () => {
    const status = await upWith(FIRST)
    expect(status).toMatchObject({ kind: 'dhcp', device, port: device, gateway, mtu: 1500, problem: null })
    expect(status.dnsServers).toEqual([RESOLVER])
    const { server, obtainedAt, renewsAt, expiresAt } = status.lease!
    expect(server).toBe(gateway)
    expect(Math.abs(Date.now() - obtainedAt)).toBeLessThan(60_000)
    expect([renewsAt - obtainedAt, expiresAt - obtainedAt]).toEqual([1_800_000, 3_600_000])
    expect(await seenAs()).toBe(FIRST)
    expect((await stage.dataplane.status()).online).toBe(true)
    const { events } = await stage.dataplane.internet()
    expect(events[0]!.text).toMatch(/^up after \d+\.\d s$/)
    console.log(`DHCP: ${events[0]!.text}`)
  })

  it('names are asked of the servers that the provider gave', async () => {
    const asked = { server: LAN.router, name: 'www.example.org', type: 'A' } as const
    expect(await stage.on.lan1.lookUp(asked)).toEqual([SERVERS['www.example.org']])
  })

  it('nothing of the system is touched: its resolv.conf stays', () => {
    const text = stage.lab.run('router', ['cat', '/etc/resolv.conf'])
    expect(text).toBe(readFileSync(stage.lab.resolverOf('router'), 'utf8'))
  })

  it('a silent server does not take the lease away, and neither do deaths', async () => {
    await stage.lab.silence()
    const tcp = await stage.on.lan1.tcpOpen({ to: ECHO })
    const talk = async (text: string) =>
      expect(await stage.on.lan1.tcpAsk({ handle: tcp, text, waitMs: 5000 })).toBe(text)

    const first = await pidOf('dhcpcd')
    process.kill(first, 'SIGKILL')
    const began = performance.now()
    const second = await until('dhcpcd is back', 5, async () => {
      const pid = await pidOf('dhcpcd').catch(() => 0)
      return pid !== 0 && pid !== first && pid
    })
    const gap = performance.now() - began
    console.log(`dhcpcd back ${gap.toFixed(0)} ms after kill -9`)
    expect(gap).toBeLessThan(2000)
    const noted = (await stage.dataplane.internet()).events.map(({ text }) => text)
    expect(noted).toContain('dhcpcd ended with SIGKILL; it is started again')
    await talk('after the death of dhcpcd')

    const { startedAt } = await stage.dataplane.status()
    process.kill(Number(readFileSync(stage.lab.record.dataplane.pidFile, 'utf8')), 'SIGKILL')
    await until('the dataplane is back', 10, async () => {
      const now = await stage.dataplane.status().catch(() => null)
      return now !== null && now.startedAt > startedAt
    })
    await talk('after the death of the dataplane')
    expect(await pidOf('dhcpcd'), 'adopted, not started again').toBe(second)
    const status = await upWith(FIRST)
    expect(status.lease?.server).toBe(gateway)
    await sleep(4000) // the new dhcpcd has given up asking and uses what it has
    expect(addressesNow()).toEqual([`${FIRST}/24`])
    await talk('later')
  })

  it('renewed in time, and nothing changes', async () => {
    await stage.lab.offer({ address: FIRST, renewal: RENEWAL })
    const before = (await connection()).lease!
    await stage.dataplane.dial({ connection: 'Internet', who: 'admin', as: 'administrator' }) // asks anew
    const asked = await until('a lease that is renewed soon', 8, async () => {
      const { lease } = await connection()
      return lease !== null && lease.renewsAt - lease.obtainedAt === RENEWAL * 1000 && lease
    })
    expect(asked.obtainedAt).toBeGreaterThan(before.obtainedAt)
    const tcp = await stage.on.lan1.tcpOpen({ to: ECHO })
    await until('renewed', 3 * RENEWAL, async () => {
      const { lease } = await connection()
      return lease !== null && lease.obtainedAt > asked.obtainedAt
    })
    expect(await stage.on.lan1.tcpAsk({ handle: tcp, text: 'still' })).toBe('still')
    expect(addressesNow()).toEqual([`${FIRST}/24`])
  })

  it('a provider that wants a part of the house routed to itself does not get it', async () => {
    const [stolen, believed] = ['192.168.77.0/25', '203.0.113.128/25']
    await stage.lab.offer({
      address: FIRST,
      routes: [
        ['0.0.0.0/0', gateway],
        [believed, gateway],
        [stolen, gateway],
      ],
    })
    await stage.dataplane.dial({ connection: 'Internet', who: 'admin', as: 'administrator' }) // asks anew
    const routes = () => stage.lab.run('router', ['ip', '-4', 'route', 'show', 'dev', device])
    await until('what else the provider said is believed', 10, async () => routes().includes(believed))
    await until('the house is whole', 2, async () => !routes().includes(stolen))
    const { events } = await stage.dataplane.internet()
    expect(events.map(({ text }) => text).join('\n')).toContain(stolen)
    // its machine in that half hears what it asked for
    await until('the house goes out as before', 5, async () => (await seenAs()) === FIRST)
    // A lease of its own for what follows, without any of this.
    await stage.lab.offer({ address: FIRST, renewal: RENEWAL })
    const press = { connection: 'Internet', who: 'admin', as: 'administrator' } as const
    await stage.dataplane.hangUp(press)
    await stage.dataplane.dial(press)
    await upWith(FIRST)
    expect(routes()).not.toContain(believed)
  })

  it('another address: used within two seconds, old connections end, nothing leaves with the old source', async () => {
    const { lan1, lan2 } = stage.on
    const tcp = await lan1.tcpOpen({ to: ECHO })
    expect(await lan1.tcpAsk({ handle: tcp, text: 'before' })).toBe('before')
    const handle = await lan2.udpOpen({ localPort: 36_200 })
    const flood = lan2.udpFlood({ handle, to: DISCARD, perSecond: 500, seconds: 3 * RENEWAL + 4 })
    await stage.lab.offer({ address: SECOND, dnsServers: [RESOLVER, SERVERS['news.example.net']] })
    const old = await Capture.start(stage.lab, 'router', device, `src host ${FIRST} and not port 67`, 64)
    const right = await PacketCount.start(stage.lab, 'isp', providerDevice, `udp and src host ${SECOND}`)
    // nobody tells dhcpcd: it hears the provider’s no when the time comes
    await until('the kernel has the new address', 4 * RENEWAL, () => addressesNow().join() === `${SECOND}/24`)
    const changed = performance.timeOrigin + performance.now()
    const status = await until('everything follows', 2, async () => {
      const now = await connection()
      return now.address === SECOND && now.dnsServers.length === 2 && (await seenAs()) === SECOND && now
    })
    const after = performance.timeOrigin + performance.now() - changed
    expect(status.dnsServers).toEqual([RESOLVER, SERVERS['news.example.net']])
    expect(await lan1.tcpAsk({ handle: tcp, text: 'old', waitMs: 1500 })).toBeNull()
    await flood
    await old.stop()
    // the clock of this process and of tcpdump are the same; 40 ms is how often the kernel was asked
    const late = old.times.filter((at) => at > changed)
    const seen = await right.stop()
    console.log(`new address in use ${after.toFixed(0)} ms after the kernel had it; ${seen} packets with it`)
    expect(late).toEqual([])
    expect(seen).toBeGreaterThan(200)
    const { rows } = await stage.dataplane.connections({ limit: 500 })
    expect(rows.filter((row) => row.wan === FIRST)).toEqual([])
    const asked = { server: LAN.router, name: 'video.example.net', type: 'A' } as const
    expect(await stage.on.lan1.lookUp(asked)).toEqual([SERVERS['video.example.net']])
  })

  it('a DNS address that never changes leads to whatever servers the provider gives at the moment (DNS faking)', async () => {
    const constant = '10.2.0.1'
    const press = { connection: 'Internet', who: 'admin', as: 'administrator' } as const
    const provideWith = async (dnsServers: string[]) => {
      await stage.lab.offer({ address: SECOND, dnsServers })
      await stage.dataplane.hangUp(press)
      await stage.dataplane.dial(press)
      await upWith(SECOND)
    }
    const asked = { server: constant, type: 'A' } as const
    await expect(stage.on.lan1.lookUp({ ...asked, name: 'www.example.org' })).rejects.toThrow()
    const { revision, snapshot } = await stage.dataplane.settings()
    const [input, ...others] = snapshot.rules.chains
    const both = [6, 17].map(
      (protocol, i): Rule => ({
        ...anyRule(990 + i),
        inInterface: { name: '@lan', invert: false },
        protocol: { number: protocol, invert: false },
        destination: { network: constant, invert: false },
        destinationPorts: { from: 53, to: 53, invert: false },
        target: { verdict: 'REDIRECT', ports: null },
      }),
    )
    const rules = { ...snapshot.rules, chains: [{ ...input!, rules: [...both, ...input!.rules] }, ...others] }
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, rules } })
    expect(await stage.on.lan1.lookUp({ ...asked, name: 'www.example.org' })).toEqual([
      SERVERS['www.example.org'],
    ])

    // the provider has another server from now on, which knows a name that the first one does not
    const [other, name, answer] = [SERVERS['news.example.net'], 'only-there.example.com', '93.184.216.99']
    const alone = [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
      '--pid-file=',
    ]
    const address = [`--listen-address=${other}`, '--bind-interfaces', `--host-record=${name},${answer}`]
    const server = stage.lab.spawn('isp', ['dnsmasq', ...alone, '--user=root', ...address])
    await provideWith([other])
    expect((await connection()).dnsServers).toEqual([other])
    const found = await until('it is asked', 5, () =>
      stage.on.lan1.lookUp({ ...asked, name }).catch(() => false as const),
    )
    expect(found).toEqual([answer])
    server.kill()
    const now = (await stage.dataplane.settings()).revision
    await stage.dataplane.apply({ revision: now + 1, snapshot })
    await provideWith([RESOLVER])
  })

  it('the cable: told in words, and up again with the same address and the same connections', async () => {
    const { lan2 } = stage.on
    const tcp = await lan2.tcpOpen({ to: ECHO })
    expect(await lan2.tcpAsk({ handle: tcp, text: 'before' })).toBe('before')
    stage.lab.wanDown()
    const failed = await until('told', 5, async () => {
      const now = await connection()
      return now.state === 'failed' && now
    })
    expect(failed.problem).toMatch(/^no carrier at wan0/)
    stage.lab.wanUp()
    await upWith(SECOND)
    expect(await lan2.tcpAsk({ handle: tcp, text: 'after', waitMs: 8000 })).toBe('after')
  })

  it('hung up by hand: the lease is given back and it stays down, over a restart too; dialled: up', async () => {
    const who = { connection: 'Internet', who: 'admin', as: 'administrator' } as const
    const given = await PacketCount.start(stage.lab, 'isp', providerDevice, 'udp dst port 67')
    const status = await stage.dataplane.hangUp(who)
    expect(status.connections[0]).toMatchObject({ state: 'down', address: null, problem: null })
    await until('the address is gone', 5, () => addressesNow().length === 0)
    expect(await given.stop(), 'DHCPRELEASE').toBe(1)
    expect(await seenAs()).toBeUndefined()
    const { startedAt } = await stage.dataplane.status()
    process.kill(Number(readFileSync(stage.lab.record.dataplane.pidFile, 'utf8')), 'SIGKILL')
    await until('the dataplane is back', 10, async () => {
      const now = await stage.dataplane.status().catch(() => null)
      return now !== null && now.startedAt > startedAt
    })
    await sleep(1500)
    expect((await connection()).state).toBe('down')
    await stage.dataplane.dial(who)
    await upWith(SECOND)
    expect(await seenAs()).toBe(SECOND)
    await expect(stage.dataplane.dial({ ...who, connection: 'nothing' })).rejects.toMatchObject({
      status: 404,
    })
  })

  it('another hardware address and a host name are shown to the provider, and taken back', async () => {
    const macNow = () =>
      /link\/ether (\S+)/.exec(stage.lab.run('router', ['ip', 'link', 'show', device]))![1]!
    const served = () => {
      const { log } = stage.lab.record.processes.find(({ role }) => role === 'provider-dhcp')!
      return readFileSync(log, 'utf8')
    }
    const own = macNow()
    const clone = '02:00:5e:10:20:30'
    const settings = async (mac: string | null, hostname: string | null) => {
      const { revision, snapshot } = await stage.dataplane.settings()
      const [first] = snapshot.internet.connections
      const connections = [{ ...first!, method: { kind: 'dhcp' as const, mac, hostname } }]
      const internet = { ...snapshot.internet, connections }
      await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, internet } })
      await upWith(SECOND)
    }
    await settings(clone, 'bauta-box')
    expect(macNow()).toBe(clone)
    expect(served()).toMatch(new RegExp(`DHCPACK\\(${providerDevice}\\) ${SECOND} ${clone} bauta-box`))
    expect(await seenAs()).toBe(SECOND)
    await settings(null, null)
    expect(macNow()).toBe(own)
    expect(await seenAs()).toBe(SECOND)
  })

  it('nobody answers: said in words, and up as soon as somebody does', async () => {
    await stage.lab.silence()
    const who = { connection: 'Internet', who: 'admin', as: 'administrator' } as const
    await stage.dataplane.hangUp(who)
    await stage.dataplane.dial(who)
    const failed = await until('told', 15, async () => {
      const now = await connection()
      return now.state === 'failed' && now
    })
    expect(failed.problem).toMatch(/^no DHCP server answers at wan0/)
    await stage.lab.offer({})
    // dhcpcd asks again after 4, 8, 16 … 64 s (RFC 2131 4.1); a person presses the button
    await stage.dataplane.dial(who)
    await upWith(FIRST)
  })
})
