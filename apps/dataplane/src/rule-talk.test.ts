import { anyRule } from '@bauta/config'
import { expect, test } from 'vitest'
import { Counters, countersBytes } from './counters.ts'
import { PacketLog, packetLogBytes } from './packet-log.ts'
import { benchConfig, benchSnapshot } from './path/bench.ts'
import { RuleSlots } from './rule-slots.ts'
import { RuleTalk } from './rule-talk.ts'
import type { CommandBody } from './thread-protocol.ts'

const NEIGHBOURS = [{ address: '192.168.77.11', mac: '02:00:00:00:00:11', device: 'lan0', reachable: true }]

function house(snapshot = benchSnapshot()) {
  const counters = new Counters(new ArrayBuffer(countersBytes))
  const table = new RuleSlots(counters)
  const slots = table.assign(snapshot.rules)
  const config = benchConfig({ snapshot }, table)
  const sent: CommandBody[] = []
  const said: string[] = []
  const kept: unknown[] = []
  const inForce = { revision: 1, snapshot, effective: snapshot, slots, config }
  const memory = new SharedArrayBuffer(packetLogBytes)
  const talk = new RuleTalk(memory, () => ({
    applier: { inForce },
    parts: {
      home: { neighbours: { current: NEIGHBOURS } },
      logs: { add: (source, text, level) => said.push(`${source} ${level}: ${text}`) },
    },
    thread: { send: async (command) => sent.push(command) },
    keep: () => kept.push(talk.neighbours),
  }))
  return { talk, memory, sent, said, kept }
}

test('the packet thread hears of the neighbours, and a flood of logged packets is cut short', () => {
  const snapshot = benchSnapshot()
  snapshot.rules.chains[0]!.rules.unshift({ ...anyRule(50), log: true })
  const { talk, memory, sent, said, kept } = house(snapshot)
  talk.look()
  expect(sent).toEqual([
    { kind: 'neighbours', addresses: Int32Array.of(0xc0a84d0b | 0), macs: Float64Array.of(0x020000000011) },
  ])
  const log = new PacketLog(memory)
  const seen = { source: 1, destination: 2, protocol: 6, sourcePort: 3, destinationPort: 4, icmpType: 0 }
  const rest = { icmpCode: 0, tcpFlags: 0, fragmentOffset: 0, totalLength: 40, tos: 0 }
  for (let i = 0; i < 30; i++) log.note(50, 0, { ...seen, ...rest }, 0, -1, 0, 1, 1, new Uint8Array(60), 0)
  talk.look()
  expect(sent).toHaveLength(1)
  const { kind: _, ...neighbours } = sent[0]!
  expect(kept).toEqual([neighbours])
  expect(said).toHaveLength(11)
  expect(said[0]).toMatch(/^firewall info: Packet log: input - lan0 PROTO=0 0\.0\.0\.1:3 0\.0\.0\.2:4 /)
  expect(said.at(-1)).toBe('firewall info: 20 more packets were to be logged; too many at once')
})
