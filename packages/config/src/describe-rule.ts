/** A rule in a few words, for the history: `deny TCP 192.168.77.12 → 93.184.216.34 port 80`. */
import { dnsWordMeaning } from './line-servers.ts'
import type { RuleTarget } from './rule-targets.ts'
import type { Rule } from './rules.ts'
import { LOG_LEVELS } from './target-names.ts'

const VERBS: Record<string, string> = {
  ACCEPT: 'accept',
  DENY: 'deny',
  REJECT: 'reject',
  MASQ: 'masquerade',
  RETURN: 'return',
  QUEUE: 'queue',
}
const PROTOCOLS: Record<number, string> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' }
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']

const not = (inverted: boolean, text: string) => (inverted ? `not ${text}` : text)
const hex = (value: number) => `0x${value.toString(16)}`

export function describeRule(rule: Rule): string {
  const words: string[] = [targetWords(rule.target)]
  if (rule.connection) words.push(`${rule.connection} connections`)
  if (rule.states) words.push(`${not(rule.states.invert, rule.states.list.join(' or '))} connections`)
  if (rule.protocol) {
    const name = PROTOCOLS[rule.protocol.number] ?? `protocol ${rule.protocol.number}`
    words.push(not(rule.protocol.invert, name))
  }
  if (rule.icmp) {
    const type = `type ${rule.icmp.type}${rule.icmp.code === null ? '' : `/${rule.icmp.code}`}`
    words.push(not(rule.icmp.invert, type))
  }
  if (rule.fragment) words.push(rule.fragment.invert ? 'no later fragments' : 'later fragments')
  if (rule.source || rule.destination || rule.sourcePorts || rule.destinationPorts) {
    words.push(
      endWords(rule.source, rule.sourcePorts),
      '→',
      endWords(rule.destination, rule.destinationPorts),
    )
  } else if (words.length === 1) words.push('anything')
  if (rule.inInterface) words.push(`from ${not(rule.inInterface.invert, sideWords(rule.inInterface.name))}`)
  if (rule.outInterface) words.push(`to ${not(rule.outInterface.invert, sideWords(rule.outInterface.name))}`)
  if (rule.tcpFlags) {
    const { mask, set, invert } = rule.tcpFlags
    const of = (bits: number) => FLAGS.filter((_, i) => bits & (1 << i)).join('+') || 'none'
    words.push(`with ${not(invert, of(set))} of ${of(mask)}`)
  }
  words.push(...moreMatches(rule), ...attributes(rule))
  return words.join(' ')
}

function targetWords(target: RuleTarget): string {
  if (target === null) return 'count'
  if ('chain' in target) return `ask chain ${target.chain} about`
  if ('action' in target) return actionWords(target)
  switch (target.verdict) {
    case 'REJECT':
      return target.with ? `reject (${target.with})` : VERBS.REJECT!
    case 'MASQ':
      return target.ports ? `masquerade to ports ${rangeWords(target.ports)}` : VERBS.MASQ!
    case 'SNAT':
    case 'DNAT': {
      const side = target.verdict === 'SNAT' ? 'source' : 'destination'
      const where = target.ranges.map((range) => dnsWordMeaning(rangeWords(range))).join(', ')
      const ports = target.ports ? `port ${rangeWords(target.ports)}` : ''
      return `change the ${side} to ${[where, ports].filter(Boolean).join(' ') || '…'} of`
    }
    case 'REDIRECT':
      return target.ports ? `redirect to port ${rangeWords(target.ports)}` : 'redirect to the box'
    case 'NETMAP':
      return `map to ${target.network}`
    default:
      return VERBS[target.verdict]!
  }
}

function actionWords(target: Extract<RuleTarget, { action: string }>): string {
  switch (target.action) {
    case 'LOG':
      return `log (${LOG_LEVELS[target.level]}${target.prefix ? `, “${target.prefix}”` : ''})`
    case 'MARK':
      return `mark ${hex(target.value)} under ${hex(target.mask)}`
    case 'TOS':
      return `set TOS ${hex(target.value)} under ${hex(target.mask)} of`
    case 'DSCP':
      return `set DSCP ${target.value} of`
    case 'TTL':
      return `${{ set: 'set TTL', inc: 'raise TTL by', dec: 'lower TTL by' }[target.operation]} ${target.value} of`
    case 'TCPMSS':
      return target.mss === null ? 'fit the TCP segment size of' : `set the TCP segment size ${target.mss} of`
  }
}

const rangeWords = ({ from, to }: { from: string | number; to: string | number }) =>
  from === to ? String(from) : `${from}–${to}`

function moreMatches(rule: Rule): string[] {
  const words = rule.multiport.map(({ side, ranges, invert }) => {
    const list = `${side} ports ${ranges.map(rangeWords).join(', ')}`
    return not(invert, list)
  })
  if (rule.tos) words.push(not(rule.tos.invert, `TOS ${hex(rule.tos.value)} under ${hex(rule.tos.mask)}`))
  if (rule.mark)
    words.push(not(rule.mark.invert, `mark ${hex(rule.mark.value)} under ${hex(rule.mark.mask)}`))
  if (rule.mac) words.push(not(rule.mac.invert, `card ${rule.mac.address}`))
  if (rule.length) words.push(not(rule.length.invert, `length ${rangeWords(rule.length)}`))
  if (rule.limit) words.push(`at most ${rule.limit.rate} a ${rule.limit.per} (burst ${rule.limit.burst})`)
  return words
}

function attributes(rule: Rule): string[] {
  const words: string[] = []
  if (rule.log) words.push('and log it')
  if (rule.setMark)
    words.push(`and ${rule.setMark.add ? 'add to the mark' : 'mark'} ${hex(rule.setMark.value)}`)
  if (rule.setTos) words.push(`and change the TOS (and ${hex(rule.setTos.and)}, xor ${hex(rule.setTos.xor)})`)
  return words
}

function endWords(address: Rule['source'], ports: Rule['sourcePorts']): string {
  const where = address ? `${address.invert ? 'not ' : ''}${address.network}` : 'anywhere'
  if (!ports) return where
  const range = ports.from === ports.to ? `port ${ports.from}` : `ports ${ports.from}–${ports.to}`
  return `${where} ${ports.invert ? 'not ' : ''}${range}`
}

const sideWords = (name: string) => (name.startsWith('@') ? name.slice(1).toUpperCase() : name)
