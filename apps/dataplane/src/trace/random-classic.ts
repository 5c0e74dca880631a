/** Random rules of the classic dialect, for the tests of the tracer. */
import { anyRule, type Rule, rulesSchema, type Snapshot } from '@bauta/config'
import { benchSnapshot } from '../path/bench.ts'
import { type Dice, FAR, NEAR, OWN, PORTS } from './random-cases.ts'

function randomRule(dice: Dice, id: number, chain: string): Rule {
  const { next, pick } = dice
  const sometimes = <T>(value: T) => (next() % 3 === 0 ? value : null)
  const invert = () => next() % 4 === 0
  const number = pick([1, 6, 17])
  const ports = () => {
    const from = pick(PORTS)
    return { from, to: from + (next() % 3) * 100, invert: invert() }
  }
  const protocol = sometimes({ number, invert: false })
  const hasPorts = protocol !== null && number !== 1
  const targets: Rule['target'][] = [{ verdict: 'ACCEPT' }, { verdict: 'DENY' }, { verdict: 'REJECT' }]
  if (chain === 'forward') targets.push({ verdict: 'MASQ' }, { verdict: 'MASQ' })
  return {
    ...anyRule(id),
    enabled: next() % 8 !== 0,
    protocol,
    source: sometimes({ network: pick([...NEAR, ...FAR, '192.168.0.0/16', '0.0.0.0/0']), invert: invert() }),
    destination: sometimes({ network: pick([...NEAR, ...FAR, ...OWN, '93.184.216.0/24']), invert: invert() }),
    destinationPorts: hasPorts ? sometimes(ports()) : null,
    sourcePorts: hasPorts ? sometimes(ports()) : null,
    inInterface:
      chain === 'input'
        ? sometimes({ name: pick(['@lan', '@wan', 'lan0', 'lan+']), invert: invert() })
        : null,
    connection: sometimes(pick(['known', 'new'] as const)),
    target: next() % 6 === 0 ? null : next() % 9 === 0 ? { chain: 'mine' } : pick(targets),
  }
}

export function classicSnapshot(dice: Dice): Snapshot {
  const snapshot = benchSnapshot()
  let id = 1000
  const some = (chain: string) => Array.from({ length: dice.next() % 6 }, () => randomRule(dice, id++, chain))
  const chains = snapshot.rules.chains.map((chain) => ({
    ...chain,
    policy: dice.pick(['ACCEPT', 'ACCEPT', 'ACCEPT', 'DENY', 'REJECT'] as const),
    rules: [...some(chain.name), ...(dice.next() % 2 === 0 ? chain.rules : [])],
  }))
  const mine = {
    table: 'filter' as const,
    name: 'mine',
    policy: null,
    rules: some('mine').map((rule) => ({
      ...rule,
      target: rule.target && 'chain' in rule.target ? null : rule.target,
    })),
  }
  return { ...snapshot, rules: rulesSchema.parse({ dialect: 'classic', chains: [...chains, mine] }) }
}
