/**
 * Changes that cut the administrator off go back by themselves, also when the dataplane is killed meanwhile: with real packets from
 * a machine of the household.
 */
import { readFileSync } from 'node:fs'
import { anyRule, type Snapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const WAIT_S = 12

describeLab('changes that wait to be confirmed', { wan: 'eth' }, (stage) => {
  const reaches = (address: string): boolean => {
    try {
      stage.lab.run('lan1', ['ping', '-c', '1', '-W', '1', '-q', address])
      return true
    } catch {
      return false
    }
  }
  const settled = (what: string, address: string, reached: boolean, seconds = 5) =>
    until(what, seconds, async () => reaches(address) === reached)
  const kill = async () => {
    const { startedAt } = await stage.dataplane.status()
    process.kill(Number(readFileSync(stage.lab.record.dataplane.pidFile, 'utf8')), 'SIGKILL')
    await until('the dataplane is back', 5, async () => {
      const status = await stage.dataplane.status().catch(() => null)
      return status !== null && status.startedAt > startedAt
    })
  }
  const change = async (edit: (snapshot: Snapshot) => void, confirmSeconds?: number) => {
    const { revision, snapshot } = await stage.dataplane.settings()
    const next = structuredClone(snapshot)
    edit(next)
    await stage.dataplane.apply({
      revision: revision + 1,
      snapshot: next,
      ...(confirmSeconds ? { confirmSeconds } : {}),
    })
    return { before: { revision, snapshot }, revision: revision + 1, at: performance.now() }
  }
  const shutOut = ({ rules }: Snapshot) =>
    rules.chains[0]!.rules.unshift({
      ...anyRule(90),
      inInterface: { name: '@lan', invert: false },
      target: { verdict: 'DENY' },
    })

  it('a rule that shuts the household out is gone after the time, and not before', async () => {
    expect(reaches(LAN.router)).toBe(true)
    const { before, revision, at } = await change(shutOut, WAIT_S)
    expect(reaches(LAN.router)).toBe(false)
    expect((await stage.dataplane.status()).pending).toMatchObject({ revision })
    await settled('the household is let in again', LAN.router, true, WAIT_S + 5)
    expect((performance.now() - at) / 1000).toBeGreaterThan(WAIT_S - 1)
    expect(await stage.dataplane.settings()).toMatchObject({
      ...before,
      pending: null,
      wentBack: { revision, why: 'time' },
    })
  })

  it('also when the dataplane is killed in the middle, in the time that was left', async () => {
    const { before, revision, at } = await change(shutOut, WAIT_S)
    await sleep(3000)
    await kill()
    expect(reaches(LAN.router)).toBe(false)
    expect((await stage.dataplane.status()).pending).toMatchObject({ revision })
    await settled('the household is let in again', LAN.router, true, WAIT_S + 5)
    const seconds = (performance.now() - at) / 1000
    expect(seconds).toBeGreaterThan(WAIT_S - 1)
    expect(seconds).toBeLessThan(WAIT_S + 5)
    expect(await stage.dataplane.settings()).toMatchObject(before)
    console.log(`back ${seconds.toFixed(1)} s after the change, ${WAIT_S} s were asked for`)
  })

  it('what is confirmed stays, and meanwhile nothing else is applied', async () => {
    const harmless = (snapshot: Snapshot) => {
      snapshot.timeouts.udp = 77
    }
    const { revision } = await change(harmless, WAIT_S)
    await expect(change(shutOut)).rejects.toThrow(/waits to be confirmed/)
    await stage.dataplane.confirm({ revision, keep: true })
    await sleep((WAIT_S + 1) * 1000)
    expect((await stage.dataplane.settings()).snapshot.timeouts.udp).toBe(77)
  })

  it('a new LAN address stands beside the old one until the time is over; killed meanwhile, the old one is left', async () => {
    await change(({ lan }) => {
      lan.addressing = 'box'
      lan.address = LAN.router
    })
    await settled('the box makes the home network', LAN.router, true)
    const move = ({ lan }: Snapshot) => {
      lan.address = '10.77.0.1'
    }
    await change(move, WAIT_S)
    await settled('the new address answers', '10.77.0.1', true)
    expect(reaches(LAN.router)).toBe(true)
    await kill()
    await settled('the new address answers', '10.77.0.1', true)
    expect(reaches(LAN.router)).toBe(true)
    await settled('the new address is gone', '10.77.0.1', false, WAIT_S + 6)
    expect(reaches(LAN.router)).toBe(true)
    expect((await stage.dataplane.settings()).snapshot.lan.address).toBe(LAN.router)
  })

  it('and is the only one as soon as it is confirmed', async () => {
    const { revision } = await change(({ lan }) => {
      lan.address = '10.77.0.1'
    }, WAIT_S)
    await settled('the new address answers', '10.77.0.1', true)
    stage.lab.run('lan1', ['ip', 'address', 'add', '10.77.0.11/24', 'dev', 'eth0'])
    await stage.dataplane.confirm({ revision, keep: true })
    await settled('the old address is gone', LAN.router, false)
    expect(reaches('10.77.0.1')).toBe(true)
  })
})
