/** A UDP timeout of 10 s: the countdown is seen with `bauta ipchains -M -L`, and the idle connection is gone after 10 s. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { defaultSnapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { ROOT } from '../lab/record.ts'
import { sleep, until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }

describeLab('timeouts', { wan: 'eth' }, (stage) => {
  const listing = (): string => {
    const argv = ['ipchains', '-M', '-L', '-n']
    const { record } = stage.lab
    const done = spawnSync(path.join(ROOT, 'bauta'), argv, {
      encoding: 'utf8',
      env: { ...process.env, BAUTA_LAB: record.name },
    })
    if (done.status !== 0) throw new Error(done.stderr)
    return done.stdout
  }
  const expiry = (): number | null => {
    const row = listing()
      .split('\n')
      .find((line) => line.startsWith('UDP') && line.includes(LAN.lan1) && line.includes('38000'))
    const found = row && /^UDP\s+(\d+):(\d+\.\d+)/.exec(row)
    return found ? Number(found[1]) * 60 + Number(found[2]) : null
  }

  it('UDP set to 10 s: counts down, and the connection is gone after 10 s', async () => {
    const interfaces = [
      { name: 'lan0', role: 'lan' as const },
      { name: 'wan0', role: 'wan' as const },
    ]
    const snapshot = defaultSnapshot(interfaces)
    const { revision } = await stage.dataplane.status()
    await stage.dataplane.apply({
      revision: revision + 1,
      snapshot: { ...snapshot, timeouts: { ...snapshot.timeouts, udp: 10 } },
    })

    const handle = await stage.on.lan1.udpOpen({ localPort: 38_000 })
    expect(await stage.on.lan1.udpWhoami({ handle, to: WHOAMI })).not.toBeNull()
    const began = Date.now()
    const seen: { expiry: number; at: number }[] = []
    for (;;) {
      const asked = performance.now()
      const left = expiry()
      if (left === null) break
      // the listing looked at the table some time between question and answer
      seen.push({ expiry: left, at: (asked + performance.now()) / 2000 })
      if (left < 2) break
      await sleep(1500)
    }
    console.log(`expiry counting down: ${seen.map((one) => one.expiry.toFixed(2)).join(', ')} s`)
    expect(seen.length).toBeGreaterThan(2)
    expect(seen[0]!.expiry).toBeGreaterThan(7)
    for (const one of seen) {
      const passed = one.at - seen[0]!.at
      expect(Math.abs(seen[0]!.expiry - one.expiry - passed)).toBeLessThan(0.7)
    }
    await until('the connection is gone', 6, async () => {
      const { rows } = await stage.dataplane.connections({ q: 'port:38000' })
      return rows.length === 0
    })
    const lived = (Date.now() - began) / 1000
    expect(expiry()).toBeNull()
    console.log(`gone after ${lived.toFixed(1)} s`)
    expect(lived).toBeGreaterThan(9.5)
    expect(lived).toBeLessThan(12)
  })
})
