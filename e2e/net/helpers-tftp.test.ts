/** TFTP through the box: atftp asks atftpd, which answers from another port. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Forward, NO_FORWARDS, type Snapshot, withHelper } from '@bauta/config'
import { beforeAll, expect, it } from 'vitest'
import { type Host, LAN, RESOLVER, WANS } from '../lab/plan.ts'
import { describeLab } from './harness/lab-test.ts'
import { atftpd, publish } from './harness/servers.ts'

const { address: wan } = WANS.eth
const toServer: Forward = {
  id: 1,
  enabled: true,
  comment: '',
  protocol: 'udp',
  ports: { from: 69, to: 69 },
  targets: [{ address: LAN.lan2, turns: 10 }],
  targetPort: null,
  source: null,
}

describeLab('TFTP', { wan: 'eth' }, (stage) => {
  let content: Buffer = Buffer.alloc(0)
  const set = async (change: (snapshot: Snapshot) => Partial<Snapshot>) => {
    const { revision, snapshot } = await stage.dataplane.settings()
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, ...change(snapshot) } })
  }
  const switchOn = (enabled: boolean) =>
    set(({ helpers }) => ({ helpers: withHelper(helpers, { name: 'tftp', enabled, ports: [69] }) }))
  const fetches = (host: Host, from: string, name: string): boolean => {
    const out = path.join(stage.lab.record.directory, name)
    const option = ['--option', 'timeout 1']
    stage.lab.run(host, ['timeout', '8', 'atftp', ...option, '-g', '-r', 'file.bin', '-l', out, from])
    return readFileSync(out).equals(content)
  }
  beforeAll(async () => {
    if (!stage.lab) return
    const published = publish(stage.lab, 'tftp', 100_000)
    content = published.content
    await atftpd(stage.lab, { host: 'isp', address: RESOLVER, port: 69 }, published.folder)
    await atftpd(stage.lab, { host: 'lan2', address: LAN.lan2, port: 69 }, published.folder)
  }, 30_000)

  it('with the helper a file is fetched from outside; without it, it is not', async () => {
    await switchOn(true)
    expect(fetches('lan1', RESOLVER, 'with')).toBe(true)
    await switchOn(false)
    expect(() => fetches('lan1', RESOLVER, 'without')).toThrow()
  })

  it('a server inside, behind a forward, is fetched from', async () => {
    await switchOn(true)
    await set(() => ({ forwards: { ...NO_FORWARDS, list: [toServer] } }))
    expect(fetches('isp', wan, 'inside')).toBe(true)
  })
})
