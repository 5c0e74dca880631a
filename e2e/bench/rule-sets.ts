/**
 * So many rules that match nothing of the bench, in front of what lets it through. The same addresses, protocols and ports for both
 * softwares.
 */
import { anyRule, type Chain, type Rule, type Snapshot } from '@bauta/config'
import { WANS } from '../lab/plan.ts'

/** A chain of the settings takes no more. */
const LONGEST_CHAIN = 2000
/** Numbers of rules that no other rule of a fresh box has. */
const FIRST_ID = 100_000
/** What names of the chains begin with. */
const NAME = 'bench'

const PROTOCOLS = [
  { number: 6, name: 'tcp' },
  { number: 17, name: 'udp' },
] as const

/** Nobody in the lab has such an address. */
const particulars = (i: number) => ({
  source: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  protocol: PROTOCOLS[i % 2]!,
  port: 1024 + i,
})

/** The rules stand in user chains, to which the chain `forward` goes first; those of an earlier call are gone. */
export function withRules(snapshot: Snapshot, count: number): Snapshot {
  const lists = Array.from({ length: Math.ceil(count / LONGEST_CHAIN) }, (_, list) =>
    Array.from({ length: Math.min(LONGEST_CHAIN, count - list * LONGEST_CHAIN) }, (_, i) =>
      ruleOf(list * LONGEST_CHAIN + i),
    ),
  )
  const chains = lists.map(
    (rules, i): Chain => ({ table: 'filter', name: `${NAME}${i}`, policy: null, rules }),
  )
  const jumps = chains.map(
    ({ name }, i): Rule => ({ ...anyRule(FIRST_ID + count + i), target: { chain: name } }),
  )
  const others = snapshot.rules.chains
    .filter(({ name }) => !name.startsWith(NAME))
    .map((chain) => ({ ...chain, rules: chain.rules.filter(({ id }) => id < FIRST_ID) }))
    .map((chain) => (chain.name === 'forward' ? { ...chain, rules: [...jumps, ...chain.rules] } : chain))
  return { ...snapshot, rules: { ...snapshot.rules, chains: [...others, ...chains] } }
}

function ruleOf(i: number): Rule {
  const { source, protocol, port } = particulars(i)
  return {
    ...anyRule(FIRST_ID + i),
    source: { network: source, invert: false },
    protocol: { number: protocol.number, invert: false },
    destinationPorts: { from: port, to: port, invert: false },
    target: { verdict: 'DENY' },
  }
}

/** As rule sets of nftables are written: what belongs to a connection is accepted first, so that only its first packet meets the rules. */
export function nftRules(count: number): string {
  const rules = Array.from({ length: count }, (_, i) => {
    const { source, protocol, port } = particulars(i)
    return `ip saddr ${source} ${protocol.name} dport ${port} drop`
  })
  const table = 'table ip bench'
  return [
    table,
    `delete ${table}`,
    `${table} { chain forward {`,
    'type filter hook forward priority filter; policy drop;',
    'ct state established,related accept',
    ...rules,
    `oifname "${WANS.eth.device}" accept`,
    '}',
    '}',
    '',
  ].join('\n')
}
