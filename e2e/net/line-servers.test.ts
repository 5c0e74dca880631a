/** What follows the line beside its address: constant DNS addresses, rules that name its servers, counters of one session. */
import { readFileSync } from 'node:fs'
import { anyRule, emptyRules, type Rule, type Rules, type Snapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { RESOLVER, SERVERS, SERVICES, WANS } from '../lab/plan.ts'
import { sleep, until } from '../lab/shell.ts'
import { PacketCount } from './harness/capture.ts'
import { describeLab } from './harness/lab-test.ts'

const { address: FIRST, otherAddress: SECOND, providerDevice } = WANS.dhcp
const PRESS = { connection: 'Internet', who: 'admin', as: 'administrator' } as const
const CONSTANT = ['10.2.0.1', '10.2.0.2'] as const
const KNOWN = { name: 'www.example.org', address: SERVERS['www.example.org'] }
/** Another server of the provider, which knows a name that the first one does not. */
const OTHER = SERVERS['news.example.net']
const ONLY_THERE = { name: 'only-there.example.com', address: '93.184.216.99' }

describeLab('name servers that change with the line', { wan: 'dhcp' }, (stage) => {
  const take = async (change: (snapshot: Snapshot) => Partial<Snapshot>) => {
    const { revision, snapshot } = await stage.dataplane.settings()
    await stage.dataplane.apply({ revision: revision + 1, snapshot: { ...snapshot, ...change(snapshot) } })
  }
  const upWith = (address: string, servers: readonly string[]) =>
    until(`up with ${address} and ${servers.join(', ')}`, 15, async () => {
      const { connections } = await stage.dataplane.internet()
      const now = connections.find(({ inUse }) => inUse)!
      return now.state === 'up' && now.address === address && now.dnsServers.join() === servers.join()
    })
  const provideWith = async (address: string, dnsServers: string[]) => {
    await stage.lab.offer({ address, dnsServers })
    await stage.dataplane.hangUp(PRESS)
    await stage.dataplane.dial(PRESS)
    await upWith(address, dnsServers)
  }
  const ask = (server: string, { name }: { name: string }) =>
    stage.on.lan1.lookUp({ server, name, type: 'A' })
  const refusals = async () =>
    (await stage.dataplane.counters()).drops.find(({ reason }) => reason === 'no-dns-server')!.packets
  const askedAt = (server: string) =>
    PacketCount.start(stage.lab, 'isp', providerDevice, `udp dst port 53 and dst host ${server}`)
  const serveThere = () =>
    stage.lab.spawn('isp', [
      ...['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'],
      ...['--pid-file=', '--user=root', `--listen-address=${OTHER}`, '--bind-interfaces'],
      `--host-record=${ONLY_THERE.name},${ONLY_THERE.address}`,
    ])

  it('a constant DNS address leads to the server of the moment, and to another one with the next lease', async () => {
    await upWith(FIRST, [RESOLVER])
    await expect(ask(CONSTANT[0], KNOWN), 'before it is set').rejects.toThrow()
    await take(({ dns }) => ({ dns: { ...dns, constant: [...CONSTANT] } }))
    const before = await askedAt(RESOLVER)
    expect(await ask(CONSTANT[0], KNOWN)).toEqual([KNOWN.address])
    expect(await before.stop(), 'asked of the first server').toBeGreaterThan(0)

    const server = serveThere()
    await provideWith(SECOND, [OTHER])
    const began = performance.now()
    const there = await askedAt(OTHER)
    const here = await askedAt(RESOLVER)
    const found = await until('the other server answers', 2, () =>
      ask(CONSTANT[0], ONLY_THERE).catch(() => false as const),
    )
    console.log(
      `the constant address led to the new server ${(performance.now() - began).toFixed(0)} ms after the lease`,
    )
    expect(found).toEqual([ONLY_THERE.address])
    await expect(ask(CONSTANT[0], KNOWN), 'the new server does not know it').rejects.toThrow()
    expect(await there.stop(), 'asked of the other server').toBeGreaterThan(0)
    expect(await here.stop(), 'nothing goes to the old one').toBe(0)
    server.kill()
  })

  it('a constant address whose server the line does not have is refused at once, by name', async () => {
    const before = await refusals()
    const began = performance.now()
    await expect(ask(CONSTANT[1], KNOWN)).rejects.toThrow()
    expect(performance.now() - began, 'told, and not left to wait').toBeLessThan(1500)
    expect(await refusals()).toBeGreaterThan(before)
    await provideWith(FIRST, [OTHER, RESOLVER])
    expect(await ask(CONSTANT[1], KNOWN), 'with a second server').toEqual([KNOWN.address])
  })

  it('constant addresses hold over the death of the dataplane', async () => {
    const before = await refusals()
    const { startedAt } = await stage.dataplane.status()
    process.kill(Number(readFileSync(stage.lab.record.dataplane.pidFile, 'utf8')), 'SIGKILL')
    const answers: string[] = []
    await until('the dataplane is back', 15, async () => {
      answers.push(...(await ask(CONSTANT[1], KNOWN).catch(() => [])))
      const now = await stage.dataplane.status().catch(() => null)
      return now !== null && now.startedAt > startedAt
    })
    expect(await ask(CONSTANT[1], KNOWN), 'afterwards').toEqual([KNOWN.address])
    expect(answers.every((answer) => answer === KNOWN.address)).toBe(true)
    await sleep(1500)
    expect(await refusals(), 'refused meanwhile').toBe(before)
  })

  it('an iptables rule with @dns1 as its destination follows the line as well', async () => {
    const { snapshot } = await stage.dataplane.settings()
    await take(({ dns }) => ({ rules: masqueradingTo('@dns1'), dns: { ...dns, constant: [] } }))
    const server = serveThere()
    const found = await until('the first server answers', 5, () =>
      ask('10.9.0.1', ONLY_THERE).catch(() => false as const),
    )
    expect(found).toEqual([ONLY_THERE.address])
    await provideWith(FIRST, [RESOLVER])
    expect(await ask('10.9.0.1', KNOWN)).toEqual([KNOWN.address])
    await expect(ask('10.9.0.1', ONLY_THERE)).rejects.toThrow()
    const { rows } = await stage.dataplane.connections({ limit: 500 })
    expect(rows.map(({ wan }) => wan)).not.toContain(SECOND)
    server.kill()
    await take(() => ({ rules: snapshot.rules }))
  })

  it('rules are read again when the line goes down or comes up, where that is chosen: their counters begin at zero', async () => {
    const to = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
    const counting: Rule = {
      ...anyRule(990),
      destination: { network: to.address, invert: false },
      destinationPorts: { from: to.port, to: to.port, invert: false },
      protocol: { number: 17, invert: false },
      target: null,
    }
    const counted = async () =>
      (await stage.dataplane.counters()).rules.find(({ id }) => id === counting.id)!.packets
    const count = async () => {
      const handle = await stage.on.lan2.udpOpen({ localPort: 0 })
      await stage.on.lan2.udpAsk({ handle, to, text: 'counted', waitMs: 300 })
      expect(await counted()).toBeGreaterThan(0)
    }
    const down = async () => {
      await stage.dataplane.hangUp(PRESS)
      await until('down', 5, async () => !(await stage.dataplane.status()).online)
      await sleep(500)
      return counted()
    }
    const up = async () => {
      await stage.dataplane.dial(PRESS)
      await upWith(FIRST, [RESOLVER])
      await until('online', 5, async () => (await stage.dataplane.status()).online)
      await sleep(500)
      return counted()
    }
    const choose = async (rereadDown: boolean, rereadUp: boolean) => {
      await take(({ ports }) => ({ ports: { ...ports, rereadDown, rereadUp } }))
      await count()
    }
    await take(({ rules }) => {
      const [input, ...others] = rules.chains
      return { rules: { ...rules, chains: [{ ...input!, rules: [counting, ...input!.rules] }, ...others] } }
    })
    await choose(false, false)
    expect(
      [await down(), await up()].every((packets) => packets > 0),
      'nothing is chosen',
    ).toBe(true)
    await choose(true, false)
    expect(await down(), 'when it goes down').toBe(0)
    await stage.on.lan2.udpAsk({
      handle: await stage.on.lan2.udpOpen({ localPort: 0 }),
      to,
      text: 'x',
      waitMs: 100,
    })
    expect(await up(), 'not when it comes up').toBeGreaterThan(0)
    await choose(false, true)
    expect(await down(), 'not when it goes down').toBeGreaterThan(0)
    expect(await up(), 'when it comes up').toBe(0)
    const { lines } = await stage.dataplane.log({ q: 'read again' })
    const told = lines.map(({ text }) => text).filter((text) => text.startsWith('the rules were read again'))
    expect(told).toHaveLength(2)
    expect(told.join()).toContain(`the line went down (it had ${FIRST})`)
    expect(told.join()).toContain(`the line came up with ${FIRST}`)
  })
})

/** Everything goes out masqueraded; what is for 10.9.0.1 goes to the line's server. */
function masqueradingTo(word: '@dns1'): Rules {
  const rules = emptyRules('netfilter')
  const add = (name: string, rule: Rule) =>
    rules.chains.find((chain) => chain.table === 'nat' && chain.name === name)!.rules.push(rule)
  add('PREROUTING', {
    ...anyRule(980),
    destination: { network: '10.9.0.1', invert: false },
    inInterface: { name: '@lan', invert: false },
    target: {
      verdict: 'DNAT',
      ranges: [{ from: word, to: word }],
      ports: null,
      persistent: false,
      random: false,
    },
  })
  add('POSTROUTING', {
    ...anyRule(981),
    outInterface: { name: '@wan', invert: false },
    target: { verdict: 'MASQ' },
  })
  return rules
}
