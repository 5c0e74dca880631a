/** The line goes down and comes back with another address: old connections die, and nothing leaves with the old source. */
import { expect, it } from 'vitest'
import { SERVERS, SERVICES } from '../lab/plan.ts'
import { until } from '../lab/shell.ts'
import { PacketCount } from './harness/capture.ts'
import { describeLab } from './harness/lab-test.ts'

const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
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

    it('keeps connections when the same address comes back', async () => {
      const { lan2 } = stage.on
      const tcp = await lan2.tcpOpen({ to: ECHO })
      expect(await lan2.tcpAsk({ handle: tcp, text: 'before' })).toBe('before')
      stage.lab.wanDown()
      await new Promise((resolve) => setTimeout(resolve, 500))
      stage.lab.wanUp(stage.wan.otherAddress)
      expect(await lan2.tcpAsk({ handle: tcp, text: 'after', waitMs: 8000 })).toBe('after')
    })
  })
