/**
 * Random rules of the netfilter dialect with all three tables, for the tests of the tracer. Without limits: how full a bucket is
 * belongs to the packet thread, and the tracer says so.
 */
import {
  anyRule,
  type Chain,
  CONNECTION_STATES,
  chainLabel,
  emptyRules,
  REJECT_WITH,
  type Rule,
  type RuleTarget,
  rulesSchema,
  type Snapshot,
} from '@bauta/config'
import { benchSnapshot } from '../path/bench.ts'
import { type Dice, FAR, NEAR, OWN, PORTS } from './random-cases.ts'

const verdicts = (...names: ('ACCEPT' | 'DENY' | 'RETURN' | 'QUEUE')[]): RuleTarget[] =>
  names.map((verdict) => ({ verdict }))
const WORDS = [0, 1, 7, 0xff, 0xffffffff]

function filterTarget({ pick }: Dice, tcp: boolean): RuleTarget {
  const kinds = REJECT_WITH.filter((kind) => tcp || kind !== 'tcp-reset')
  const log = { level: 4, prefix: 'x: ', tcpSequence: false, tcpOptions: false, ipOptions: false }
  return pick<RuleTarget>([
    ...verdicts('ACCEPT', 'ACCEPT', 'DENY', 'RETURN', 'QUEUE'),
    { verdict: 'REJECT', with: pick(kinds) },
    { action: 'LOG', ...log },
  ])
}

/** DNAT, REDIRECT and NETMAP where packets come in; SNAT, MASQUERADE and NETMAP where they leave. */
function natTarget({ pick, next }: Dice, chain: string, transport: boolean): RuleTarget {
  const ports =
    transport && next() % 2 === 0
      ? pick([
          { from: 80, to: 80 },
          { from: 5000, to: 5003 },
        ])
      : null
  const choice = { ports, persistent: next() % 2 === 0, random: false }
  const plain = verdicts('ACCEPT', 'ACCEPT', 'DENY')
  if (chain === 'POSTROUTING')
    return pick<RuleTarget>([
      ...plain,
      ports ? { verdict: 'MASQ', ports, random: false } : { verdict: 'MASQ' },
      { verdict: 'MASQ' },
      {
        verdict: 'SNAT',
        ranges: [
          pick([
            { from: '198.51.100.77', to: '198.51.100.77' },
            { from: '198.51.100.70', to: '198.51.100.79' },
          ]),
        ],
        ...choice,
      },
      { verdict: 'NETMAP', network: '198.51.100.64/28' },
    ])
  return pick<RuleTarget>([
    ...plain,
    {
      verdict: 'DNAT',
      ranges: [
        pick([
          { from: NEAR[0]!, to: NEAR[1]! },
          { from: FAR[1]!, to: FAR[1]! },
          { from: OWN[0]!, to: OWN[0]! },
        ]),
      ],
      ...choice,
    },
    { verdict: 'REDIRECT', ports },
    { verdict: 'NETMAP', network: '192.168.78.0/24' },
  ])
}

function mangleTarget({ pick, next }: Dice, syn: boolean): RuleTarget {
  const change = { value: pick(WORDS), mask: pick(WORDS) }
  return pick<RuleTarget>([
    ...verdicts('ACCEPT', 'ACCEPT', 'RETURN'),
    { action: 'MARK', ...change },
    { action: 'TOS', value: pick([0, 0x10, 0x08]), mask: pick([0x1e, 0xff]) },
    { action: 'DSCP', value: next() % 64 },
    { action: 'TTL', operation: pick(['set', 'inc', 'dec'] as const), value: pick([1, 2, 64]) },
    ...(syn ? ([{ action: 'TCPMSS', mss: pick([536, 1000, null]) }] as RuleTarget[]) : []),
  ])
}

function randomRule(dice: Dice, id: number, { table, name }: Pick<Chain, 'table' | 'name'>): Rule {
  const { next, pick } = dice
  const sometimes = <T>(value: T) => (next() % 3 === 0 ? value : null)
  const invert = () => next() % 4 === 0
  const number = pick([1, 6, 6, 17])
  const protocol = next() % 2 === 0 ? { number, invert: false } : null
  const transport = protocol !== null && number !== 1
  const syn = protocol !== null && number === 6 && next() % 2 === 0
  const port = pick(PORTS)
  const bits = (values: number[]) => {
    const mask = pick(values)
    return { value: (pick(values) & mask) >>> 0, mask, invert: invert() }
  }
  const target =
    table === 'nat'
      ? natTarget(dice, name, transport)
      : table === 'mangle'
        ? mangleTarget(dice, syn)
        : filterTarget(dice, protocol !== null && number === 6)
  const device = { name: pick(['@lan', '@wan', 'lan0', 'lan+']), invert: invert() }
  return {
    ...anyRule(id),
    enabled: next() % 8 !== 0,
    protocol,
    source: sometimes({ network: pick([...NEAR, ...FAR, '192.168.0.0/16']), invert: invert() }),
    destination: sometimes({ network: pick([...NEAR, ...FAR, ...OWN, '93.184.216.0/24']), invert: invert() }),
    destinationPorts: transport ? sometimes({ from: port, to: port + 100, invert: invert() }) : null,
    multiport:
      transport && next() % 4 === 0
        ? [
            {
              side: pick(['source', 'destination', 'either'] as const),
              ranges: [{ from: 53, to: 80 }],
              invert: invert(),
            },
          ]
        : [],
    tcpFlags: syn ? { mask: 6, set: 2, invert: false } : null,
    states: sometimes({
      list: [pick(CONNECTION_STATES), 'ESTABLISHED' as const].filter((one, i, all) => all.indexOf(one) === i),
      invert: invert(),
    }),
    mark: sometimes(bits(WORDS)),
    tos: sometimes(bits([0, 0x10, 0x08, 0xff])),
    length: sometimes({ from: 100, to: 1500, invert: invert() }),
    inInterface: /PREROUTING|INPUT|FORWARD/.test(name) ? sometimes(device) : null,
    outInterface: /POSTROUTING|OUTPUT|FORWARD/.test(name) ? sometimes(device) : null,
    target: next() % 8 === 0 ? null : target,
  }
}

export function netfilterSnapshot(dice: Dice): Snapshot {
  const snapshot = benchSnapshot()
  const rules = emptyRules('netfilter')
  let id = 1000
  const some = (chain: Pick<Chain, 'table' | 'name'>, most: number) =>
    Array.from({ length: dice.next() % (most + 1) }, () => randomRule(dice, id++, chain))
  for (const chain of rules.chains) {
    const inFilter = chain.table === 'filter'
    chain.policy = inFilter ? dice.pick(['ACCEPT', 'ACCEPT', 'ACCEPT', 'DENY'] as const) : 'ACCEPT'
    chain.rules = some(chain, inFilter ? 4 : 3)
    // A chain of one's own in every table, met by every other packet.
    if (dice.next() % 3 === 0) chain.rules.unshift({ ...anyRule(id++), target: { chain: 'mine' } })
  }
  for (const table of ['filter', 'mangle', 'nat'] as const) {
    const mine = { table, name: 'mine' }
    const list = some(mine, 3).map((rule) => ({
      ...rule,
      target: table === 'nat' ? dice.pick(verdicts('ACCEPT', 'RETURN')) : rule.target,
    }))
    rules.chains.push({ ...mine, policy: null, rules: list })
  }
  const home: Partial<Rule> = { outInterface: { name: '@wan', invert: false }, target: { verdict: 'MASQ' } }
  const postrouting = rules.chains.find((chain) => chainLabel(chain) === 'nat POSTROUTING')!
  if (dice.next() % 3 !== 0) postrouting.rules.push({ ...anyRule(id++), ...home })
  return { ...snapshot, rules: rulesSchema.parse(rules) }
}
