/** A logged packet as a line: as netfilter's LOG writes it, or as 2.2 did (facts of ip_fw.c and xt_LOG). */

import { targetName } from '@bauta/chains'
import { formatAddress, type Rule, type Rules } from '@bauta/config'
import type { LogLine } from '@bauta/control/schemas'
import { failureText } from '@bauta/masq'
import { type LoggedPacket, MASQ_FAILURE } from './packet-log.ts'

export interface LoggedLine {
  text: string
  level: LogLine['level']
}

/** @returns null where the rule is gone meanwhile */
export function packetLogLine(
  packet: LoggedPacket,
  rules: Rules,
  nameOf: (index: number) => string,
): LoggedLine | null {
  if (packet.hook === MASQ_FAILURE) {
    const protocol = packet.bytes[9] ?? 0
    return { text: failureText({ protocol }, packet.packets, packet.mark), level: 'error' }
  }
  for (const chain of rules.chains) {
    const place = chain.rules.findIndex(({ id }) => id === packet.ruleId)
    if (place < 0) continue
    const rule = chain.rules[place]!
    if (rules.dialect === 'classic')
      return { text: classicLine(packet, chain.name, rule, place + 1, nameOf), level: 'info' }
    return netfilterLine(packet, rule, nameOf)
  }
  return null
}

const hex2 = (value: number) => `0x${value.toString(16).toUpperCase().padStart(2, '0')}`
const at16 = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
const at32 = (bytes: Uint8Array, at: number) => at16(bytes, at) * 0x10000 + at16(bytes, at + 2)
const headerOf = (bytes: Uint8Array) => ((bytes[0] ?? 0x45) & 15) * 4

/** `Packet log: input DENY eth0 PROTO=6 192.168.25.3:2351 172.16.50.3:111 L=60 S=0x00 I=45086 F=0x4000 T=45 SYN (#8)` */
function classicLine(
  packet: LoggedPacket,
  chain: string,
  rule: Rule,
  number: number,
  nameOf: (index: number) => string,
): string {
  const { bytes } = packet
  const protocol = bytes[9] ?? 0
  const l4 = headerOf(bytes)
  const icmp = protocol === 1
  const ports = icmp ? [bytes[l4] ?? 0, bytes[l4 + 1] ?? 0] : [packet.sourcePort, packet.destinationPort]
  const device = packet.outIf >= 0 ? packet.outIf : packet.inIf
  let options = ''
  for (let at = 20; at + 4 <= l4; at += 4)
    options += ` O=0x${at32(bytes, at).toString(16).toUpperCase().padStart(8, '0')}`
  const flags = bytes[l4 + 13] ?? 0
  const syn = protocol === 6 && (flags & 0x16) === 2 ? ' SYN' : ''
  return [
    `Packet log: ${chain} ${targetName(rule) ?? '-'} ${nameOf(device)} PROTO=${protocol}`,
    `${formatAddress(packet.source)}:${ports[0]} ${formatAddress(packet.destination)}:${ports[1]}`,
    `L=${at16(bytes, 2)} S=${hex2(bytes[1] ?? 0)} I=${at16(bytes, 4)}`,
    `F=0x${at16(bytes, 6).toString(16).toUpperCase().padStart(4, '0')} T=${bytes[8] ?? 0}${options}${syn} (#${number})`,
  ].join(' ')
}

const WARNING = 4
const ERROR = 3

/** `in: IN=wan0 OUT= SRC=203.0.113.9 DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=45 ID=7 DF PROTO=TCP SPT=5555 DPT=22 …` */
function netfilterLine(
  packet: LoggedPacket,
  rule: Rule,
  nameOf: (index: number) => string,
): LoggedLine | null {
  const target = rule.target && 'action' in rule.target && rule.target.action === 'LOG' ? rule.target : null
  if (!target) return null
  const { bytes } = packet
  const l4 = headerOf(bytes)
  const tos = bytes[1] ?? 0
  const fragment = at16(bytes, 6)
  const device = (index: number) => (index < 0 ? '' : nameOf(index))
  const words = [
    `${target.prefix}IN=${device(packet.inIf)} OUT=${device(packet.outIf)}`,
    `SRC=${formatAddress(packet.source)} DST=${formatAddress(packet.destination)}`,
    `LEN=${at16(bytes, 2)} TOS=${hex2(tos & 0x1e)} PREC=${hex2(tos & 0xe0)} TTL=${bytes[8] ?? 0} ID=${at16(bytes, 4)}`,
    fragment & 0x4000 ? 'DF' : '',
    fragment & 0x2000 ? 'MF' : '',
    fragment & 0x1fff ? `FRAG:${fragment & 0x1fff}` : '',
    target.ipOptions && l4 > 20 ? `OPT (${hexOf(bytes.subarray(20, l4))})` : '',
    transportWords(packet, l4, target.tcpSequence, target.tcpOptions),
    packet.mark !== 0 ? `MARK=0x${packet.mark.toString(16)}` : '',
  ]
  const level = target.level <= ERROR ? 'error' : target.level === WARNING ? 'warn' : 'info'
  return { text: words.filter(Boolean).join(' '), level }
}

const FLAGS = [
  [32, 'URG'],
  [16, 'ACK'],
  [8, 'PSH'],
  [4, 'RST'],
  [2, 'SYN'],
  [1, 'FIN'],
] as const

function transportWords(packet: LoggedPacket, l4: number, sequence: boolean, options: boolean): string {
  const { bytes } = packet
  const ports = `SPT=${packet.sourcePort} DPT=${packet.destinationPort}`
  switch (bytes[9]) {
    case 6: {
      const flags = bytes[l4 + 13] ?? 0
      const end = l4 + ((bytes[l4 + 12] ?? 0x50) >>> 4) * 4
      return [
        `PROTO=TCP ${ports}`,
        sequence ? `SEQ=${at32(bytes, l4 + 4)} ACK=${at32(bytes, l4 + 8)}` : '',
        `WINDOW=${at16(bytes, l4 + 14)} RES=0x00`,
        ...FLAGS.filter(([bit]) => flags & bit).map(([, name]) => name),
        `URGP=${at16(bytes, l4 + 18)}`,
        options && end > l4 + 20 ? `OPT (${hexOf(bytes.subarray(l4 + 20, end))})` : '',
      ]
        .filter(Boolean)
        .join(' ')
    }
    case 17:
      return `PROTO=UDP ${ports} LEN=${at16(bytes, l4 + 4)}`
    case 1: {
      const [type = 0, code = 0] = bytes.subarray(l4)
      const query = type === 0 || type === 8 || (type >= 13 && type <= 18)
      const id = query ? ` ID=${at16(bytes, l4 + 4)} SEQ=${at16(bytes, l4 + 6)}` : ''
      return `PROTO=ICMP TYPE=${type} CODE=${code}${id}`
    }
    default:
      return `PROTO=${bytes[9] ?? 0}`
  }
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()
