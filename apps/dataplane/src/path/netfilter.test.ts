/** What the books ask of netfilter, rule by rule; the order of its chains is in golden/netfilter-*.txt. */
import { anyRule, chainLabel, emptyRules, type Rule } from '@bauta/config'
import { expect, test } from 'vitest'
import { Bench, benchSnapshot, LAN, WAN } from './bench.ts'
import { framesFromText, textFromFrame } from './packet-text.ts'

const device = (name: string, invert = false) => ({ name, invert })
const drop: Partial<Rule> = { target: { verdict: 'DENY' } }
const accept: Partial<Rule> = { target: { verdict: 'ACCEPT' } }
const masquerade: Partial<Rule> = { outInterface: device('wan0'), target: { verdict: 'MASQ' } }
const tcp = (port: number): Partial<Rule> => ({
  protocol: { number: 6, invert: false },
  destinationPorts: { from: port, to: port, invert: false },
})

/** @returns what comes out where, for a packet that comes in by an interface */
function box(lists: Record<string, Partial<Rule>[]>, dropping: string[] = []) {
  const snapshot = benchSnapshot()
  snapshot.rules = emptyRules('netfilter')
  let id = 1
  for (const chain of snapshot.rules.chains) {
    const label = chainLabel(chain)
    if (dropping.includes(label)) chain.policy = 'DENY'
    chain.rules = (lists[label] ?? []).map((fields) => ({ ...anyRule(id++), ...fields }))
  }
  const bench = new Bench({ snapshot })
  const send = (from: number, text: string): string[] => {
    for (const frame of framesFromText(text)) bench.receive(from, frame)
    return bench.taken().map(({ device: to, frame }) => `${to} ${textFromFrame(frame)}`)
  }
  return { bench, send }
}

test('ACCEPT in POSTROUTING lets a packet through untouched, and what comes after it is not asked', () => {
  const exempt = { destination: { network: '93.184.0.0/16', invert: false }, ...accept }
  const { send } = box({ 'nat POSTROUTING': [exempt, masquerade] })
  expect(send(LAN, 'udp 192.168.77.11:5000 > 93.184.216.34:123')).toEqual([
    expect.stringContaining('lan0 udp 192.168.77.11:5000 > 93.184.216.34:123'),
  ])
  expect(send(LAN, 'udp 192.168.77.11:5000 > 9.9.9.9:123')).toEqual([
    expect.stringContaining('lan0 udp 198.51.100.2:5000 > 9.9.9.9:123'),
  ])
})

test('ACCEPT, DROP, REJECT and QUEUE do what they say, and QUEUE, which nobody takes, drops', () => {
  const { bench, send } = box({
    FORWARD: [
      { ...tcp(1), ...accept },
      { ...tcp(2), ...drop },
      { ...tcp(3), target: { verdict: 'REJECT' } },
      { ...tcp(4), target: { verdict: 'QUEUE' } },
    ],
  })
  const to = (port: number) => send(LAN, `tcp 192.168.77.11:5000 > 93.184.216.34:${port} [S]`)
  expect(to(1)).toEqual([expect.stringMatching(/^lan0 tcp/)])
  expect(to(2)).toEqual([])
  expect(to(3)).toEqual([expect.stringMatching(/^box icmp .* type 3 code 3/)])
  expect(to(4)).toEqual([])
  expect(bench.drops()).toEqual({ 'forward-denied': 1, 'forward-rejected': 1, queue: 1 })
})

test('a hostile ADSL modem gets PPTP 1723 and GRE on its interface and nothing else', () => {
  const gre = { protocol: { number: 47, invert: false } }
  const modem = { inInterface: device('wan0') }
  const { send } = box({
    INPUT: [
      { ...modem, ...tcp(1723), ...accept },
      { ...modem, ...gre, ...accept },
      { ...modem, ...drop },
    ],
  })
  expect(send(WAN, 'tcp 198.51.100.9:5000 > 198.51.100.2:1723 [S]')).toHaveLength(1)
  expect(send(WAN, 'protocol 47 198.51.100.9 > 198.51.100.2 len 60')).toHaveLength(1)
  expect(send(WAN, 'tcp 198.51.100.9:5000 > 198.51.100.2:80 [S]')).toEqual([])
  expect(send(WAN, 'icmp 198.51.100.9 > 198.51.100.2 type 8 icmpid 5')).toEqual([])
  expect(send(LAN, 'tcp 192.168.77.11:5000 > 192.168.77.1:80 [S]')).toHaveLength(1)
})

test('low ports are closed from outside, one’s own address gets out', () => {
  const low: Partial<Rule> = {
    inInterface: device('wan0'),
    protocol: { number: 6, invert: false },
    destinationPorts: { from: 0, to: 1023, invert: false },
    ...drop,
  }
  const own = { source: { network: '198.51.100.2', invert: false }, ...accept }
  const { send } = box({ INPUT: [low], OUTPUT: [own] }, ['OUTPUT'])
  expect(send(WAN, 'tcp 9.9.9.9:5000 > 198.51.100.2:1023 [S]')).toEqual([])
  expect(send(WAN, 'tcp 9.9.9.9:5000 > 198.51.100.2:1024 [S]')).toHaveLength(1)
  expect(send(-1, 'udp 198.51.100.2:5000 > 9.9.9.9:53')).toHaveLength(1)
  expect(send(-1, 'udp 192.168.77.1:5000 > 192.168.77.11:53')).toEqual([])
})

test('a rule that names the loopback is taken and meets nothing: what the box says to itself passes no chain', () => {
  const { send } = box({ INPUT: [{ inInterface: device('lo'), ...drop }] })
  expect(send(LAN, 'tcp 192.168.77.11:5000 > 192.168.77.1:80 [S]')).toHaveLength(1)
})
