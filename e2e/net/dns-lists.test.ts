/** Blocklists, from a web server of the small Internet to the household: 200,000 names, changed under load. */
import { beforeAll, expect, it } from 'vitest'
import { sleep, until } from '../lab/shell.ts'
import { addresses, applyDns, ask, BOX, FIRST, RIGHT, SECOND, startUpstreams } from './harness/dns-house.ts'
import { describeLab } from './harness/lab-test.ts'

const COUNT = 200_000
const URL = `http://${SECOND}:8088/hosts.txt`
const OTHER = `http://${SECOND}:8089/domains.txt`

/** A hosts file; `spread` makes it another one. */
const hosts = (spread: string) =>
  `# ${spread}\n${Array.from({ length: COUNT }, (_, i) => `0.0.0.0 n${i}.${spread}.tracker${i % 997}.example`).join('\n')}\n`

describeLab('blocklists', {}, (stage) => {
  const lan = () => stage.on.lan1
  const lists = [{ name: 'trackers', url: URL, enabled: true }]
  const settings = { upstreams: [FIRST], blocklists: lists }
  const list = async (url: string) => (await stage.dataplane.dns()).blocklists.find((one) => one.url === url)
  const fetchedBy = async (url: string, names: number) =>
    until(
      `the list ${url}`,
      30,
      async () => (await list(url))?.names === names && !(await list(url))?.fetching,
    )

  beforeAll(async () => {
    await startUpstreams(stage)
    await stage.on.isp.listServe({ address: SECOND, port: 8088, text: hosts('first') })
    await stage.on.isp.listServe({
      address: SECOND,
      port: 8089,
      text: 'ads.example\nn7.first.tracker7.example\n',
    })
    await applyDns(stage, settings)
    await fetchedBy(URL, COUNT)
  })

  it('a name on the list does not exist for the household, with all below it; others do', async () => {
    for (const name of [
      'n0.first.tracker0.example',
      'www.n5.first.tracker5.example',
      'N199999.FIRST.tracker599.example',
    ])
      await expect.poll(async () => (await ask(lan(), name))?.rcode, { timeout: 5000 }).toBe('NXDOMAIN')
    expect(addresses(await ask(lan(), 'plain.tracker0.example'))).toEqual([RIGHT])
    await stage.on.isp.dnsSeen({ address: FIRST })
    await ask(lan(), 'n1.first.tracker1.example')
    expect(await stage.on.isp.dnsSeen({ address: FIRST })).toEqual([])
    expect((await stage.dataplane.dns()).blocked).toBeGreaterThanOrEqual(4)
  })

  it('tells which list has a name, and the name on it', async () => {
    await applyDns(stage, { ...settings, blocklists: [...lists, { name: 'ads', url: OTHER, enabled: true }] })
    await fetchedBy(OTHER, 2)
    await expect
      .poll(() => stage.dataplane.dnsWhy('x.n7.first.tracker7.example'))
      .toEqual({
        name: 'x.n7.first.tracker7.example',
        blocked: true,
        domain: 'n7.first.tracker7.example',
        lists: [URL, OTHER],
        spared: false,
      })
    expect(await stage.dataplane.dnsWhy('plain.example')).toMatchObject({ blocked: false, lists: [] })
  })

  it('a name that the settings spare is answered, with all below it', async () => {
    await applyDns(stage, { ...settings, blockAllow: ['tracker3.example'] })
    expect(await stage.dataplane.dnsWhy('n3.first.tracker3.example')).toMatchObject({
      blocked: false,
      spared: true,
    })
    expect(addresses(await ask(lan(), 'n3.first.tracker3.example'))).toEqual([RIGHT])
    expect((await ask(lan(), 'n4.first.tracker4.example'))?.rcode).toBe('NXDOMAIN')
  })

  it('another list of 200,000 names comes in without losing a question or the cache', async () => {
    for (let i = 0; i < 50; i++)
      expect(addresses(await ask(lan(), `plain.kept${i}.example`))).toEqual([RIGHT])
    const { pid } = await stage.dataplane.dns()
    await lan().dnsLoadBegin({ server: BOX, names: 'slow-20.n*.reload.example', perSecond: 500, seconds: 60 })
    await sleep(500)
    await stage.on.isp.listServe({ address: SECOND, port: 8088, text: hosts('second') })
    const began = performance.now()
    await stage.dataplane.fetchBlocklists()
    await until(
      'the new list holds',
      40,
      async () => (await stage.dataplane.dnsWhy('n9.second.tracker9.example')).blocked,
    )
    const seconds = (performance.now() - began) / 1000
    await sleep(500)
    const { sent, good, slowest } = await lan().dnsLoadEnd({ now: true })
    console.log(
      `200,000 other names in force after ${seconds.toFixed(1)} s; ${good} of ${sent} answered meanwhile, slowest ${slowest.toFixed(0)} ms`,
    )
    expect(good).toBe(sent)
    expect((await ask(lan(), 'n9.second.tracker9.example'))?.rcode).toBe('NXDOMAIN')
    await stage.on.isp.dnsSeen({ address: FIRST })
    for (let i = 0; i < 50; i++)
      expect(addresses(await ask(lan(), `plain.kept${i}.example`))).toEqual([RIGHT])
    expect(await stage.on.isp.dnsSeen({ address: FIRST })).toEqual([])
    expect((await stage.dataplane.dns()).pid).toBe(pid)
  }, 90_000)

  it('a list that is not there is told in words, and the other holds on', async () => {
    const missing = `http://${SECOND}:8090/none`
    await applyDns(stage, {
      ...settings,
      blocklists: [...lists, { name: 'none', url: missing, enabled: true }],
    })
    await expect
      .poll(async () => (await list(missing))?.problem, { timeout: 20_000 })
      .toMatch(/refuses|cannot be reached/)
    expect((await ask(lan(), 'n9.second.tracker9.example'))?.rcode).toBe('NXDOMAIN')
  }, 30_000)
})
