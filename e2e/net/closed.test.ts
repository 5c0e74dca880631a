/** From the WAN nothing is reachable by default, and nothing even answers. */
import { expect, it } from 'vitest'
import { LAN, WANS } from '../lab/plan.ts'
import { PacketCount } from './harness/capture.ts'
import { dropsOf, growth } from './harness/counters.ts'
import { describeLab } from './harness/lab-test.ts'
import { macOf } from './harness/mac.ts'
import { ethernet, FLAG, ipv4, PROTOCOL, tcp, udp } from './harness/packets.ts'

const { address, gateway, providerDevice } = WANS.eth

describeLab('the WAN side', { wan: 'eth', web: true }, (stage) => {
  const inject = (packets: Buffer[]) => {
    const to = macOf(stage.lab, 'router', 'wan0')
    const from = macOf(stage.lab, 'isp', providerDevice)
    return stage.on.isp.sendFrames({
      device: providerDevice,
      frames: packets.map((one) => ethernet(to, from, one)),
    })
  }
  const answersDuring = async (what: () => Promise<unknown>): Promise<number> => {
    const count = await PacketCount.start(stage.lab, 'isp', providerDevice, `ip and src host ${address}`)
    await what()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return count.stop()
  }

  it('gives no answer to a SYN on any of the 65535 ports', async () => {
    // none of them is to be refused for coming too fast
    const { revision, snapshot } = await stage.dataplane.settings()
    const ports = { ...snapshot.ports, perSecond: 0 }
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, ports } })
    const all = Array.from({ length: 65_535 }, (_, i) => i + 1)
    const syn = (port: number) =>
      tcp({ from: gateway, to: address, fromPort: 50_000, toPort: port }, FLAG.syn)
    const header = { from: gateway, to: address, protocol: PROTOCOL.tcp }
    const answers = await answersDuring(async () => {
      for (let at = 0; at < all.length; at += 1000)
        await inject(all.slice(at, at + 1000).map((port) => ipv4(header, syn(port))))
    })
    expect(answers).toBe(0)
  }, 60_000)

  it('refuses even a polite connection to the ports of its own services', async () => {
    const ports = [21, 22, 23, 53, 67, 80, 111, 443, 631, 5353, 8080, 61_000]
    expect(await stage.on.isp.tcpScan({ address, ports, waitMs: 700 })).toEqual([])
  })

  it('gives no answer to UDP on the usual ports, nor to ping', async () => {
    const header = { from: gateway, to: address, protocol: PROTOCOL.udp }
    const ports = [53, 67, 69, 111, 123, 137, 161, 500, 1900, 4500, 5351, 5353]
    const answers = await answersDuring(async () => {
      await inject(
        ports.map((port) =>
          ipv4(header, udp({ from: gateway, to: address, fromPort: 50_001, toPort: port }, Buffer.alloc(32))),
        ),
      )
      expect(() => stage.lab.run('isp', ['ping', '-c', '2', '-i', '0.2', '-W', '1', address])).toThrow()
    })
    expect(answers).toBe(0)
  })

  it('lets no packet for a LAN address in, however it got here', async () => {
    const before = await dropsOf(stage.dataplane)
    const seen = await PacketCount.start(stage.lab, 'lan1', 'eth0', `ip and src host ${gateway}`)
    const ends = { from: gateway, to: LAN.lan1, fromPort: 50_002, toPort: 22 }
    await inject([
      ipv4({ from: gateway, to: LAN.lan1, protocol: PROTOCOL.tcp }, tcp(ends, FLAG.syn)),
      ipv4({ from: gateway, to: LAN.lan1, protocol: PROTOCOL.udp }, udp(ends, Buffer.from('hello'))),
    ])
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await seen.stop()).toBe(0)
    console.log('counted as', growth(before, await dropsOf(stage.dataplane)))
  })

  it('is open all the same from inside: DNS, the admin page, ping', async () => {
    expect(
      await stage.on.lan1.lookUp({ server: LAN.router, name: 'www.example.org', type: 'A' }),
    ).toHaveLength(1)
    expect(stage.lab.run('lan1', ['curl', '-sS', `http://${LAN.router}/api/health`])).toContain('true')
    expect(stage.lab.run('lan1', ['ping', '-c', '2', '-i', '0.1', LAN.router])).toContain('2 received')
  })

  it('and the box itself gets out: ping and HTTP', () => {
    expect(stage.lab.run('router', ['ping', '-c', '2', '-i', '0.1', '-W', '1', '93.184.216.34'])).toContain(
      '2 received',
    )
    expect(stage.lab.run('router', ['curl', '-sS', '-m', '5', 'http://93.184.216.34/'])).toContain(
      'small Internet',
    )
  })
})
