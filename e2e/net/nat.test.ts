/** Every kind of NAT as rules, on the wire: SNAT with pools, DNAT, REDIRECT in both dialects, NETMAP, and what the box sends itself. */
import { anyRule, defaultSnapshot, type Rule, type RuleTarget } from '@bauta/config'
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { until } from '../lab/shell.ts'
import { describeLab, type Stage } from './harness/lab-test.ts'
import { accept, device, type Lists, netfilterHome, port, tcp } from './harness/netfilter-home.ts'

const WWW = SERVERS['www.example.org']
const WHOAMI = { address: SERVERS['echo.example.org'], port: SERVICES.whoami }
const INTERFACES = [
  { name: 'lan0', role: 'lan' as const },
  { name: 'wan0', role: 'wan' as const },
]

/** Says who it is, who asks, and where the question was sent. */
const SERVER = (name: string, port: number) => `require('node:http').createServer((request, reply) => {
  reply.end('${name} ' + request.socket.remoteAddress + ' ' + request.headers.host)
}).listen(${port}, '0.0.0.0')`

const snat = (from: string, to = from, more: Partial<Extract<RuleTarget, { verdict: 'SNAT' }>> = {}) => ({
  verdict: 'SNAT' as const,
  ranges: [{ from, to }],
  ports: null,
  persistent: false,
  random: false,
  ...more,
})
const dnat = (from: string, to: string, number: number) => ({
  verdict: 'DNAT' as const,
  ranges: [{ from, to }],
  ports: { from: number, to: number },
  persistent: false,
  random: false,
})
const of = (network: string) => ({ source: { network, invert: false } })
const to = (network: string) => ({ destination: { network, invert: false } })
const out = { outInterface: device('wan0') }

describeLab('NAT by rules', { wan: 'eth' }, (stage: Stage) => {
  const apply = async (first: Lists) => {
    const { revision } = await stage.dataplane.status()
    const snapshot = { ...defaultSnapshot(INTERFACES), rules: netfilterHome(first) }
    return stage.dataplane.apply({ revision: revision + 1, snapshot })
  }
  const applyClassic = async (...input: Partial<Rule>[]) => {
    const { revision } = await stage.dataplane.status()
    const snapshot = defaultSnapshot(INTERFACES)
    const rules = input.map((fields, i) => ({ ...anyRule(900 + i), ...fields }))
    snapshot.rules.chains[0]!.rules.unshift(...rules)
    return stage.dataplane.apply({ revision: revision + 1, snapshot })
  }
  const curl = (host: 'isp' | 'lan1' | 'lan2' | 'router', url: string) =>
    stage.lab.run(host, ['curl', '-sS', '--max-time', '4', url]).trim()
  const serve = async (host: 'lan1' | 'lan2' | 'router', number: number) => {
    stage.lab.spawn(host, [process.execPath, '-e', SERVER(host, number)])
    await until(`the server on ${host}`, 5, () => {
      try {
        return curl(host, `http://127.0.0.1:${number}/`) !== ''
      } catch {
        return false
      }
    })
  }
  const udpSeen = async (host: 'lan1' | 'lan2', localPort: number) => {
    const handle = await stage.on[host].udpOpen({ localPort })
    return stage.on[host].udpWhoami({ handle, to: WHOAMI })
  }
  const leadsHere = (network: string) =>
    stage.lab.run('isp', ['ip', 'route', 'replace', network, 'via', stage.wan.address])

  it('SNAT gives the address that the rule names, strictly, and only to whom it names', async () => {
    leadsHere('198.51.100.200/29')
    await apply({ 'nat POSTROUTING': [{ ...of(LAN.lan1), ...out, target: snat('198.51.100.200') }] })
    expect(await udpSeen('lan1', 5001)).toEqual({ address: '198.51.100.200', port: 5001 })
    expect(await udpSeen('lan2', 5001)).toEqual({ address: stage.wan.address, port: 5001 })
    expect((await stage.on.lan1.tcpWhoami({ to: WHOAMI, localPort: 5002 })).address).toBe('198.51.100.200')
    expect(stage.lab.run('lan1', ['ping', '-c', '2', '-i', '0.2', WWW])).toMatch(/ 0% packet loss/)
  })

  it('SNAT from a pool: connections spread over its addresses, a persistent client keeps one, ports stay in their range', async () => {
    const pool = snat('198.51.100.200', '198.51.100.203')
    const target = { ...pool, persistent: true, ports: { from: 20_000, to: 20_099 } }
    await apply({
      'nat POSTROUTING': [
        { ...of(LAN.lan1), ...out, target: pool },
        { ...of(LAN.lan2), ...out, ...tcp, target },
      ],
    })
    const everywhere = Object.values(SERVERS).map((address) => ({ address, port: SERVICES.whoami }))
    const seenBy = async (host: 'lan1' | 'lan2') => {
      const found = []
      for (const server of everywhere) found.push(await stage.on[host].tcpWhoami({ to: server }))
      return found
    }
    const spread = await seenBy('lan1')
    expect(spread.every(({ address }) => /^198\.51\.100\.20[0-3]$/.test(address))).toBe(true)
    expect(new Set(spread.map(({ address }) => address)).size).toBeGreaterThan(1)
    const kept = await seenBy('lan2')
    expect(new Set(kept.map(({ address }) => address)).size).toBe(1)
    expect(kept.every((peer) => peer.port >= 20_000 && peer.port <= 20_099)).toBe(true)
  })

  it('DNAT as a rule leads to another address and port, and in turns through a range of machines', async () => {
    await Promise.all([serve('lan1', 8080), serve('lan2', 8080)])
    const web: Partial<Rule> = { inInterface: device('wan0'), ...tcp }
    const lists = (target: RuleTarget): Lists => ({
      'nat PREROUTING': [{ ...web, ...port(8081), target }],
      FORWARD: [{ ...web, ...port(8080), ...accept }],
    })
    await apply(lists(dnat(LAN.lan2, LAN.lan2, 8080)))
    const asked = `${stage.wan.address}:8081`
    expect(curl('isp', `http://${asked}/`)).toBe(`lan2 ${stage.wan.gateway} ${asked}`)
    expect(() => curl('isp', `http://${stage.wan.address}:8080/`)).toThrow()
    await apply(lists(dnat(LAN.lan1, LAN.lan2, 8080)))
    const answers = new Set<string>()
    for (const source of Object.values(SERVERS))
      answers.add(
        stage.lab.run('isp', ['curl', '-sS', '--interface', source, `http://${asked}/`]).split(' ')[0]!,
      )
    expect([...answers].sort()).toEqual(['lan1', 'lan2'])
  })

  it('DNAT of what the box sends itself leads it to a LAN machine, and its answers come as from who was asked', async () => {
    const target = dnat(LAN.lan2, LAN.lan2, 8080)
    await apply({ 'nat OUTPUT': [{ ...tcp, ...port(80), ...to(WWW), target }] })
    expect(curl('router', `http://${WWW}/`)).toBe(`lan2 ${stage.wan.address} ${WWW}`)
    expect(curl('router', `http://${SERVERS['news.example.net']}/`)).toContain('small Internet')
  })

  it('REDIRECT leads to a service of the box, in the netfilter dialect', async () => {
    await serve('router', 3128)
    const target: RuleTarget = { verdict: 'REDIRECT', ports: { from: 3128, to: 3128 } }
    await apply({ 'nat PREROUTING': [{ inInterface: device('lan0'), ...tcp, ...port(80), target }] })
    expect(curl('lan1', `http://${WWW}/`)).toBe(`router ${LAN.lan1} ${WWW}`)
    expect(curl('lan2', `http://${SERVERS['news.example.net']}/`)).toContain(`router ${LAN.lan2}`)
  })

  it('REDIRECT leads to a service of the box, in the classic dialect: a transparent proxy, and port 0 keeps the port', async () => {
    await serve('router', 8181)
    const redirect = (number: number): RuleTarget => ({
      verdict: 'REDIRECT',
      ports: number === 0 ? null : { from: number, to: number },
    })
    await applyClassic(
      { inInterface: device('lan0'), ...tcp, ...port(80), ...of(LAN.lan1), target: redirect(3128) },
      { inInterface: device('lan0'), ...tcp, ...port(8181), target: redirect(0) },
    )
    expect(curl('lan1', `http://${WWW}/`)).toBe(`router ${LAN.lan1} ${WWW}`)
    expect(curl('lan2', `http://${WWW}/`)).toContain('small Internet')
    expect(curl('lan2', `http://${WWW}:8181/`)).toBe(`router ${LAN.lan2} ${WWW}:8181`)
    const { rows } = await stage.dataplane.connections({ q: 'port:3128' })
    expect(rows.find(({ ruleId }) => ruleId === 900)).toMatchObject({ client: LAN.router, clientPort: 3128 })
    const { cut } = await applyClassic()
    expect(cut).toBeGreaterThan(0)
    expect(curl('lan1', `http://${WWW}/`)).toContain('small Internet')
  })

  it('rules without a target account for masqueraded traffic, machine by machine, to the byte', async () => {
    await apply({ FORWARD: [{ ...of(LAN.lan1) }, { ...to(LAN.lan1) }, { ...of(LAN.lan2) }] })
    stage.lab.run('lan1', ['ping', '-c', '3', '-i', '0.2', '-s', '1000', WWW])
    const counted = (await stage.dataplane.counters()).rules
    const { snapshot } = await stage.dataplane.settings()
    const forward = snapshot.rules.chains.find(({ table, name }) => table === 'filter' && name === 'FORWARD')!
    const ours = forward.rules.slice(0, 3).map(({ id }) => counted.find((rule) => rule.id === id)!)
    // 20 bytes of IP, 8 of ICMP, 1000 asked for
    expect(ours.map(({ packets, bytes }) => [packets, bytes])).toEqual([
      [3, 3 * 1028],
      [3, 3 * 1028],
      [0, 0],
    ])
  })

  it('NETMAP translates a whole network one to one, both ways', async () => {
    leadsHere('10.99.77.0/24')
    const netmap = (network: string): RuleTarget => ({ verdict: 'NETMAP', network })
    await apply({
      'nat PREROUTING': [
        { inInterface: device('wan0'), ...to('10.99.77.0/24'), target: netmap(LAN.network) },
      ],
      'nat POSTROUTING': [{ ...of(LAN.network), ...out, target: netmap('10.99.77.0/24') }],
      FORWARD: [{ inInterface: device('wan0'), ...to(LAN.network), ...accept }],
    })
    expect(await udpSeen('lan1', 5101)).toEqual({ address: '10.99.77.11', port: 5101 })
    expect(await udpSeen('lan2', 5101)).toEqual({ address: '10.99.77.12', port: 5101 })
    for (const number of [11, 12])
      expect(stage.lab.run('isp', ['ping', '-c', '2', '-i', '0.2', `10.99.77.${number}`])).toMatch(
        / 0% packet loss/,
      )
    expect(curl('isp', 'http://10.99.77.12:8080/')).toBe(`lan2 ${stage.wan.gateway} 10.99.77.12:8080`)
    expect(curl('isp', 'http://10.99.77.11:8080/')).toContain('lan1')
  })
})
