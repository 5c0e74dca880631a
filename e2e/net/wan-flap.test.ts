/** The line goes down and comes back with another address: old connections die, and nothing leaves with the old source. */
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { Capture, PacketCount } from './harness/capture.ts'
import { describeLab } from './harness/lab-test.ts'

const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
const DISCARD = { address: SERVERS['echo.example.org'], port: SERVICES.discard }
const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }

for (const wan of ['eth', 'ppp0'] as const)
  describeLab(`another WAN address on ${wan}`, { wan }, (stage) => {
    it('ends the old connections and serves new ones at once', async () => {
      const { lan1 } = stage.on
      const tcp = await lan1.tcpOpen({ to: ECHO })
      const udp = await lan1.udpOpen({ localPort: 36_000 })
      expect(await lan1.tcpAsk({ handle: tcp, text: 'before' })).toBe('before')
      expect((await lan1.udpWhoami({ handle: udp, to: WHOAMI }))?.address).toBe(stage.wan.address)

      stage.lab.wanDown()
      expect(await lan1.udpWhoami({ handle: udp, to: WHOAMI, waitMs: 500 })).toBeNull()
      const old = await PacketCount.start(stage.lab, 'isp', 'any', `src host ${stage.wan.address}`)
      const began = performance.now()
      stage.lab.wanUp(stage.wan.otherAddress)

      const seen = await until(
        'the new address is used',
        5,
        async () => (await lan1.udpWhoami({ handle: udp, to: WHOAMI, waitMs: 200 })) ?? undefined,
      )
      console.log(`${wan}: new address in use after ${(performance.now() - began).toFixed(0)} ms`)
      expect(seen).toEqual({ address: stage.wan.otherAddress, port: 36_000 })
      expect(await lan1.tcpAsk({ handle: tcp, text: 'old', waitMs: 1500 })).toBeNull()
      expect((await lan1.tcpWhoami({ to: WHOAMI })).address).toBe(stage.wan.otherAddress)
      expect(await old.stop()).toBe(0)

      const { rows } = await stage.dataplane.connections({ limit: 500 })
      expect(rows.filter((row) => row.wan === stage.wan.address)).toEqual([])
    })

    it('names that nobody asked for before are found over the new address', async () => {
      const asked = { server: LAN.router, name: 'video.example.net', type: 'A' } as const
      expect(await stage.on.lan1.lookUp(asked)).toEqual([SERVERS['video.example.net']])
    })

    it('changed while packets flow: not one leaves with the old source after the change', async () => {
      const { lan2 } = stage.on
      const from = stage.wan.otherAddress
      const handle = await lan2.udpOpen({ localPort: 36_100 })
      expect((await lan2.udpWhoami({ handle, to: WHOAMI }))?.address).toBe(from)
      const flood = lan2.udpFlood({ handle, to: DISCARD, perSecond: 2000, seconds: 3 })
      await sleep(1000)
      // where packets leave the box: on a point-to-point line some may still be under way
      const old = await Capture.start(stage.lab, 'router', stage.wan.device, `udp and src host ${from}`, 64)
      const right = await PacketCount.start(stage.lab, 'isp', 'any', `udp and src host ${stage.wan.address}`)
      stage.lab.wanUp(stage.wan.address)
      const changed = performance.timeOrigin + performance.now()
      await flood
      await old.stop()
      const late = old.times.filter((at) => at > changed).map((at) => at - changed)
      const seen = await right.stop()
      console.log(
        `${wan}: ${late.length} packets with the old address after the change, the last ${(late.at(-1) ?? 0).toFixed(0)} ms later; ${seen} with the new one`,
      )
      stage.lab.wanUp(from)
      await until('the address is back', 5, async () => {
        const now = await lan2.udpWhoami({ handle, to: WHOAMI, waitMs: 200 })
        return now?.address === from
      })
      expect(late).toEqual([])
      expect(seen).toBeGreaterThan(500)
    })

    it('keeps connections when the same address comes back', async () => {
      const { lan2 } = stage.on
      const tcp = await lan2.tcpOpen({ to: ECHO })
      expect(await lan2.tcpAsk({ handle: tcp, text: 'before' })).toBe('before')
      stage.lab.wanDown()
      await sleep(500)
      stage.lab.wanUp(stage.wan.otherAddress)
      expect(await lan2.tcpAsk({ handle: tcp, text: 'after', waitMs: 8000 })).toBe('after')
    })
  })
