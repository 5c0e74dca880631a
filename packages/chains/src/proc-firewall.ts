/** /proc/net/ip_fwchains and /proc/net/ip_fwnames of 2.2: all rules and all chains, for programs. */
import type { Chain, Rules } from '@bauta/config'
import { chainsOnWayIn, referencesTo } from './chain-graph.ts'
import { type ClassicRule, classicRule } from './classic-fields.ts'
import { type Count, type CounterReader, noCounters } from './counter-reader.ts'
import type { InterfaceTable } from './interface-table.ts'

/** Flag bits of ip_fw.h (2.2): IP_FW_F_* and IP_FW_INV_*. */
const FLAG = { syn: 0x02, fragment: 0x04, wildInterface: 0x10 } as const
const INVERTED = {
  source: 0x01,
  destination: 0x02,
  protocol: 0x04,
  sourcePorts: 0x08,
  destinationPorts: 0x10,
  device: 0x20,
  syn: 0x40,
  fragment: 0x80,
} as const

/** @returns one line per live rule: built-in chains first, then user chains as they were made */
export function procFwchains(
  rules: Rules,
  counters: CounterReader = noCounters,
  interfaces?: InterfaceTable,
): string {
  const wayIn = chainsOnWayIn(rules)
  let text = ''
  for (const chain of rules.chains)
    for (const rule of chain.rules)
      if (rule.enabled) {
        const fields = classicRule(rule, wayIn.has(chain.name), interfaces)
        text += fwchainsLine(chain.name, fields, counters.rule(rule.id))
      }
  return text
}

/** @returns one line per chain: label, policy, references, and the policy's counters in halves of 32 bits */
export function procFwnames(rules: Rules, counters: CounterReader = noCounters): string {
  return rules.chains.map((chain) => fwnamesLine(chain, rules, counters)).join('')
}

function fwchainsLine(chain: string, rule: ClassicRule, count: Count): string {
  const { source, destination, device } = rule
  const columns = [
    chain.padStart(9),
    `${hex8(source.address)}/${hex8(source.mask)}->${hex8(destination.address)}/${hex8(destination.mask)}`,
    device.name || '-',
    flagsOf(rule).toString(16).toUpperCase(),
    inversionsOf(rule).toString(16).toUpperCase(),
    rule.protocol.number,
    ...halves(count).map((half) => String(half).padEnd(9)),
    `${rule.sourcePorts.from}-${rule.sourcePorts.to}`,
    `${rule.destinationPorts.from}-${rule.destinationPorts.to}`,
    // TOS masks that change nothing, no redirect port, no mark, no output size
    'AFF X00 00000000 0 0',
    rule.target.padStart(9),
  ]
  return `${columns.join(' ')}${rule.note}\n`
}

/** 2.2 also set the wildcard bit where no interface was given. */
function flagsOf({ syn, fragment, device }: ClassicRule): number {
  const wild = device.prefix || device.name === ''
  return (syn ? FLAG.syn : 0) | (fragment ? FLAG.fragment : 0) | (wild ? FLAG.wildInterface : 0)
}

function inversionsOf(rule: ClassicRule): number {
  return (
    (rule.source.invert ? INVERTED.source : 0) |
    (rule.destination.invert ? INVERTED.destination : 0) |
    (rule.protocol.invert ? INVERTED.protocol : 0) |
    (rule.sourcePorts.invert ? INVERTED.sourcePorts : 0) |
    (rule.destinationPorts.invert ? INVERTED.destinationPorts : 0) |
    (rule.device.invert ? INVERTED.device : 0) |
    (rule.synInvert ? INVERTED.syn : 0) |
    (rule.fragmentInvert ? INVERTED.fragment : 0)
  )
}

function fwnamesLine(chain: Chain, rules: Rules, counters: CounterReader): string {
  const builtIn = chain.policy !== null
  // a built-in chain holds one reference to itself: that is what made it undeletable
  const references = referencesTo(chain.name, rules) + (builtIn ? 1 : 0)
  const count = builtIn ? counters.policy(chain.name) : { packets: 0, bytes: 0 }
  return `${chain.name} ${chain.policy ?? '-'} ${references} ${halves(count).join(' ')}\n`
}

const hex8 = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0')

/** Packets high, packets low, bytes high, bytes low. */
function halves({ packets, bytes }: Count): number[] {
  return [packets, bytes].flatMap((value) => [Math.floor(value / 2 ** 32), value >>> 0])
}
