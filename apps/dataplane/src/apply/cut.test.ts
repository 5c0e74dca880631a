import { anyRule, emptyRules, type Snapshot } from '@bauta/config'
import { expect, test } from 'vitest'
import { Bench, benchSnapshot, LAN, WAN } from '../path/bench.ts'
import { framesFromText } from '../path/packet-text.ts'
import { connectionsToCut } from './cut.ts'

const ALLOWED = '192.168.77.11:3074 > 93.184.216.34:3478'

/** A box that a packet from outside has come into, and what a change of the settings then ends. */
function letIn(before: (snapshot: Snapshot) => void, ...packets: [from: number, text: string][]) {
  const first = benchSnapshot()
  before(first)
  const bench = new Bench({ snapshot: first })
  const old = bench.configure({ snapshot: first })
  for (const [from, text] of packets) for (const frame of framesFromText(text)) bench.receive(from, frame)
  expect(bench.table.count).toBeGreaterThan(0)
  return (after: (snapshot: Snapshot) => void): number => {
    const second = benchSnapshot()
    after(second)
    return connectionsToCut(bench.table, old, bench.configure({ snapshot: second })).length / 2
  }
}
const nothing = () => {}
const deny = (snapshot: Snapshot) =>
  snapshot.rules.chains[0]!.rules.unshift({
    ...anyRule(500),
    source: { network: '203.0.113.5', invert: false },
    target: { verdict: 'DENY' },
  })
const web = (snapshot: Snapshot) =>
  snapshot.forwards.list.push({
    id: 70,
    enabled: true,
    comment: '',
    protocol: 'tcp',
    ports: { from: 80, to: 80 },
    targets: [{ address: '192.168.77.20', turns: 1 }],
    targetPort: null,
    source: null,
  })

test('a machine that is no console any more loses whom only that let in, and keeps whom it has sent to', () => {
  const console = (snapshot: Snapshot) => snapshot.forwards.consoles.push('192.168.77.11')
  const then = letIn(
    console,
    [LAN, `udp ${ALLOWED} len 60`],
    [WAN, 'udp 203.0.113.5:3074 > 198.51.100.2:3074 len 60'],
  )
  expect(then(console)).toBe(0)
  expect(then(nothing)).toBe(1)
})

test('what a helper let in goes on, whatever the policy; only a rule that denies ends it', () => {
  const then = letIn(
    nothing,
    [LAN, 'tcp 192.168.77.11:40000 > 203.0.113.5:21 [S] seq 1000'],
    [WAN, 'tcp 203.0.113.5:21 > 198.51.100.2:40000 [S.] seq 5000 ack 1001'],
    [WAN, 'tcp 203.0.113.5:21 > 198.51.100.2:40000 [P.] seq 5001 ack 1001 say "220 welcome\\r\\n"'],
    [
      LAN,
      'tcp 192.168.77.11:40000 > 203.0.113.5:21 [P.] seq 1001 ack 5014 say "PORT 192,168,77,11,156,65\\r\\n"',
    ],
    [WAN, 'tcp 203.0.113.5:20 > 198.51.100.2:40001 [S] seq 1'],
  )
  expect(then(nothing)).toBe(0)
  // the control connection, and its data
  expect(then(deny)).toBe(2)
})

test('what a forward let in goes on until the forward is gone, or a rule denies it; a policy does not', () => {
  const then = letIn(web, [WAN, 'tcp 203.0.113.5:5000 > 198.51.100.2:80 [S]'])
  expect(then(web)).toBe(0)
  expect(then(nothing)).toBe(1)
  expect(
    then((snapshot) => {
      web(snapshot)
      deny(snapshot)
    }),
  ).toBe(1)
})

test('what a DNAT rule let in does not outlive netfilter’s dialect', () => {
  const dnat = (snapshot: Snapshot) => {
    snapshot.rules = emptyRules('netfilter')
    snapshot.rules.chains.find(({ table, name }) => table === 'nat' && name === 'PREROUTING')!.rules = [
      {
        ...anyRule(1),
        protocol: { number: 6, invert: false },
        inInterface: { name: '@wan', invert: false },
        target: {
          verdict: 'DNAT',
          ranges: [{ from: '192.168.77.20', to: '192.168.77.20' }],
          ports: null,
          random: false,
          persistent: false,
        },
      },
    ]
  }
  const then = letIn(dnat, [WAN, 'tcp 203.0.113.5:5000 > 198.51.100.2:80 [S]'])
  expect(then(dnat)).toBe(0)
  expect(then(nothing)).toBe(1)
})
