/** DNS servers asked over TLS: by real unbound, from a server whose certificate an authority of the test's own vouches for. */
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sleep, until } from '../lab/shell.ts'
import { Capture } from './harness/capture.ts'
import { certificateFor, makeAuthority } from './harness/certificates.ts'
import { addresses, applyDns, ask, BOX, FIRST, RIGHT, SECOND, startUpstreams } from './harness/dns-house.ts'
import { describeLab } from './harness/lab-test.ts'

const NAME = 'dns.example.org'
const authority = makeAuthority()
afterAll(() => rmSync(authority.folder, { recursive: true }))

describeLab('DNS over TLS', { dataplaneOptions: ['--authorities', authority.file] }, (stage) => {
  const lan = () => stage.on.lan1
  const right = certificateFor(authority, NAME)
  const tls = { transport: 'tls' as const, tlsServers: [{ address: FIRST, name: NAME }] }
  const answers = async (name: string) => addresses(await ask(lan(), name, 1500))[0] === RIGHT

  beforeAll(async () => {
    await startUpstreams(stage)
    await stage.on.isp.dnsServeTls({ address: FIRST, ...right })
    await applyDns(stage, { ...tls, domains: [{ domain: 'corp.example', servers: [SECOND] }] })
    await until('an answer that came over TLS', 15, () => answers('plain.ready.example'))
  })

  it('nothing but TLS leaves the house for what no domain has servers of its own for', async () => {
    const plain = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, 'port 53')
    const secret = await Capture.start(stage.lab, 'isp', stage.wan.providerDevice, 'tcp port 853')
    for (let i = 0; i < 20; i++) expect(await answers(`plain.n${i}.tls.example`)).toBe(true)
    await sleep(200)
    expect(plain.packets.length).toBe(0)
    expect(secret.packets.length).toBeGreaterThan(0)
    expect(secret.packets.some((packet) => packet.includes('tls\u0007example'))).toBe(false)
    expect(addresses(await ask(lan(), 'plain.corp.example'))).toEqual([RIGHT])
    await expect.poll(() => plain.packets.length).toBeGreaterThan(0)
    await plain.stop()
    await secret.stop()
    expect((await stage.dataplane.dns()).tlsProblem).toBeNull()
    expect((await stage.dataplane.system()).daemons.map(({ name }) => name)).toContain('unbound')
  })

  it('carries 300 questions a second without loss', async () => {
    await lan().dnsLoadBegin({ server: BOX, names: 'plain.n*.load.example', perSecond: 300, seconds: 5 })
    const report = await lan().dnsLoadEnd({ now: false })
    console.log(`over TLS: ${JSON.stringify(report)}`)
    expect(report.good).toBe(1500)
  })

  it('changing to plain and back loses none of 200 a second', async () => {
    await lan().dnsLoadBegin({ server: BOX, names: 'slow-20.n*.change.example', perSecond: 200, seconds: 20 })
    await sleep(400)
    await applyDns(stage, {})
    await sleep(600)
    await applyDns(stage, tls)
    await sleep(1500)
    const { sent, good } = await lan().dnsLoadEnd({ now: true })
    expect(good).toBe(sent)
  }, 30_000)

  it('kill -9 of unbound: back, and no question lost', async () => {
    await lan().dnsLoadBegin({ server: BOX, names: 'plain.n*.killed.example', perSecond: 100, seconds: 20 })
    await sleep(400)
    const unbound = (await stage.dataplane.system()).daemons.find(({ name }) => name === 'unbound')!
    process.kill(unbound.pid!, 'SIGKILL')
    await until('unbound is back', 2, async () => {
      const now = (await stage.dataplane.system()).daemons.find(({ name }) => name === 'unbound')
      return now?.running && now.pid !== unbound.pid
    })
    await sleep(1500)
    const { sent, good } = await lan().dnsLoadEnd({ now: true })
    expect(good).toBe(sent)
  }, 30_000)

  it('a server with the certificate of another is not believed, and the status says why', async () => {
    await stage.on.isp.dnsCertificate({ address: FIRST, ...certificateFor(authority, 'other.example.org') })
    await applyDns(stage, { ...tls, tlsServers: [{ address: FIRST, name: NAME }], cacheSize: 0 })
    // a connection from before may live on for a while
    await applyDns(stage, { ...tls, transport: 'plain' })
    await applyDns(stage, tls)
    expect(await ask(lan(), 'plain.deceived.example', 6000)).toMatchObject({ rcode: 'SERVFAIL' })
    await expect
      .poll(async () => (await stage.dataplane.dns()).tlsProblem, { timeout: 15_000 })
      .toMatch(/certificate of .* is not for dns\.example\.org/)
    await stage.on.isp.dnsCertificate({ address: FIRST, ...right })
    await until('it is believed again', 40, () => answers(`plain.again${Date.now()}.example`))
    await expect.poll(async () => (await stage.dataplane.dns()).tlsProblem, { timeout: 15_000 }).toBeNull()
  }, 90_000)

  it('one that nobody vouches for is not believed either', async () => {
    const stranger = makeAuthority()
    await stage.on.isp.dnsCertificate({ address: FIRST, ...certificateFor(stranger, NAME) })
    rmSync(stranger.folder, { recursive: true })
    await applyDns(stage, {})
    await applyDns(stage, tls)
    expect(await ask(lan(), 'plain.stranger.example', 6000)).toMatchObject({ rcode: 'SERVFAIL' })
    await expect
      .poll(async () => (await stage.dataplane.dns()).tlsProblem, { timeout: 15_000 })
      .toMatch(/nobody that the box trusts/)
  }, 60_000)
})
