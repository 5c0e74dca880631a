/**
 * The box gives the household its addresses: a fresh appliance, and machines that ask it, honest and not.
 *
 * BBF TR-124 G-2: 253 machines, 24 hours, an address is tried before it is given away. Neither starvation nor the death of a process
 * takes an address from a machine that has one.
 */
import { readFileSync } from 'node:fs'
import { withNoun } from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { type Granted, macOf } from './harness/dhcp-client.ts'
import { describeLab, type Stage } from './harness/lab-test.ts'

const DEVICE = 'eth0'
const HOUSE = 0xaa
const ATTACKER = 0xee

const dnsmasqPid = (stage: Stage) =>
  Number(readFileSync(`${stage.lab.record.dataplane.run}/dhcp/dnsmasq.pid`, 'utf8'))

const reservations = (stage: Stage) =>
  readFileSync(`${stage.lab.record.dataplane.run}/dhcp/reservations`, 'utf8').trim()

/** @param snmp text of /proc/net/snmp @returns echo requests that the box has taken in */
function echoesHeard(snmp: string): number {
  const [names = [], values = []] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Icmp:'))
    .map((line) => line.split(' '))
  return Number(values[names.indexOf('InEchos')])
}

async function change<N extends 'lan' | 'dhcp'>(
  stage: Stage,
  noun: N,
  value: (old: Awaited<ReturnType<Stage['dataplane']['settings']>>['snapshot'][N]) => typeof old,
): Promise<string[]> {
  const { revision, snapshot } = await stage.dataplane.settings()
  const next = withNoun(snapshot, noun, value(snapshot[noun]))
  return (await stage.dataplane.apply({ revision: Math.max(2, revision + 1), snapshot: next })).actions
}

describeLab('the DHCP server of a fresh appliance', { wan: 'dhcp', appliance: true }, (stage) => {
  it('gives an address, itself as router, name and time server, the domain, and 24 hours', async () => {
    const machines = [{ mac: macOf(1), hostname: 'laptop' }]
    const [granted] = await stage.on.lan1.dhcpObtain({ device: DEVICE, machines })
    expect(granted).toMatchObject({
      server: LAN.router,
      router: LAN.router,
      dnsServers: [LAN.router],
      ntpServers: [LAN.router],
      domain: 'home.arpa',
      leaseSeconds: 86_400,
    })
    expect(granted!.address).toMatch(/^192\.168\.77\.\d+$/)
  })

  it('shows the lease at once, under the name that the machine gave itself, and answers that name', async () => {
    const machines = [{ mac: macOf(2), hostname: 'printer' }]
    const [granted] = await stage.on.lan1.dhcpObtain({ device: DEVICE, machines })
    const began = performance.now()
    const lease = await until('the lease is in the API', 2, async () =>
      (await stage.dataplane.lan()).dhcp.leases.find(({ mac }) => mac === macOf(2)),
    )
    console.log(`a new lease was in the API after ${(performance.now() - began).toFixed(0)} ms`)
    expect(lease).toMatchObject({ address: granted!.address, hostname: 'printer', reserved: false })
    stage.lab.run('lan2', ['ip', 'addr', 'add', '192.168.77.250/24', 'dev', DEVICE])
    await until('the name is answered', 3, async () => {
      const asked = { server: LAN.router, name: 'printer.home.arpa', type: 'A' } as const
      const found = await stage.on.lan2.lookUp(asked).catch(() => [])
      return found[0] === granted!.address
    })
    const { devices } = await stage.dataplane.devices()
    expect(devices.find(({ mac }) => mac === macOf(2))).toMatchObject({
      name: 'printer',
      named: 'itself',
      addressing: 'dhcp',
      maker: null,
      present: true,
    })
  })

  it('asks whether an address is free before it gives it away', async () => {
    // lan2 sits on every address of a small range but the last, without having asked for any
    await change(stage, 'dhcp', (dhcp) => ({ ...dhcp, from: '192.168.77.60', to: '192.168.77.62' }))
    for (const end of [60, 61])
      stage.lab.run('lan2', ['ip', 'addr', 'add', `192.168.77.${end}/24`, 'dev', DEVICE])
    for (const n of [10, 11, 12]) {
      const [granted] = await stage.on.lan1.dhcpObtain({
        device: DEVICE,
        machines: [{ mac: macOf(n) }],
        waitMs: 8000,
        tries: 1,
      })
      if (granted) expect(granted.address).toBe('192.168.77.62')
      if (granted) break
    }
    const held = (await stage.dataplane.lan()).dhcp.leases.map(({ address }) => address)
    expect(held).not.toContain('192.168.77.60')
    expect(held).not.toContain('192.168.77.61')
    for (const end of [60, 61])
      stage.lab.run('lan2', ['ip', 'addr', 'del', `192.168.77.${end}/24`, 'dev', DEVICE])
  })

  it('honours a reservation, and takes a changed one without a restart', async () => {
    const mac = macOf(20)
    const reserve = (address: string, name: string) =>
      change(stage, 'dhcp', (dhcp) => ({ ...dhcp, reservations: [{ mac, address, name }] }))
    const pid = dnsmasqPid(stage)
    await reserve('192.168.77.30', 'nas')
    const ask = () => stage.on.lan1.dhcpObtain({ device: DEVICE, machines: [{ mac, hostname: 'itself' }] })
    expect((await ask())[0]).toMatchObject({ address: '192.168.77.30' })
    await reserve('192.168.77.31', 'store')
    expect((await ask())[0]).toMatchObject({ address: '192.168.77.31' })
    expect(dnsmasqPid(stage)).toBe(pid)
    await until('the device has its name', 3, async () =>
      (await stage.dataplane.devices()).devices.some(
        (device) =>
          device.name === 'store' && device.addressing === 'reserved' && device.address === '192.168.77.31',
      ),
    )
  })

  it('ends a lease when told to', async () => {
    const { leases } = (await stage.dataplane.lan()).dhcp
    const { address } = leases.find(({ mac }) => mac === macOf(20))!
    expect(await stage.dataplane.endLease(address)).toBe(true)
    expect((await stage.dataplane.lan()).dhcp.leases.some((lease) => lease.address === address)).toBe(false)
    expect(await stage.dataplane.endLease(address)).toBe(false)
  })

  it('moves with the home network, and the box answers under the new address', async () => {
    const actions = await change(stage, 'lan', (lan) => ({ ...lan, address: '10.77.0.1' }))
    expect(actions).toContain('the box is 10.77.0.1/24 in the home network')
    const [granted] = await stage.on.lan1.dhcpObtain({ device: DEVICE, machines: [{ mac: macOf(21) }] })
    expect(granted).toMatchObject({ router: '10.77.0.1', server: '10.77.0.1' })
    stage.lab.run('lan2', ['ip', 'addr', 'add', '10.77.0.250/24', 'dev', DEVICE])
    stage.lab.run('lan2', ['ping', '-c', '1', '-W', '2', '10.77.0.1'])
    await change(stage, 'lan', (lan) => ({ ...lan, address: LAN.router }))
    const again = stage.lab.run('router', ['ip', '-br', 'address', 'show', 'br-lan'])
    expect(again).toContain(`${LAN.router}/24`)
    expect(again).not.toContain('10.77.0.1/24')
  })

  it('lets nobody in by a port that plays no part', async () => {
    stage.lab.run('router', ['ip', 'link', 'add', 'spare', 'type', 'veth', 'peer', 'name', 'stranger'])
    stage.lab.run('router', ['ip', 'link', 'set', 'stranger', 'netns', stage.lab.record.namespaces.far])
    stage.lab.run('router', ['ip', 'link', 'set', 'spare', 'up'])
    stage.lab.run('far', ['ip', 'link', 'set', 'stranger', 'up'])
    stage.lab.run('far', ['ip', 'addr', 'add', '10.9.9.2/24', 'dev', 'stranger'])
    stage.lab.run('far', ['ip', 'route', 'add', LAN.router, 'dev', 'stranger'])
    const mac = stage.lab.run('router', ['cat', '/sys/class/net/spare/address']).trim()
    stage.lab.run('far', ['ip', 'neigh', 'replace', LAN.router, 'lladdr', mac, 'dev', 'stranger'])
    const heard = () => echoesHeard(stage.lab.run('router', ['cat', '/proc/net/snmp']))
    const ping = () => stage.lab.spawn('far', ['ping', '-c', '2', '-i', '0.2', '-W', '1', LAN.router])
    const ended = () => new Promise((resolve) => ping().once('close', resolve))
    const open = heard()
    await ended()
    expect(heard()).toBeGreaterThan(open)

    const { snapshot, revision } = await stage.dataplane.settings()
    const list = [...snapshot.interfaces.list, { name: 'spare', role: 'unused' as const }]
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, interfaces: { list } } })
    const closed = heard()
    await ended()
    expect(heard()).toBe(closed)
    stage.lab.run('router', ['ip', 'link', 'del', 'spare'])
  })

  it('joins a port that is plugged in later', async () => {
    const { snapshot, revision } = await stage.dataplane.settings()
    const list = [...snapshot.interfaces.list, { name: 'lan9', role: 'lan' as const }]
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, interfaces: { list } } })
    const began = performance.now()
    stage.lab.run('router', ['ip', 'link', 'add', 'lan9', 'type', 'veth', 'peer', 'name', 'cable9'])
    await until('the port is in the bridge', 3, async () =>
      (await stage.dataplane.lan()).ports.includes('lan9'),
    )
    await until('the kernel says so too', 3, () =>
      stage.lab.run('router', ['ip', '-br', 'link', 'show', 'master', 'br-lan']).includes('lan9'),
    )
    console.log(
      `a port was in the bridge ${(performance.now() - began).toFixed(0)} ms after it was plugged in`,
    )
  })
})

describeLab('a full house', { wan: 'dhcp', appliance: true }, (stage) => {
  /** All that a /24 has room for beside the box. */
  const MACHINES = Array.from({ length: 253 }, (_, n) => ({ mac: macOf(n, HOUSE), hostname: `host-${n}` }))
  let house: Granted[] = []
  const theirs = () => house.map(({ mac, address }) => ({ mac, address }))
  const keptBy = async (): Promise<number> => {
    let kept = 0
    for (let at = 0; at < house.length; at += 32) {
      const some = theirs().slice(at, at + 32)
      const answers = await stage.on.lan1.dhcpKeep({ device: DEVICE, machines: some })
      kept += answers.filter((answer, i) => answer?.address === some[i]!.address).length
    }
    return kept
  }

  it('has an address for each of 253 machines, and a name', async () => {
    await change(stage, 'dhcp', (dhcp) => ({ ...dhcp, from: '192.168.77.2', to: '192.168.77.254' }))
    const began = performance.now()
    const granted = await stage.on.lan1.dhcpObtain({
      device: DEVICE,
      machines: MACHINES,
      together: 16,
      waitMs: 20_000,
    })
    console.log(`253 machines had an address after ${((performance.now() - began) / 1000).toFixed(1)} s`)
    house = granted.filter((one) => one !== null)
    expect(house.length).toBe(253)
    expect(new Set(house.map(({ address }) => address)).size).toBe(253)
    const { dhcp } = await stage.dataplane.lan()
    expect(dhcp.leases).toHaveLength(253)
    expect(dhcp).toMatchObject({ size: 253, free: 0, running: true, problem: null })
    expect(
      (await stage.dataplane.devices()).devices.filter(({ name }) => name?.startsWith('host-')),
    ).toHaveLength(253)
  }, 120_000)

  it('keeps every one of them through a starvation: 1,000 invented machines get nothing', async () => {
    const invented = Array.from({ length: 1000 }, (_, n) => ({ mac: macOf(n, ATTACKER) }))
    const began = performance.now()
    const got = await stage.on.lan2.dhcpObtain({
      device: DEVICE,
      machines: invented,
      together: 250,
      tries: 1,
      waitMs: 1500,
    })
    console.log(
      `1,000 invented machines asked within ${((performance.now() - began) / 1000).toFixed(1)} s and got ${got.filter(Boolean).length} addresses`,
    )
    expect(got.filter(Boolean)).toEqual([])
    expect(await keptBy()).toBe(253)
  }, 120_000)

  it('gives nobody else an address that was released or refused in the name of a machine it knows', async () => {
    // Known after half the lease time; the shortest is two minutes.
    await change(stage, 'dhcp', (dhcp) => ({ ...dhcp, leaseSeconds: 120 }))
    const known = () => reservations(stage).split('\n').length
    await until('everybody is known', 90, () => known() === 253)
    const victims = theirs().slice(0, 100)
    for (const [what, machines] of [
      ['release', victims.slice(0, 50)],
      ['decline', victims.slice(50)],
    ] as const)
      await stage.on.lan2.dhcpTell({ device: DEVICE, what, server: LAN.router, machines: [...machines] })
    await until('the leases are gone', 5, async () => (await stage.dataplane.lan()).dhcp.leases.length <= 153)
    const invented = Array.from({ length: 200 }, (_, n) => ({ mac: macOf(n, ATTACKER) }))
    const got = await stage.on.lan2.dhcpObtain({
      device: DEVICE,
      machines: invented,
      together: 100,
      tries: 1,
      waitMs: 1500,
    })
    expect(got.filter(Boolean)).toEqual([])
    expect(await keptBy()).toBe(253)
    await change(stage, 'dhcp', (dhcp) => ({ ...dhcp, leaseSeconds: 86_400 }))
    expect(await keptBy()).toBe(253)
  }, 240_000)

  /** Also a machine that the box does not know yet, as long as nobody was faster. */
  it('gives an address back to the machine that had it, after somebody released or refused it in its name', async () => {
    const victims = theirs().slice(0, 100)
    await stage.on.lan2.dhcpTell({
      device: DEVICE,
      what: 'release',
      server: LAN.router,
      machines: victims.slice(0, 50),
    })
    await stage.on.lan2.dhcpTell({
      device: DEVICE,
      what: 'decline',
      server: LAN.router,
      machines: victims.slice(50),
    })
    await until(
      'the leases are gone',
      5,
      async () => (await stage.dataplane.lan()).dhcp.leases.length === 153,
    )
    expect(await keptBy()).toBe(253)
  }, 120_000)

  it.each(['dnsmasq', 'dataplane'] as const)(
    'keeps them when %s is killed; somebody answers within 2 s',
    async (who) => {
      const { pidFile } = stage.lab.record.dataplane
      process.kill(who === 'dnsmasq' ? dnsmasqPid(stage) : Number(readFileSync(pidFile, 'utf8')), 'SIGKILL')
      const began = performance.now()
      const one = theirs().slice(0, 1)
      await until('the first is answered again', 10, async () => {
        const [answer] = await Promise.race([
          stage.on.lan1.dhcpKeep({ device: DEVICE, machines: one }),
          sleep(300).then(() => [null]),
        ])
        return answer?.address === one[0]!.address
      })
      const gap = performance.now() - began
      console.log(`${who} killed: a lease was confirmed again after ${gap.toFixed(0)} ms`)
      expect(gap).toBeLessThan(2000)
      await until('the API answers', 15, () => stage.dataplane.status().catch(() => undefined))
      await sleep(1000)
      expect(await keptBy()).toBe(253)
    },
  )
})
