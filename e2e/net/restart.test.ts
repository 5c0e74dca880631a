/** Processes die: the dataplane is back within a quarter of a second and goes on; the web app's death is not noticed at all. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { contentSha256 } from '../lab/internet/content.ts'
import { SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const WWW = SERVERS['www.example.org']
const ECHO = { address: SERVERS['echo.example.org'], port: SERVICES.echo }

/** Until a killed process does nothing more. */
const DYING_MS = 5

/** A start is two threads that read a program each, and that takes as long as the machine lets them. */
const TWO_THREADS = "new (require('node:worker_threads').Worker)('0', { eval: true })"
/** What that took on the machine where 250 ms were promised. */
const IDLE_MS = 90

/** @returns 1 where two threads with nothing to read start in 90 ms, 2 in 180 */
function slownessNow(): number {
  const times = [1, 2, 3, 4, 5].map(() => {
    const began = performance.now()
    execFileSync(process.execPath, ['-e', TWO_THREADS])
    return performance.now() - began
  })
  return Math.max(1, times.sort((a, b) => a - b)[2]! / IDLE_MS)
}

describeLab(
  'processes that die',
  { wan: 'eth', web: true, adminPassword: 'correct horse battery' },
  (stage) => {
    const pidIn = (file: string) => Number(readFileSync(file, 'utf8'))
    const killDataplane = () => process.kill(pidIn(stage.lab.record.dataplane.pidFile), 'SIGKILL')

    /** @returns the ms without packets after a kill */
    const gapAfterKill = async (udp: number): Promise<number> => {
      killDataplane()
      const began = performance.now()
      const ask = { handle: udp, to: ECHO, text: 'again', waitMs: 20 }
      await until('packets pass again', 20, async () => (await stage.on.lan2.udpAsk(ask)) !== null)
      return performance.now() - began
    }

    it('dataplane killed: transfer and connections go on', async () => {
      const length = 40_000_000
      const transfer = stage.on.lan1.download({ url: `http://${WWW}/bytes/${length}?rate=10000000` })
      const tcp = await stage.on.lan2.tcpOpen({ to: ECHO })
      const udp = await stage.on.lan2.udpOpen({ localPort: 37_000 })
      expect(await stage.on.lan2.tcpAsk({ handle: tcp, text: 'before' })).toBe('before')
      await sleep(1000)
      const before = await stage.dataplane.status()
      await gapAfterKill(udp)
      const after = await until('the API answers', 5, () => stage.dataplane.status().catch(() => undefined))
      expect(after.startedAt).toBeGreaterThan(before.startedAt)
      expect(after.settingsLoaded).toBe(true)
      expect(await stage.on.lan2.tcpAsk({ handle: tcp, text: 'after', waitMs: 5000 })).toBe('after')

      const { sha256, longestGap } = await transfer
      expect(sha256).toBe(contentSha256(length))
      console.log(`the running download stood still for ${longestGap.toFixed(0)} ms at most`)
    })

    it('dataplane killed: a new connection waits less than 250 ms', async () => {
      const waits: number[] = []
      const slowness = slownessNow()
      for (let i = 0; i < 5; i++) {
        // Long enough for the supervisor to take it for healthy, and start the next one at once.
        await sleep(5500)
        // Each from a socket of its own: what the kernel carries already does not wait at all.
        const handle = await stage.on.lan2.udpOpen({ localPort: 37_001 + i })
        killDataplane()
        const began = performance.now()
        await sleep(DYING_MS)
        const ask = { handle, to: ECHO, text: 'new', waitMs: 5000 }
        expect(await stage.on.lan2.udpAsk(ask), 'what is sent meanwhile is kept, not lost').toBe('new')
        waits.push(performance.now() - began)
      }
      const words = waits.map((ms) => ms.toFixed(0)).join(', ')
      console.log(
        `a new connection waited ${words} ms after kill -9, on a machine ${slowness.toFixed(1)} × busy`,
      )
      expect(waits.sort((a, b) => a - b)[2]).toBeLessThan(250 * slowness)
    })

    it('web app killed: not one packet lost', async () => {
      const ping = stage.lab.spawn('lan1', ['ping', '-i', '0.002', '-c', '1500', '-q', WWW], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      let said = ''
      ping.stdout!.on('data', (text) => {
        said += text
      })
      await sleep(500)
      process.kill(pidIn(stage.lab.record.web.pidFile), 'SIGKILL')
      await new Promise((resolve) => ping.on('close', resolve))
      expect(said).toContain('1500 packets transmitted, 1500 received, 0% packet loss')
      const health = `${stage.lab.record.admin.outside}/api/health`
      await until('the admin page is back', 10, () =>
        fetch(health).then(
          (answer) => answer.ok,
          () => false,
        ),
      )
    })

    it('a corrupt snapshot is set aside: the safe default runs, and says so', async () => {
      const { state } = stage.lab.record.dataplane
      const file = path.join(state, 'applied.json')
      const intact = readFileSync(file)
      writeFileSync(file, intact.subarray(0, intact.length / 2))
      const { startedAt } = await stage.dataplane.status()
      killDataplane()
      const status = await until('the safe default runs', 5, async () => {
        const now = await stage.dataplane.status().catch(() => undefined)
        return now && now.startedAt > startedAt && now
      })
      expect(status.attention.map((entry) => entry.kind)).toContain('started-safe')
      expect(readdirSync(state).filter((name) => name.startsWith('applied')).length).toBeGreaterThan(0)
      expect(stage.lab.run('lan1', ['curl', '-sS', '-m', '5', `http://${WWW}/`])).toContain('small Internet')
      expect(
        await stage.on.isp.tcpScan({ address: stage.wan.address, ports: [22, 53, 80], waitMs: 500 }),
      ).toEqual([])
      console.log(status.attention.find((entry) => entry.kind === 'started-safe')?.text)
    })
  },
)
