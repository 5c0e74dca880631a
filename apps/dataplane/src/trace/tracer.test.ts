import { anyRule, type Rule, type Snapshot } from '@bauta/config'
import { type TraceQuestion, traceRequestSchema } from '@bauta/control/schemas'
import { describe, expect, it } from 'vitest'
import { Bench, benchConfig, benchSnapshot, LAN, WAN } from '../path/bench.ts'
import { NETFILTER_SETTINGS } from '../path/golden-netfilter.ts'
import { framesFromText } from '../path/packet-text.ts'
import { RuleSlots } from '../rule-slots.ts'
import { Tracer } from './tracer.ts'

const CLIENT = '192.168.77.11'
const SERVER = '93.184.216.34'

function tracerOf(bench: Bench, snapshot: Snapshot = benchSnapshot(), options = {}) {
  const config = benchConfig({ snapshot, ...options }, new RuleSlots(bench.counters))
  return new Tracer({ config, snapshot, table: bench.table, now: bench.now })
}
const ask = (question: TraceQuestion, bench = new Bench(), snapshot = benchSnapshot(), options = {}) =>
  tracerOf(bench, snapshot, options).trace(traceRequestSchema.parse(question))

/** The default rules with one more on top of a chain. */
function withRule(chain: string, fields: Partial<Rule>): Snapshot {
  const snapshot = benchSnapshot()
  const found = snapshot.rules.chains.find(({ name }) => name === chain)!
  found.rules.unshift({ ...anyRule(77), ...fields })
  return snapshot
}

describe('a question for a constant DNS address', () => {
  const snapshot = benchSnapshot()
  snapshot.dns = { ...snapshot.dns, constant: ['10.2.0.1', '10.2.0.2'] }
  const options = { servers: ['203.0.113.53'] }
  const asked = (to: string) =>
    ask({ from: CLIENT, to, protocol: 17, port: 53 }, new Bench({ snapshot, ...options }), snapshot, options)
      .way

  it('is led to the server of the moment, and says so', () => {
    const way = asked('10.2.0.1')
    expect(way.summary).toBe('It leaves by wan0, as 198.51.100.2:40000 → 203.0.113.53:53.')
    expect(way.stations.find(({ kind }) => kind === 'open')!.text).toContain(
      'What asks 10.2.0.1 is led to 203.0.113.53.',
    )
  })
  it('is dropped by name where the line has no such server', () => {
    const way = asked('10.2.0.2')
    expect(way).toMatchObject({ outcome: 'dropped', reason: 'no-dns-server' })
    expect(way.summary).toMatch(/^It is dropped \(no-dns-server\): For a constant DNS address/)
    expect(way.told).toHaveLength(1)
  })
})

describe('a new connection out', () => {
  const found = ask({ from: CLIENT, to: SERVER, protocol: 6, port: 443 })

  it('passes its stations in the order of 2.2, with the addresses before and after', () => {
    const { way } = found
    expect(way.stations.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
      'arrive: in by lan0',
      'look-up: connection table',
      'chain: input',
      'chain: forward',
      'open: new connection',
      'chain: output',
      'translate: translation',
      'leave: out by wan0',
    ])
    expect(way).toMatchObject({ outcome: 'carried', reason: null, in: 'lan0', out: 'wan0', told: [] })
    expect(way.before).toMatchObject({
      source: CLIENT,
      sourcePort: 40_000,
      destination: SERVER,
      destinationPort: 443,
    })
    expect(way.after).toMatchObject({ source: '198.51.100.2', sourcePort: 40_000, destination: SERVER })
    expect(way.summary).toBe(`It leaves by wan0, as 198.51.100.2:40000 → ${SERVER}:443.`)
  })

  it('names the rule of forward as the one that decided, though output saw the packet last', () => {
    const masq = found.way.stations.find(({ title }) => title === 'forward')!.ruleId
    expect(found.way).toMatchObject({ ruleId: masq, chain: 'forward', forwarded: false })
    expect(masq).toBeGreaterThan(0)
    expect(found.answer).toMatchObject({ chain: 'input' })
    const snapshot = NETFILTER_SETTINGS['nf-home']!.snapshot!
    const { way } = ask({ from: CLIENT, to: SERVER, protocol: 6 }, new Bench({ snapshot }), snapshot)
    expect(way).toMatchObject({ outcome: 'carried', chain: 'FORWARD' })
    const own = ask({ from: '198.51.100.2', to: SERVER, protocol: 17, port: 53 })
    expect(own.way).toMatchObject({ outcome: 'carried', chain: 'output', in: null })
  })

  it('names the connection with its timeout, and follows the answer back to the client', () => {
    expect(found.connection).toMatchObject({
      opened: true,
      state: 'SYN_SENT',
      client: CLIENT,
      masqPort: 40_000,
    })
    expect(found.connection!.timeout).toBeGreaterThan(0)
    expect(found.answer).toMatchObject({ outcome: 'carried', in: 'wan0', out: 'lan0' })
    expect(found.answer!.before).toMatchObject({
      source: SERVER,
      destination: '198.51.100.2',
      destinationPort: 40_000,
    })
    expect(found.answer!.after).toMatchObject({
      source: SERVER,
      destination: CLIENT,
      destinationPort: 40_000,
    })
  })

  it('has every rule tried, with the field that did not fit, and who decided', () => {
    const snapshot = withRule('forward', {
      source: { network: '192.168.77.99', invert: false },
      target: { verdict: 'DENY' },
    })
    const { way } = ask({ from: CLIENT, to: SERVER, protocol: 6 }, new Bench({ snapshot }), snapshot)
    const forward = way.stations.find(({ title }) => title === 'forward')!
    expect(forward.rules[0]).toMatchObject({
      ruleId: 77,
      outcome: 'no-match',
      why: `the source ${CLIENT} is not 192.168.77.99`,
    })
    expect(forward).toMatchObject({ verdict: 'MASQ', ruleId: forward.rules.at(-1)!.ruleId })
  })
})

describe('why it does not get through', () => {
  it('a rule that rejects: which, and what the sender is told', () => {
    const snapshot = withRule('forward', {
      protocol: { number: 6, invert: false },
      destinationPorts: { from: 25, to: 25, invert: false },
      target: { verdict: 'REJECT' },
    })
    const { way, connection, answer } = ask(
      { from: CLIENT, to: SERVER, protocol: 6, port: 25 },
      new Bench({ snapshot }),
      snapshot,
    )
    expect(way).toMatchObject({
      outcome: 'dropped',
      reason: 'forward-rejected',
      ruleId: 77,
      chain: 'forward',
      after: null,
    })
    expect(way.summary).toBe('It is dropped (forward-rejected): rule 77 in forward says REJECT.')
    expect(way.told).toEqual([
      expect.stringMatching(/^icmp 192\.168\.77\.1 > 192\.168\.77\.11 type 3 code 1/),
    ])
    expect([connection, answer]).toEqual([null, null])
  })

  it.each<[string, string, TraceQuestion, object?]>([
    [
      'an uninvited packet from outside',
      'input-denied',
      { from: SERVER, to: '198.51.100.2', protocol: 6, port: 22 },
    ],
    ['a false source', 'spoofed', { from: CLIENT, to: '198.51.100.2', protocol: 6, interface: 'wan0' }],
    [
      'a source that cannot travel',
      'martian',
      { from: '127.0.0.1', to: CLIENT, protocol: 17, interface: 'lan0' },
    ],
    ['no time left', 'ttl-exceeded', { from: CLIENT, to: SERVER, protocol: 17, port: 33_434, ttl: 1 }],
    [
      'too big for the way',
      'too-big',
      { from: CLIENT, to: SERVER, protocol: 17, length: 1500, dontFragment: true },
      { wanMtu: 1492 },
    ],
    ['no Internet', 'no-wan', { from: CLIENT, to: SERVER, protocol: 6 }, { wanAddress: null }],
    [
      'a combination of flags that means nothing',
      'tcp-flags',
      { from: CLIENT, to: SERVER, protocol: 6, tcpFlags: 3 },
    ],
    ['an ICMP redirect', 'icmp-redirect', { from: CLIENT, to: SERVER, protocol: 1, icmpType: 5 }],
  ])('%s', (_, reason, question, options = {}) => {
    const { way } = ask(question, new Bench(options), benchSnapshot(), options)
    expect(way).toMatchObject({ outcome: 'dropped', reason })
    expect(way.summary).toContain(reason)
  })
})

it('follows a connection that is there, with the port that it has', () => {
  const bench = new Bench()
  bench.receive(LAN, framesFromText(`tcp 192.168.77.12:5000 > ${SERVER}:443 [S]`)[0]!)
  bench.receive(LAN, framesFromText(`tcp ${CLIENT}:5000 > ${SERVER}:443 [S]`)[0]!)
  const port = bench.table.masqPort(1)
  expect(port).not.toBe(5000)
  const { way, connection } = ask(
    { from: SERVER, to: '198.51.100.2', protocol: 6, sourcePort: 443, port, tcpFlags: 18 },
    bench,
  )
  expect(way.after).toMatchObject({ destination: CLIENT, destinationPort: 5000 })
  expect(way.stations[1]!.text).toContain(`${CLIENT}:5000 (198.51.100.2:${port}) → ${SERVER}:443, SYN_SENT`)
  expect(connection).toMatchObject({ opened: false, client: CLIENT })
})

it('knows the box: what is for it, what it sends, and a ping with its identifier', () => {
  expect(ask({ from: CLIENT, to: '192.168.77.1', protocol: 17, port: 53 }).way).toMatchObject({
    outcome: 'delivered',
  })
  const own = ask({ from: '198.51.100.2', to: SERVER, protocol: 6 })
  expect(own.way).toMatchObject({ outcome: 'carried', in: null, out: 'wan0' })
  expect(own.answer).toMatchObject({ outcome: 'delivered' })
  const ping = ask({ from: CLIENT, to: SERVER, protocol: 1, icmpId: 900 })
  expect(ping.answer!.after).toMatchObject({ destination: CLIENT, destinationPort: 900 })
})

it('changes nothing: table, ports and counters are as before', () => {
  const bench = new Bench()
  bench.receive(LAN, framesFromText(`tcp ${CLIENT}:5000 > ${SERVER}:443 [S]`)[0]!)
  bench.taken()
  const state = () => [
    bench.table.memory.bytes.slice(),
    bench.counters.rules.slice(),
    bench.counters.drops.slice(),
  ]
  const before = state()
  const tracer = tracerOf(bench)
  tracer.trace(
    traceRequestSchema.parse({
      from: CLIENT,
      to: SERVER,
      protocol: 6,
      sourcePort: 5000,
      tcpFlags: 17,
      port: 443,
    }),
  )
  tracer.trace(traceRequestSchema.parse({ from: SERVER, to: '198.51.100.2', protocol: 6, port: 22 }))
  expect(state()).toEqual(before)
  expect(bench.taken()).toEqual([])
  expect(WAN).toBe(1)
})

it('a forward: that it is what lets the packet in, and where it leads', () => {
  const snapshot = benchSnapshot()
  snapshot.forwards.list.push({
    id: 70,
    enabled: true,
    comment: 'web',
    protocol: 'tcp',
    ports: { from: 80, to: 80 },
    targets: [{ address: '192.168.77.20', turns: 1 }],
    targetPort: 8080,
    source: null,
  })
  const { way } = ask(
    { from: '203.0.113.9', to: '198.51.100.2', protocol: 6, port: 80 },
    new Bench({ snapshot }),
    snapshot,
  )
  expect(way).toMatchObject({ forwarded: true, outcome: 'carried' })
  expect(way.stations.find(({ kind }) => kind === 'open')!.text).toBe(
    'Port forwarding leads it to 192.168.77.20:8080; only a rule that denies could stop that, a policy does not.',
  )
})
