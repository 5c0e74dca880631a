/** Settings of the netfilter dialect for the golden cases. */
import {
  anyRule,
  chainLabel,
  emptyRules,
  type Forward,
  type MarkedForward,
  REJECT_WITH,
  type Rule,
  type RuleTarget,
  type Trigger,
} from '@bauta/config'
import { type BenchOptions, benchSnapshot } from './bench.ts'

type Lists = Record<string, Partial<Rule>[]>

/** @param lists rules by chain label @param dropping chains whose policy is DROP */
function netfilter(lists: Lists, dropping: string[] = []): BenchOptions {
  const snapshot = benchSnapshot()
  snapshot.rules = emptyRules('netfilter')
  let id = 100
  for (const chain of snapshot.rules.chains) {
    const label = chainLabel(chain)
    chain.policy = dropping.includes(label) ? 'DENY' : 'ACCEPT'
    chain.rules = (lists[label] ?? []).map((fields) => ({ ...anyRule(id++), ...fields }))
  }
  return { snapshot }
}

const device = (name: string) => ({ name, invert: false })
const tcp = { protocol: { number: 6, invert: false } }
const udp = { protocol: { number: 17, invert: false } }
const icmp = { protocol: { number: 1, invert: false } }
const port = (number: number) => ({ destinationPorts: { from: number, to: number, invert: false } })
const accept: Partial<Rule> = { target: { verdict: 'ACCEPT' } }
const answers: Partial<Rule> = { states: { list: ['ESTABLISHED', 'RELATED'], invert: false }, ...accept }
const masquerade: Partial<Rule> = { outInterface: device('wan0'), target: { verdict: 'MASQ' } }
const choosing = { ports: null, persistent: false, random: false }
const one = (address: string) => [{ from: address, to: address }]
const log = (prefix: string): RuleTarget => ({
  action: 'LOG',
  level: 4,
  prefix,
  tcpSequence: false,
  tcpOptions: false,
  ipOptions: false,
})

/** Forward in only ESTABLISHED,RELATED, out everything, rest DROP; the box lets nobody in from outside. */
const home: Lists = {
  INPUT: [answers, { inInterface: device('@lan'), ...accept }],
  FORWARD: [answers, { inInterface: device('@lan'), outInterface: device('@wan'), ...accept }],
  'nat POSTROUTING': [masquerade],
}
const CLOSED = ['INPUT', 'FORWARD']

const rejecting = REJECT_WITH.map(
  (kind, i): Partial<Rule> => ({
    ...tcp,
    ...port(1000 + i),
    target: { verdict: 'REJECT', with: kind },
  }),
)

export const led = (id: number, fields: Partial<Forward>): Forward => ({
  id,
  enabled: true,
  comment: '',
  protocol: 'tcp',
  ports: { from: 80, to: 80 },
  targets: [{ address: '192.168.77.20', turns: 10 }],
  targetPort: null,
  source: null,
  ...fields,
})
export const MARKED: MarkedForward = {
  id: 8,
  enabled: true,
  comment: '',
  mark: 7,
  targets: [
    { address: '192.168.77.20', turns: 1 },
    { address: '192.168.77.21', turns: 1 },
  ],
  targetPort: 8080,
}
const TRIGGER: Trigger = {
  id: 5,
  enabled: true,
  comment: 'RealAudio',
  control: { protocol: 'tcp', port: 7070 },
  opens: { protocol: 'udp', from: 6970, to: 7170 },
  anyServer: false,
}

export const NETFILTER_SETTINGS: Record<string, BenchOptions> = {
  'nf-open': netfilter({}),
  'nf-home': netfilter(home, CLOSED),
  'nf-home-denies': netfilter(
    {
      ...home,
      FORWARD: [
        { destination: { network: '93.184.216.34', invert: false }, target: { verdict: 'DENY' } },
        ...home.FORWARD!,
      ],
    },
    CLOSED,
  ),
  'nf-new-only': netfilter({
    FORWARD: [{ states: { list: ['INVALID'], invert: false }, target: { verdict: 'DENY' } }],
    'nat POSTROUTING': [masquerade],
  }),
  'nf-rejects': netfilter({
    FORWARD: [...rejecting, { ...tcp, target: { verdict: 'REJECT' } }],
    'nat POSTROUTING': [masquerade],
  }),
  'nf-limit': netfilter(
    {
      FORWARD: [{ ...icmp, limit: { rate: 1, per: 'second', burst: 3 }, ...accept }],
      'nat POSTROUTING': [masquerade],
    },
    ['FORWARD'],
  ),
  'nf-mangle': netfilter({
    'mangle PREROUTING': [
      { ...tcp, target: { action: 'MARK', value: 7, mask: 0xffffffff } },
      { ...icmp, target: { action: 'TTL', operation: 'set', value: 1 } },
    ],
    'mangle FORWARD': [
      { mark: { value: 7, mask: 0xff, invert: false }, target: { action: 'DSCP', value: 46 } },
      {
        ...tcp,
        tcpFlags: { mask: 6, set: 2, invert: false },
        target: { action: 'TCPMSS', mss: 1000 },
      },
    ],
    FORWARD: [
      { tos: { value: 184, mask: 255, invert: false }, ...tcp, ...port(25), target: { verdict: 'DENY' } },
    ],
    'mangle POSTROUTING': [{ ...tcp, target: { action: 'TTL', operation: 'set', value: 64 } }],
    'nat POSTROUTING': [masquerade],
  }),
  'nf-nat': netfilter({
    'nat PREROUTING': [
      {
        ...tcp,
        ...port(8080),
        inInterface: device('wan0'),
        target: { verdict: 'DNAT', ranges: one('192.168.77.20'), ...choosing, ports: { from: 80, to: 80 } },
      },
      {
        ...tcp,
        ...port(3128),
        inInterface: device('lan0'),
        target: { verdict: 'REDIRECT', ports: { from: 53, to: 53 } },
      },
    ],
    'nat POSTROUTING': [
      { source: { network: '192.168.77.9', invert: false }, ...accept },
      {
        source: { network: '192.168.78.0/24', invert: false },
        outInterface: device('wan0'),
        target: { verdict: 'SNAT', ranges: one('198.51.100.77'), ...choosing },
      },
      masquerade,
    ],
  }),
  'nf-forwards': {
    snapshot: {
      ...netfilter(home, [...CLOSED, 'nat POSTROUTING']).snapshot!,
      forwards: {
        list: [
          led(1, { targetPort: 8080 }),
          led(2, { protocol: 'udp', ports: { from: 5000, to: 5010 }, targetPort: 6000 }),
          led(3, { ports: { from: 25, to: 25 }, targets: [{ address: '203.0.113.9', turns: 1 }] }),
        ],
        triggers: [TRIGGER],
        consoles: ['192.168.77.11'],
        marks: [],
      },
    },
  },
  'nf-forwards-and-a-ban': {
    snapshot: {
      ...netfilter(
        {
          ...home,
          FORWARD: [
            { source: { network: '203.0.113.0/24', invert: false }, target: { verdict: 'DENY' } },
            ...home.FORWARD!,
          ],
          'nat PREROUTING': [{ ...tcp, ...port(443), ...accept }],
        },
        CLOSED,
      ).snapshot!,
      forwards: {
        list: [led(1, { targetPort: 8080 }), led(4, { ports: { from: 443, to: 443 } })],
        triggers: [],
        consoles: [],
        marks: [],
      },
    },
  },
  'nf-dmz': {
    snapshot: {
      ...netfilter({ ...home, INPUT: [...home.INPUT!, { ...tcp, ...port(22), ...accept }] }, CLOSED)
        .snapshot!,
      forwards: { list: [led(7, { protocol: 'all', ports: null })], triggers: [], consoles: [], marks: [] },
    },
  },
  'nf-marks': {
    snapshot: {
      ...netfilter(
        {
          ...home,
          'mangle PREROUTING': [
            { ...tcp, ...port(80), target: { action: 'MARK', value: 7, mask: 0xffffffff } },
          ],
        },
        CLOSED,
      ).snapshot!,
      forwards: { list: [], triggers: [], consoles: [], marks: [{ ...MARKED, targetPort: null }] },
    },
  },
  'nf-output': netfilter({
    'nat OUTPUT': [
      {
        ...tcp,
        ...port(80),
        target: {
          verdict: 'DNAT',
          ranges: one('192.168.77.20'),
          ...choosing,
          ports: { from: 8080, to: 8080 },
        },
      },
      {
        ...udp,
        ...port(53),
        target: { verdict: 'DNAT', ranges: one('9.9.9.9'), ...choosing },
      },
      { ...tcp, ...port(25), target: { verdict: 'DNAT', ranges: one('192.168.77.1'), ...choosing } },
    ],
    'nat POSTROUTING': [masquerade],
  }),
  'nf-nat-drops': netfilter(
    { 'nat POSTROUTING': [{ ...masquerade, source: { network: '192.168.77.11', invert: false } }] },
    ['nat POSTROUTING'],
  ),
  'nf-mac': netfilter(
    {
      FORWARD: [{ mac: { address: '02:00:00:00:00:11', invert: false }, ...accept }, answers],
      'nat POSTROUTING': [masquerade],
    },
    ['FORWARD'],
  ),
  'nf-log': netfilter({ FORWARD: [{ ...tcp, target: log('out: ') }], 'nat POSTROUTING': [masquerade] }),
  'nf-queue': netfilter({ FORWARD: [{ ...tcp, target: { verdict: 'QUEUE' } }] }),
}
