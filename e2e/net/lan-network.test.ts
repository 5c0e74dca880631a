/** The home network beside DHCP: the clock, the cable, the neighbours, and a provider who uses the very same network. */
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { LAN, WANS } from '../lab/plan.ts'
import { LATER_PORT } from '../lab/product.ts'
import { run, until } from '../lab/shell.ts'
import { macOf } from './harness/dhcp-client.ts'
import { describeLab } from './harness/lab-test.ts'

describeLab('the clock, the cable and the neighbours', { wan: 'dhcp', appliance: true }, (stage) => {
  it('answers for the time in the home network, and not on the WAN', async () => {
    stage.lab.run('lan2', ['ip', 'addr', 'add', `${LAN.lan2}/${LAN.bits}`, 'dev', 'eth0'])
    await until('somebody answers NTP', 15, async () => {
      const answer = await stage.on.lan2.askTime({ server: LAN.router, waitMs: 500 })
      return answer ?? undefined
    })
    const answer = await stage.on.lan2.askTime({ server: LAN.router, waitMs: 2000 })
    expect(answer).toMatchObject({ mode: 4, version: 4 })
    const { interfaces } = await until('the WAN has an address', 20, async () => {
      const status = await stage.dataplane.status()
      return status.wan.address !== null && status
    })
    expect(interfaces.find(({ name }) => name === 'wan0')?.addresses.length).toBe(1)
    expect(await stage.on.isp.askTime({ server: WANS.dhcp.address, waitMs: 1500 })).toBeNull()
    const time = await until('chronyd tells whom it asks', 5, async () => {
      const now = await stage.dataplane.time()
      return now.sources.length > 0 && now
    })
    // nobody keeps time in the small Internet
    expect(time).toMatchObject({ running: true, problem: null, synchronised: false })
    expect(time.sources.map(({ name, state }) => ({ name, state }))).toContainEqual({
      name: '0.pool.ntp.org',
      state: 'silent',
    })
  })

  it('keeps what chronyd learnt of the clock’s drift, in a folder that nobody else looks into', async () => {
    const { state } = stage.lab.record.dataplane
    const { snapshot } = await stage.dataplane.settings()
    const time = { ...snapshot.time, servers: ['ntp.example.org'] }
    // Its end is when it writes that down.
    await stage.dataplane.apply({ revision: 0, snapshot: { ...snapshot, time } })
    await until('it is written down', 5, () => existsSync(path.join(state, 'chrony/drift')))
    expect(statSync(state).mode & 0o777).toBe(0o711)
    await stage.dataplane.apply({ revision: 0, snapshot })
  })

  it('knows within 100 ms that a cable was pulled, and a neighbour that came', async () => {
    const gone = async () => {
      const { interfaces } = await stage.dataplane.status()
      return interfaces.find(({ name }) => name === 'br-lan')?.state !== 'up'
    }
    const cable = (state: 'up' | 'down') =>
      run(['ip', '-n', stage.lab.record.namespaces.lansw, 'link', 'set', 'to-router', state])
    const times: number[] = []
    for (let i = 0; i < 10; i++) {
      cable('down')
      const pulled = performance.now()
      while (!(await gone())) if (performance.now() - pulled > 3000) throw new Error('nobody noticed')
      times.push(performance.now() - pulled)
      cable('up')
      await until('the cable is back', 5, async () => !(await gone()))
    }
    console.log(`a pulled cable was known after ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`)
    // the best of ten, because the machine may be busy with something else
    expect(Math.min(...times)).toBeLessThan(100)

    await stage.on.lan2.askTime({ server: LAN.router, waitMs: 1000 })
    await until('lan2 is known', 3, async () =>
      (await stage.dataplane.devices()).devices.some(
        ({ address, addressing, present }) => address === LAN.lan2 && addressing === 'fixed' && present,
      ),
    )
  })

  it('takes in a port that shows up while nobody has saved anything', async () => {
    stage.lab.run('router', ['ip', 'link', 'add', LATER_PORT, 'type', 'veth', 'peer', 'name', 'cable9'])
    await until('it belongs to the home network', 5, async () =>
      (await stage.dataplane.lan()).ports.includes(LATER_PORT),
    )
    stage.lab.run('router', ['ip', 'link', 'delete', LATER_PORT])
  })

  it('lists its ports', async () => {
    const { ports } = await stage.dataplane.ports()
    expect(ports.map(({ name, role, carrier }) => ({ name, role, carrier }))).toEqual([
      { name: 'wan0', role: 'wan', carrier: true },
      { name: 'lan0', role: 'lan', carrier: true },
      { name: LATER_PORT, role: 'lan', carrier: false },
    ])
  })
})

describeLab('a box whose cables were mixed up', { wan: 'dhcp', appliance: true }, (stage) => {
  it('finds the provider on another port by itself while nobody has saved anything', async () => {
    const { snapshot } = await stage.dataplane.settings()
    const list = snapshot.interfaces.list.map(({ name, role }) => ({
      name,
      role: name === 'wan0' ? ('lan' as const) : name === 'lan0' ? ('wan' as const) : role,
    }))
    await stage.dataplane.apply({ revision: 0, snapshot: { ...snapshot, interfaces: { list } } })
    const began = performance.now()
    await until('the roles are right', 40, async () => {
      const { interfaces } = (await stage.dataplane.settings()).snapshot
      return interfaces.list.find(({ role }) => role === 'wan')?.name === 'wan0'
    })
    await until('the box is online', 20, async () => (await stage.dataplane.status()).online)
    console.log(`the right way out was found after ${((performance.now() - began) / 1000).toFixed(1)} s`)
    const [granted] = await stage.on.lan1.dhcpObtain({ device: 'eth0', machines: [{ mac: macOf(2) }] })
    expect(granted?.router).toBe(LAN.router)
  })
})

/** RFC 1918 in both places: the commonest of all clashes, behind a provider's own router. */
const SAME = { address: '192.168.77.50', gateway: '192.168.77.1' }

describeLab('a provider with the home’s own network', { wan: 'dhcp', appliance: true }, (stage) => {
  /** The provider gives an address of the home's own network. */
  const collide = async () => {
    const { device } = stage.wan
    stage.lab.run('router', ['ip', 'addr', 'add', `${SAME.address}/24`, 'dev', device])
    return performance.now()
  }

  it('moves the home network by itself while nobody has saved anything', async () => {
    await until('the home network is there', 5, async () => (await stage.dataplane.lan()).address !== null)
    const began = await collide()
    const lan = await until('it has moved', 5, async () => {
      const now = await stage.dataplane.lan()
      return now.address?.startsWith('192.168.177.') && now
    })
    const took = performance.now() - began
    console.log(`the home network moved to ${lan.address} after ${took.toFixed(0)} ms`)
    expect(took).toBeLessThan(2000)
    expect(lan.address).toBe('192.168.177.1/24')
    await until('nothing clashes any more', 5, async () => (await stage.dataplane.lan()).clash === null)
    const { attention } = await stage.dataplane.status()
    expect(attention.map(({ kind }) => kind)).toContain('lan-moved')
    const [granted] = await stage.on.lan1.dhcpObtain({ device: 'eth0', machines: [{ mac: macOf(1) }] })
    expect(granted?.router).toBe('192.168.177.1')
  })

  it('only says so, with what would mend it, once somebody has saved something', async () => {
    const { snapshot } = await stage.dataplane.settings()
    await stage.dataplane.apply({ revision: 7, snapshot })
    stage.lab.run('router', ['ip', 'addr', 'add', '192.168.177.9/24', 'dev', stage.wan.device])
    const { clash } = await until('it is noticed', 2, async () => {
      const now = await stage.dataplane.lan()
      return now.clash !== null && now
    })
    expect(clash).toMatchObject({ wan: '192.168.177.0/24', proposal: '10.77.0.1/24' })
    const { attention } = await until('it needs attention', 3, async () => {
      const status = await stage.dataplane.status()
      return status.attention.some(({ kind }) => kind === 'lan-clash') && status
    })
    expect(attention.find(({ kind }) => kind === 'lan-clash')?.text).toContain('10.77.0.1/24')
    expect((await stage.dataplane.lan()).address).toBe('192.168.177.1/24')
  })
})
