/** A connection on demand is dialled by whoever needs it. Whether PPP then comes up is for e2e/guest: not every kernel has it. */

import type { Internet } from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES, WANS } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }

describeLab('dial on demand', { wan: 'dhcp' }, (stage) => {
  let service = 0
  /** Another service name each time: another connection, which waits again. */
  const onDemand = async (): Promise<void> => {
    const internet: Internet = {
      use: 'DSL',
      connections: [
        {
          name: 'DSL',
          method: { kind: 'pppoe', user: 'u', password: 'p', service: `s${++service}`, mtu: 1492 },
          when: 'demand',
          idleSeconds: 60,
        },
      ],
      dialers: [],
    }
    const { revision, snapshot } = await stage.dataplane.settings()
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, internet } })
  }
  const state = async () => (await stage.dataplane.internet()).connections[0]!.state
  const dialled = () => until('dialled', 3, async () => (await state()) !== 'waiting')

  it('waits while nobody needs it: the box’s own questions and the page do not', async () => {
    await onDemand()
    expect(await state()).toBe('waiting')
    await stage.on.lan1.tcpScan({ address: LAN.router, ports: [53], waitMs: 300 })
    await sleep(2500)
    expect(await state()).toBe('waiting')
    const status = await stage.dataplane.status()
    expect(status.attention.filter(({ kind }) => kind === 'wan-down')).toEqual([])
  })

  it('the port below takes no IP from the provider’s side, whatever address it is for', async () => {
    const { lab, on } = stage
    const heard = await on.router.udpOpen({ localPort: 40_077 })
    const { device, providerDevice } = WANS.dhcp
    const mac = /link\/ether (\S+)/.exec(lab.run('router', ['ip', 'link', 'show', device]))![1]!
    lab.run('isp', ['ip', 'route', 'add', LAN.router, 'dev', providerDevice])
    lab.run('isp', ['ip', 'neigh', 'replace', LAN.router, 'lladdr', mac, 'dev', providerDevice])
    const handle = await on.isp.udpOpen({ localPort: 0 })
    const to = { address: LAN.router, port: 40_077 }
    await on.isp.udpAsk({ handle, to, text: 'let me in', waitMs: 300 })
    lab.run('isp', ['ip', 'route', 'del', LAN.router])
    expect(await on.router.udpLastPeer({ handle: heard })).toBe(null)
    // the same from the LAN is heard
    const neighbour = await on.lan1.udpOpen({ localPort: 0 })
    await on.lan1.udpAsk({ handle: neighbour, to, text: 'hello', waitMs: 300 })
    expect((await on.router.udpLastPeer({ handle: heard }))?.address).toBe(LAN.lan1)
  })

  it('the first packet for the Internet dials', async () => {
    const handle = await stage.on.lan1.udpOpen({ localPort: 0 })
    const began = performance.now()
    await stage.on.lan1.udpAsk({ handle, to: ECHO, text: 'is anybody there', waitMs: 50 })
    await dialled()
    console.log(`dialled ${(performance.now() - began).toFixed(0)} ms after the packet`)
  })

  it('so does a name', async () => {
    await onDemand()
    expect(await state()).toBe('waiting')
    const asked = { server: LAN.router, name: 'www.example.org', type: 'A' } as const
    await stage.on.lan1.lookUp(asked).catch(() => undefined)
    await dialled()
  })

  it('so does a question for a constant DNS address', async () => {
    const { revision, snapshot } = await stage.dataplane.settings()
    const dns = { ...snapshot.dns, constant: ['10.2.0.1'] }
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, dns } })
    await onDemand()
    expect(await state()).toBe('waiting')
    const handle = await stage.on.lan1.udpOpen({ localPort: 0 })
    await stage.on.lan1.udpAsk({
      handle,
      to: { address: '10.2.0.1', port: 53 },
      text: 'a question',
      waitMs: 50,
    })
    await dialled()
  })

  it('a name of the household itself does not', async () => {
    await onDemand()
    await stage.on.lan1.lookUp({ server: LAN.router, name: 'bauta.home.arpa', type: 'A' })
    await sleep(1500)
    expect(await state()).toBe('waiting')
  })
})
