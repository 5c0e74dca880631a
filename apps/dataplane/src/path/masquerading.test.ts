/** What the settings of masquerading make of packets: who is refused and told, and what a lost WAN address means. */
import { PORT_PRESETS, type Ports } from '@bauta/config'
import { expect, it } from 'vitest'
import { PacketLog, PacketLogReader, packetLogBytes } from '../packet-log.ts'
import { packetLogLine } from '../packet-log-line.ts'
import { Bench, type BenchOptions, benchSnapshot, LAN, WAN } from './bench.ts'
import { framesFromText, textFromFrame } from './packet-text.ts'

const settings = (ports: Partial<Ports>, wanAddress = '198.51.100.2'): BenchOptions => ({
  snapshot: { ...benchSnapshot(), ports: { ...PORT_PRESETS.standard, ...ports } },
  wanAddress,
})

function box(options: BenchOptions, log?: PacketLog) {
  const bench = new Bench(options, log)
  const send = (from: number, text: string): string[] => {
    for (const frame of framesFromText(text)) bench.receive(from, frame)
    return bench.taken().map(({ device, frame }) => `${device} ${textFromFrame(frame)}`)
  }
  return { bench, send }
}

it('a machine at its limit is told by ICMP 3/13, and counted; its neighbour is not held up', () => {
  const { bench, send } = box(settings({ perMachine: 16 }))
  const from = (machine: number, port: number) =>
    send(LAN, `udp 192.168.77.${machine}:${port} > 93.184.216.34:123`)
  for (let port = 5000; port < 5016; port++)
    expect(from(11, port)).toEqual([expect.stringMatching(/^lan0 udp/)])
  expect(from(11, 5016)).toEqual([
    expect.stringMatching(/^box icmp 192.168.77.1 > 192.168.77.11 type 3 code 13/),
  ])
  expect(from(12, 5016)).toEqual([expect.stringMatching(/^lan0 udp/)])
  expect(from(11, 5000), 'what runs goes on').toEqual([expect.stringMatching(/^lan0 udp/)])
  expect(bench.drops()).toEqual({ 'machine-limit': 1 })
})

it('preset classic: when full nobody is told, the reason is counted, and the log has four lines at most', () => {
  const memory = new ArrayBuffer(packetLogBytes)
  const reader = new PacketLogReader(memory)
  const { snapshot, ...rest } = settings({ ...PORT_PRESETS.classic, to: 61_063 })
  const { bench, send } = box({ snapshot, ...rest }, new PacketLog(memory))
  for (let port = 5000; port < 5064; port++) send(LAN, `udp 192.168.77.11:${port} > 93.184.216.34:123`)
  for (let port = 6000; port < 6009; port++)
    expect(send(LAN, `udp 192.168.77.11:${port} > 93.184.216.34:123`)).toEqual([])
  expect(bench.drops()).toEqual({ 'no-port-silent': 9 })
  const { packets } = reader.take(100)
  const lines = packets.map((packet) => packetLogLine(packet, snapshot!.rules, String))
  expect(lines).toEqual(
    Array(4).fill({ text: 'IP_MASQ: UDP: could not get free masq entry (free=576)', level: 'error' }),
  )
})

it('preset classic: loose UDP lets anybody answer, and the packet goes to whom its machine asked last', () => {
  const { send } = box(settings({ ...PORT_PRESETS.classic }))
  expect(send(LAN, 'udp 192.168.77.11:5000 > 93.184.216.34:27960')).toEqual([
    expect.stringMatching(/^lan0 udp 198.51.100.2:61000 > 93.184.216.34:27960/),
  ])
  expect(send(LAN, 'udp 192.168.77.11:5000 > 93.184.216.35:27960')).toEqual([
    expect.stringMatching(/^lan0 udp 198.51.100.2:61000 > 93.184.216.35:27960/),
  ])
  expect(send(WAN, 'udp 9.9.9.9:1 > 198.51.100.2:61000')).toEqual([
    expect.stringMatching(/^wan0 udp 9.9.9.9:1 > 192.168.77.11:5000/),
  ])
})

it('connections kept over a change of the address send nothing under the old one, and live again when it is back', () => {
  const keep = { linkDown: 'keep' as const }
  const { bench, send } = box(settings(keep))
  const ask = () => send(LAN, 'udp 192.168.77.11:5000 > 93.184.216.34:123')
  ask()
  bench.configure(settings(keep, '198.51.100.9'))
  expect(ask()).toEqual([])
  expect(bench.drops()).toEqual({ 'stale-source': 1 })
  bench.configure(settings(keep))
  expect(ask()).toEqual([expect.stringMatching(/^lan0 udp 198.51.100.2:5000/)])
})

it('ip_dynaddr: what nobody has answered yet follows the new address when it is sent again, with its port; the rest does not', () => {
  const keep = { linkDown: 'keep' as const, dynaddr: true }
  const { bench, send } = box(settings(keep))
  const syn = () => send(LAN, 'tcp 192.168.77.11:4000 > 93.184.216.34:80 [S]')
  const answered = () => send(LAN, 'udp 192.168.77.11:5000 > 93.184.216.34:123')
  syn()
  answered()
  send(WAN, 'udp 93.184.216.34:123 > 198.51.100.2:5000')
  bench.configure(settings(keep, '198.51.100.9'))
  expect(syn()).toEqual([expect.stringMatching(/^lan0 tcp 198.51.100.9:4000 > 93.184.216.34:80/)])
  expect(send(WAN, 'tcp 93.184.216.34:80 > 198.51.100.9:4000 [S.]')).toEqual([
    expect.stringMatching(/^wan0 tcp 93.184.216.34:80 > 192.168.77.11:4000/),
  ])
  expect(answered()).toEqual([])
  expect(bench.table.count).toBe(2)
})

it('where what comes in keeps nothing alive, a UDP connection ends although its server goes on talking', () => {
  const { snapshot } = settings({})
  const timeouts = { ...snapshot!.timeouts, udp: 10, refreshInbound: false }
  const { bench, send } = box({ snapshot: { ...snapshot!, timeouts } })
  send(LAN, 'udp 192.168.77.11:5000 > 93.184.216.34:123')
  const heard = () => send(WAN, 'udp 93.184.216.34:123 > 198.51.100.2:5000').length
  bench.passTime(6)
  expect(heard()).toBe(1)
  bench.passTime(6)
  expect(heard()).toBe(0)
})
