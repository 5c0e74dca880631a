import { anyRule, emptyRules, type Rule, type Rules } from '@bauta/config'
import { expect, test } from 'vitest'
import { PacketLog, PacketLogReader, packetLogBytes } from './packet-log.ts'
import { packetLogLine } from './packet-log-line.ts'
import { Bench, type BenchOptions, benchSnapshot, LAN, WAN } from './path/bench.ts'
import { NETFILTER_SETTINGS } from './path/golden-netfilter.ts'
import { framesFromText } from './path/packet-text.ts'

const NAMES = ['lan0', 'wan0', 'lan2']
const nameOf = (index: number) => NAMES[index] ?? '-'

/** A box with these settings; what its rules log, as lines. */
function logging(options: BenchOptions) {
  const memory = new ArrayBuffer(packetLogBytes)
  const bench = new Bench(options, new PacketLog(memory))
  const reader = new PacketLogReader(memory)
  const { rules } = options.snapshot!
  return (from: number, text: string) => {
    for (const frame of framesFromText(text)) bench.receive(from, frame)
    return reader.take(10).packets.map((packet) => packetLogLine(packet, rules, nameOf))
  }
}

/** The default rules of 2.2 with one on top of a chain. */
function classic(chain: number, fields: Partial<Rule>): BenchOptions {
  const snapshot = benchSnapshot()
  snapshot.rules.chains[chain]!.rules.unshift({ ...anyRule(100), log: true, ...fields })
  return { snapshot }
}

test('netfilter’s LOG tells a packet as xt_LOG does, with its prefix, and lets it go on', () => {
  const { snapshot } = NETFILTER_SETTINGS['nf-log']!
  const say = logging({ snapshot: snapshot! })
  expect(say(LAN, 'tcp 192.168.77.11:40000 > 93.184.216.34:80 [S] ttl 9 mss 1460')).toEqual([
    {
      text: 'out: IN=lan0 OUT=wan0 SRC=192.168.77.11 DST=93.184.216.34 LEN=44 TOS=0x00 PREC=0x00 TTL=9 ID=0 PROTO=TCP SPT=40000 DPT=80 WINDOW=65535 RES=0x00 SYN URGP=0',
      level: 'warn',
    },
  ])
  expect(say(WAN, 'tcp 93.184.216.34:80 > 198.51.100.2:40000 [S.]')).toHaveLength(1)
  expect(say(LAN, 'udp 192.168.77.11:40000 > 93.184.216.34:80')).toEqual([])
})

test('-l of the classic dialect tells a packet as ip_fw.c did: chain, target, number of the rule', () => {
  const denied = logging(classic(0, { target: { verdict: 'DENY' } }))
  expect(denied(WAN, 'tcp 93.184.216.34:5555 > 198.51.100.2:22 [S] ttl 45')).toEqual([
    {
      text: 'Packet log: input DENY wan0 PROTO=6 93.184.216.34:5555 198.51.100.2:22 L=40 S=0x00 I=0 F=0x0000 T=45 SYN (#1)',
      level: 'info',
    },
  ])
  const counted = logging(classic(2, { target: null }))
  expect(counted(LAN, 'icmp 192.168.77.11 > 93.184.216.34 type 8 icmpid 5')[0]?.text).toMatch(
    /^Packet log: output - wan0 PROTO=1 198\.51\.100\.2:8 93\.184\.216\.34:0 L=28 /,
  )
})

test('a flood loses lines, which are counted, and keeps the newest', () => {
  const memory = new ArrayBuffer(packetLogBytes)
  const log = new PacketLog(memory)
  const reader = new PacketLogReader(memory)
  const packet = { source: 1, destination: 2, protocol: 6, sourcePort: 3, destinationPort: 4, icmpType: 0 }
  const rest = { icmpCode: 0, tcpFlags: 0, fragmentOffset: 0, totalLength: 40, tos: 0 }
  const note = (id: number) => log.note(id, 0, { ...packet, ...rest }, 0, 1, 0, 1, 1, new Uint8Array(200), 10)
  for (let id = 1; id <= 1000; id++) note(id)
  const { packets, lost } = reader.take(10)
  expect(packets.map(({ ruleId }) => ruleId)).toEqual([991, 992, 993, 994, 995, 996, 997, 998, 999, 1000])
  expect(lost).toBe(990)
  expect(reader.take(10)).toEqual({ packets: [], lost: 0 })
  note(7)
  expect(reader.take(10).packets[0]).toMatchObject({ ruleId: 7, source: 1, destinationPort: 4 })
})

test('a rule that is gone meanwhile is told nothing of', () => {
  const rules: Rules = emptyRules('netfilter')
  const bytes = new Uint8Array(40)
  const packet = { ruleId: 5, hook: 0, inIf: 0, outIf: 1, mark: 0, source: 1, destination: 2, bytes }
  const more = { sourcePort: 1, destinationPort: 2, revision: 1, packets: 1 }
  expect(packetLogLine({ ...packet, ...more }, rules, nameOf)).toBeNull()
})
