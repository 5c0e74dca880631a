/**
 * Rules as commands of ipchains and ipfwadm. What those languages have no words for is not bent until it fits: the rule is left out, and
 * the reasons are given.
 */
import type { Chain, Rule, Rules } from '@bauta/config'
import { chainsOnWayIn } from '../chain-graph.ts'
import { protocolName } from '../names.ts'
import { isSynOnly } from '../rule-text.ts'
import { ACCOUNTING } from './accounting.ts'
import { networkOf } from './networks.ts'

export interface Said {
  /** The words behind the program's name, or null. */
  words: string | null
  /** Why there are none. */
  reasons: string[]
}

/** @param wayIn whether the one interface of 2.2 is the way in here (chainsOnWayIn) @returns the words behind `-A CHAIN` */
export function ipchainsRule(rule: Rule, wayIn: boolean): Said {
  const reasons = unsayable(rule, wayIn)
  if (reasons.length > 0) return { words: null, reasons }
  const device = wayIn ? rule.inInterface : rule.outInterface
  const { protocol, icmp, tcpFlags, fragment, setMark, setTos } = rule
  const words = [
    device && `-i ${bang(device.invert)}${device.name}`,
    protocol && `-p ${bang(protocol.invert)}${protocolName(protocol.number)}`,
    rule.source && `-s ${bang(rule.source.invert)}${networkOf(rule.source.network)}`,
    rule.sourcePorts && `--sport ${bang(rule.sourcePorts.invert)}${ports(rule.sourcePorts)}`,
    icmp && `--sport ${bang(icmp.invert)}${icmp.type}`,
    rule.destination && `-d ${bang(rule.destination.invert)}${networkOf(rule.destination.network)}`,
    rule.destinationPorts && `--dport ${bang(rule.destinationPorts.invert)}${ports(rule.destinationPorts)}`,
    icmp && icmp.code !== null && `--dport ${icmp.code}`,
    tcpFlags && `${bang(tcpFlags.invert)}-y`,
    fragment && `${bang(fragment.invert)}-f`,
    rule.log && '-l',
    setMark && `-m ${setMark.add ? '+' : ''}${setMark.value}`,
    setTos && `-t ${hex(setTos.and)} ${hex(setTos.xor)}`,
    target(rule),
  ]
  return { words: words.filter(Boolean).join(' '), reasons }
}

const bang = (invert: boolean) => (invert ? '! ' : '')
const ports = ({ from, to }: { from: number; to: number }) => (from === to ? String(from) : `${from}:${to}`)
const hex = (value: number) => value.toString(16).padStart(2, '0')

function target({ target }: Rule): string {
  if (!target) return ''
  if ('chain' in target) return `-j ${target.chain}`
  if ('action' in target) return ''
  const port = target.verdict === 'REDIRECT' && target.ports ? ` ${target.ports.from}` : ''
  return `-j ${target.verdict}${port}`
}

function unsayable(rule: Rule, wayIn: boolean): string[] {
  const reasons: string[] = []
  const other = wayIn ? rule.outInterface : rule.inInterface
  if (other)
    reasons.push(
      `it asks for the way ${wayIn ? 'out' : 'in'} (${other.name}), and a rule of 2.2 has only the way ${wayIn ? 'in' : 'out'} here`,
    )
  if (rule.connection) reasons.push(`it asks for ${rule.connection} connections, which 2.2 did not know`)
  if (rule.tcpFlags && !isSynOnly(rule.tcpFlags)) reasons.push('it looks at other TCP flags than those of -y')
  if (rule.icmp?.invert && rule.icmp.code !== null) reasons.push('it inverts an ICMP code')
  return reasons
}

export interface Exported {
  text: string
  /** Rules that the language cannot say: the chain, the place, and why. */
  unsaid: { chain: string; place: number; reasons: string[] }[]
}

/** @returns a script that makes these rules on a machine with Linux 2.2 */
export function ipchainsScript(rules: Rules): Exported {
  const wayIn = chainsOnWayIn(rules)
  const unsaid: Exported['unsaid'] = []
  const own = rules.chains.filter(({ policy }) => policy === null)
  const head = [
    'ipchains -F',
    'ipchains -X',
    ...rules.chains
      .filter(({ policy }) => policy !== null)
      .map(({ name, policy }) => `ipchains -P ${name} ${policy}`),
    ...own.map(({ name }) => `ipchains -N ${name}`),
  ]
  const lines = inCallOrder(rules).flatMap((chain) =>
    chain.rules.flatMap((rule, index) => {
      const said = ipchainsRule(rule, wayIn.has(chain.name))
      const comment = rule.comment === '' ? [] : [`# ${rule.comment.replace(/[\r\n]+/g, ' ')}`]
      if (!rule.enabled)
        return [...comment, `# switched off: ipchains -A ${chain.name} ${said.words ?? '…'}`.trimEnd()]
      if (said.words !== null) return [...comment, `ipchains -A ${chain.name} ${said.words}`.trimEnd()]
      unsaid.push({ chain: chain.name, place: index + 1, reasons: said.reasons })
      return [...comment, `# rule ${index + 1} of ${chain.name} is left out: ${said.reasons.join('; ')}`]
    }),
  )
  return { text: `#!/bin/sh\n${[...head, ...lines].join('\n')}\n`, unsaid }
}

/** Callers before the called, so that whoever reads it back knows which way an interface in a user chain means. */
function inCallOrder(rules: Rules): Chain[] {
  const ordered = rules.chains.filter(({ policy }) => policy !== null)
  for (const chain of ordered)
    for (const { target } of chain.rules) {
      if (!target || !('chain' in target)) continue
      const called = rules.chains.find(({ name }) => name === target.chain)
      if (called && !ordered.includes(called)) ordered.push(called)
    }
  return [...ordered, ...rules.chains.filter((chain) => !ordered.includes(chain))]
}

const FLAG = { input: '-I', forward: '-F', output: '-O' } as const
const DIRECTION: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ACCOUNTING).map(([direction, chain]) => [chain, direction]),
)

/** @returns the words behind `ipfwadm CATEGORY` of a rule: `-a accept …` */
export function ipfwadmRule(rule: Rule, chain: string): Said {
  const accounting = Object.hasOwn(DIRECTION, chain)
  const reasons = unsayable(rule, chain === 'input' || chain === ACCOUNTING.in).filter(
    (reason) => !(isAck(rule) && reason.includes('TCP flags')),
  )
  for (const [field, name] of [
    ['source', 'address'],
    ['destination', 'address'],
    ['protocol', 'protocol'],
    ['sourcePorts', 'ports'],
    ['destinationPorts', 'ports'],
    ['inInterface', 'interface'],
    ['outInterface', 'interface'],
    ['tcpFlags', 'flags'],
    ['icmp', 'ICMP type'],
  ] as const)
    if (rule[field]?.invert) reasons.push(`2.0 had no ! (here before the ${name})`)
  if (rule.fragment) reasons.push('2.0 could not ask for fragments')
  if (rule.setMark) reasons.push('2.0 had no marks')
  const number = rule.protocol?.number ?? 0
  if (![0, 1, 6, 17].includes(number)) reasons.push(`2.0 knew TCP, UDP and ICMP, not protocol ${number}`)
  if (rule.icmp && rule.icmp.code !== null) reasons.push('2.0 had no ICMP codes')
  const { target: to } = rule
  if (to && 'chain' in to) reasons.push('2.0 had no chains of one’s own')
  if (to && 'verdict' in to && to.verdict === 'RETURN') reasons.push('2.0 had no RETURN')
  if (!to !== accounting)
    reasons.push(accounting ? 'accounting has no target' : 'only accounting goes without target')
  if (to && 'verdict' in to && to.verdict === 'MASQ' && number === 1)
    reasons.push('ipfwadm did not take -m with ICMP')
  if (reasons.length > 0) return { words: null, reasons: [...new Set(reasons)] }
  const device = rule.inInterface ?? rule.outInterface
  const words = [
    `-a${policyWord(rule)}`,
    number !== 0 && `-P ${protocolName(number)}`,
    end('-S', rule.source, rule.icmp ? String(rule.icmp.type) : rule.sourcePorts && ports(rule.sourcePorts)),
    end('-D', rule.destination, rule.destinationPorts && ports(rule.destinationPorts)),
    device && `-W ${device.name}`,
    isAck(rule) && '-k',
    rule.tcpFlags && isSynOnly(rule.tcpFlags) && '-y',
    rule.log && '-o',
    rule.setTos && `-t ${hex(rule.setTos.and)} ${hex(rule.setTos.xor)}`,
    to && 'verdict' in to && to.verdict === 'MASQ' && '-m',
    to && 'verdict' in to && to.verdict === 'REDIRECT' && `-r ${to.ports?.from ?? 0}`,
  ]
  return { words: words.filter(Boolean).join(' '), reasons: [] }
}

const isAck = ({ tcpFlags }: Rule) =>
  tcpFlags !== null && tcpFlags.mask === 0x10 && tcpFlags.set === 0x10 && !tcpFlags.invert

function policyWord({ target: to }: Rule): string {
  if (!to || !('verdict' in to)) return ''
  return ` ${{ DENY: 'deny', REJECT: 'reject' }[to.verdict as string] ?? 'accept'}`
}

function end(option: string, match: Rule['source'], port: string | null | false): string | false {
  if (!match && !port) return false
  return `${option} ${match ? networkOf(match.network) : '0.0.0.0/0'}${port ? ` ${port}` : ''}`
}

/** @returns a script that makes these rules on a machine with Linux 2.0 */
export function ipfwadmScript(rules: Rules): Exported {
  const unsaid: Exported['unsaid'] = []
  const lines: string[] = []
  for (const chain of rules.chains) {
    const category = Object.hasOwn(FLAG, chain.name)
      ? FLAG[chain.name as keyof typeof FLAG]
      : Object.hasOwn(DIRECTION, chain.name)
        ? `-A ${DIRECTION[chain.name]}`
        : null
    if (category === null) {
      if (chain.rules.length > 0)
        unsaid.push({ chain: chain.name, place: 0, reasons: ['2.0 had no chains of one’s own'] })
      continue
    }
    if (chain.policy !== null)
      lines.push(
        `ipfwadm ${category} -f`,
        `ipfwadm ${category} -p ${chain.policy === 'MASQ' ? 'masquerade' : chain.policy.toLowerCase()}`,
      )
    else if (!lines.includes('ipfwadm -A -f')) lines.push('ipfwadm -A -f')
    chain.rules.forEach((rule, index) => {
      if (!rule.enabled || isAccountingCall(rule)) return
      const said = ipfwadmRule(rule, chain.name)
      if (said.words !== null) lines.push(`ipfwadm ${category} ${said.words}`)
      else {
        unsaid.push({ chain: chain.name, place: index + 1, reasons: said.reasons })
        lines.push(`# rule ${index + 1} of ${chain.name} is left out: ${said.reasons.join('; ')}`)
      }
    })
  }
  return { text: `#!/bin/sh\n${lines.join('\n')}\n`, unsaid }
}

const isAccountingCall = ({ target: to }: Rule) => !!to && 'chain' in to && Object.hasOwn(DIRECTION, to.chain)
