/**
 * Nothing that is done to DNS loses a question: a loop asks a thousand names a second, each once and none twice, while settings
 * change, daemons are killed and servers fall silent; at the end every single one was answered.
 */
import { beforeAll, expect, it } from 'vitest'
import { LAN } from '../lab/plan.ts'
import { signal } from '../lab/processes.ts'
import { sleep, until } from '../lab/shell.ts'
import { addresses, applyDns, ask, BOX, FIRST, RIGHT, SECOND, startUpstreams } from './harness/dns-house.ts'
import { describeLab } from './harness/lab-test.ts'

describeLab('DNS under way', {}, (stage) => {
  const lan = () => stage.on.lan1
  let round = 0
  /** Names that no cache has, each answered by the server after `slowMs`: at any moment some are under way. */
  const begin = async (perSecond: number, seconds: number, slowMs = 20) =>
    lan().dnsLoadBegin({
      server: BOX,
      names: `${slowMs > 0 ? `slow-${slowMs}` : 'plain'}.n*.r${++round}.example`,
      perSecond,
      seconds,
    })
  const end = async (what: string, now = true) => {
    const report = await lan().dnsLoadEnd({ now })
    console.log(
      `${what}: ${report.good} of ${report.sent} answered; median ${report.median.toFixed(1)} ms, slowest ${report.slowest.toFixed(0)} ms`,
    )
    return report
  }

  beforeAll(async () => {
    await startUpstreams(stage)
    await applyDns(stage, {})
    await until(
      'DNS answers',
      10,
      async () => addresses(await ask(lan(), 'plain.ready.example'))[0] === RIGHT,
    )
  })

  it('1,000 questions a second for 10 seconds, each of another name', async () => {
    await begin(1000, 10, 0)
    const report = await end('1,000 a second', false)
    expect(report).toMatchObject({ sent: 10_000, good: 10_000 })
  }, 40_000)

  it.each([
    ['a local name', { hosts: [{ name: 'printer', address: LAN.lan2 }] }],
    ['the servers', { upstreams: [SECOND] }],
    ['the server of a domain', { domains: [{ domain: 'corp.example', servers: [SECOND] }] }],
    ['the size of the cache', { cacheSize: 5000 }],
    ['the local domain', { localDomain: 'house.home.arpa' }],
    ['protection against private addresses', { rebindProtection: false }],
    ['a name that no list blocks', { blockAllow: ['good.example'] }],
  ])(
    'a change of %s loses none of 500 a second',
    async (what, dns) => {
      await begin(500, 20)
      await sleep(500)
      const done = await applyDns(stage, dns)
      await sleep(700)
      await applyDns(stage, {})
      await sleep(700)
      const { sent, good } = await end(`${what} changed, and back (${done.at(-1)})`)
      expect(good).toBe(sent)
    },
    40_000,
  )

  it('ten changes of everything in a row lose none either', async () => {
    await begin(500, 30)
    for (let i = 0; i < 10; i++)
      await applyDns(stage, {
        cacheSize: 1000 + i,
        upstreams: i % 2 ? [FIRST] : [SECOND],
        hosts: [{ name: `h${i}`, address: LAN.lan2 }],
      })
    await applyDns(stage, {})
    await sleep(500)
    const { sent, good } = await end('ten changes')
    expect(good).toBe(sent)
  }, 60_000)

  it('kill -9 of dnsmasq loses none, and it is back within 2 s', async () => {
    await begin(500, 20)
    await sleep(500)
    const { pid } = await stage.dataplane.dns()
    signal(pid!, 'SIGKILL')
    const began = performance.now()
    await until('dnsmasq is back', 2, async () => {
      const now = await stage.dataplane.dns()
      return now.running && now.pid !== pid
    })
    console.log(`dnsmasq back after ${(performance.now() - began).toFixed(0)} ms`)
    await sleep(700)
    const { sent, good } = await end('kill -9 of dnsmasq')
    expect(good).toBe(sent)
  }, 40_000)

  it('a server that falls silent is left for another within 2 s, and no question fails', async () => {
    await begin(200, 30)
    await sleep(1000)
    for (const address of [FIRST, SECOND]) {
      await stage.on.isp.dnsMute({ address, mute: true })
      await sleep(3000)
      await stage.on.isp.dnsMute({ address, mute: false })
      await sleep(1000)
    }
    const { sent, good, slowest } = await end('each server silent for 3 s in turn')
    expect(good).toBe(sent)
    expect(slowest).toBeLessThan(2000)
  }, 60_000)

  it('when all are silent the answer is a failure, before anybody gives up waiting', async () => {
    for (const address of [FIRST, SECOND]) await stage.on.isp.dnsMute({ address, mute: true })
    const began = performance.now()
    expect(await ask(lan(), 'plain.all-silent.example', 7000)).toMatchObject({ rcode: 'SERVFAIL' })
    expect(performance.now() - began).toBeLessThan(5000)
    for (const address of [FIRST, SECOND]) await stage.on.isp.dnsMute({ address, mute: false })
    expect(addresses(await ask(lan(), 'plain.back.example'))).toEqual([RIGHT])
  }, 20_000)

  it('a local name changes without emptying the cache', async () => {
    expect(addresses(await ask(lan(), 'plain.kept.example'))).toEqual([RIGHT])
    for (const address of [FIRST, SECOND]) await stage.on.isp.dnsSeen({ address })
    await applyDns(stage, { hosts: [{ name: 'scanner', address: LAN.lan2 }] })
    await until(
      'the name is known',
      3,
      async () => addresses(await ask(lan(), 'scanner.home.arpa'))[0] === LAN.lan2,
    )
    await applyDns(stage, {})
    await until('and gone', 3, async () => (await ask(lan(), 'scanner.home.arpa'))?.rcode === 'NXDOMAIN')
    expect(addresses(await ask(lan(), 'plain.kept.example'))).toEqual([RIGHT])
    for (const address of [FIRST, SECOND]) expect(await stage.on.isp.dnsSeen({ address })).toEqual([])
  })

  it('the box has its names, forwards and backwards', async () => {
    for (const name of ['bauta.lan', 'bauta', 'bauta.home.arpa', 'home.arpa', 'BAUTA.LAN'])
      expect(addresses(await ask(lan(), name)), name).toEqual([BOX])
    const back = await stage.lab.run('lan1', ['getent', 'hosts', BOX])
    expect(back).toMatch(/bauta\.home\.arpa/)
  })
})
