/** A real download watched: both sides in pairs, and a file that tcpdump reads. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LAN, SERVERS, WANS } from '../lab/plan.ts'
import { until } from '../lab/shell.ts'
import { describeLab } from './harness/lab-test.ts'

const SERVER = SERVERS['www.example.org']
const { address } = WANS.eth

describeLab('the packet monitor', { wan: 'eth' }, (stage) => {
  const download = () => stage.lab.run('lan1', ['curl', '-sS', '-m', '10', `http://${SERVER}/`])

  it('shows a download on both of its sides, and tcpdump reads the file', async () => {
    download()
    await stage.dataplane.watch({ host: LAN.lan1, protocol: 6 })
    expect(download()).toContain('small Internet')
    const state = await until('packets', 5, async () => {
      const now = await stage.dataplane.monitor()
      return now.turns.length > 4 && now
    })
    const syn = state.turns.find((turn) => turn.in.text.includes('[S]'))!
    expect(syn.in).toMatchObject({
      interface: 'lan0',
      source: LAN.lan1,
      destination: SERVER,
      destinationPort: 80,
    })
    expect(syn.out).toMatchObject([{ interface: 'wan0', source: address, destination: SERVER }])
    const answer = state.turns.find((turn) => turn.in.text.includes('[S.]'))!
    expect(answer.in).toMatchObject({ interface: 'wan0', source: SERVER, destination: address })
    expect(answer.out).toMatchObject([{ interface: 'lan0', destination: LAN.lan1 }])
    expect(state.lost).toBe(0)

    const folder = mkdtempSync(join(tmpdir(), 'bauta-monitor-'))
    const file = join(folder, 'caught.pcapng')
    writeFileSync(file, await stage.dataplane.bytes('/v1/monitor/pcapng'))
    const read = spawnSync('tcpdump', ['-n', '-r', file], { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect(read.status).toBe(0)
    expect(read.stdout).toMatch(new RegExp(`IP ${LAN.lan1}\\.\\d+ > ${SERVER}\\.80: Flags \\[S\\]`))
    expect(read.stdout).toMatch(new RegExp(`IP ${address}\\.\\d+ > ${SERVER}\\.80: Flags \\[S\\]`))
    expect(read.stdout).toMatch(new RegExp(`IP ${SERVER}\\.80 > ${LAN.lan1}\\.\\d+: Flags \\[S\\.\\]`))
  })

  it('stops, and what comes then is not noted', async () => {
    const before = await stage.dataplane.stopWatching()
    expect(before).toMatchObject({ watching: false, ended: 'It was stopped.' })
    download()
    expect((await stage.dataplane.monitor()).seen).toBe(before.seen)
  })

  it('watches by interface and port, and shows what is dropped', async () => {
    await stage.dataplane.watch({ interface: 'wan0', port: 9 })
    await stage.on.isp.tcpScan({ address, ports: [9], waitMs: 300 })
    const { turns } = await until('the SYN', 5, async () => {
      const now = await stage.dataplane.monitor()
      return now.turns.length > 0 && now
    })
    expect(turns[0]).toMatchObject({
      in: { interface: 'wan0', destination: address, destinationPort: 9 },
      out: [],
    })
    await expect(stage.dataplane.watch({ interface: 'eth9' })).rejects.toThrow(
      'no such connection or interface',
    )
  })
})
