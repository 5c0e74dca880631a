import { defaultSnapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { device, ports, protocol, rule, to, verdict } from './fixtures.ts'
import { ruleToText, targetName } from './rule-text.ts'

it.each([
  [
    'forward -s 192.168.1.2 -d 203.0.113.9 -p tcp --dport 80 -j DENY',
    rule(1, {
      source: to('192.168.1.2/32'),
      destination: to('203.0.113.9'),
      protocol: protocol(6),
      destinationPorts: ports(80),
      target: verdict('DENY'),
    }),
  ],
  ['forward', rule(1)],
  [
    'forward -i @lan -o ! ppp+ -j MASQ',
    rule(1, {
      inInterface: device('@lan'),
      outInterface: device('ppp+', true),
      target: verdict('MASQ'),
    }),
  ],
  [
    'forward -s ! 192.168.0.0/16 -p ! gre -j tcp',
    rule(1, {
      source: to('192.168.0.0/255.255.0.0', true),
      protocol: protocol(47, true),
      target: { chain: 'tcp' },
    }),
  ],
  [
    'forward -p udp --sport 1024:65535 --dport ! 53 -j RETURN',
    rule(1, {
      protocol: protocol(17),
      sourcePorts: ports(1024, 65535),
      destinationPorts: ports(53, 53, true),
      target: verdict('RETURN'),
    }),
  ],
  [
    'forward -p icmp --icmp-type echo-request',
    rule(1, {
      protocol: protocol(1),
      icmp: { type: 8, code: null, invert: false },
    }),
  ],
  [
    'forward -p icmp --icmp-type 8/1',
    rule(1, { protocol: protocol(1), icmp: { type: 8, code: 1, invert: false } }),
  ],
  [
    'forward -p tcp ! -y --connection known',
    rule(1, {
      protocol: protocol(6),
      tcpFlags: { mask: 22, set: 2, invert: true },
      connection: 'known',
    }),
  ],
  [
    'forward ! -f -p tcp --tcp-flags FIN,SYN NONE',
    rule(1, {
      protocol: protocol(6),
      fragment: { invert: true },
      tcpFlags: { mask: 3, set: 0, invert: false },
    }),
  ],
])('%s', (text, one) => {
  expect(ruleToText(one, 'forward').split(' ').sort()).toEqual(text.split(' ').sort())
})

it('keeps one order of the fields, and leaves the chain out where none is given', () => {
  const everything = rule(1, {
    inInterface: device('lan0'),
    outInterface: device('wan0'),
    source: to('10.0.0.0/8'),
    destination: to('203.0.113.9'),
    protocol: protocol(6),
    sourcePorts: ports(1),
    destinationPorts: ports(2),
    fragment: { invert: true },
    tcpFlags: { mask: 22, set: 2, invert: false },
    connection: 'new',
    target: verdict('REJECT'),
  })
  expect(ruleToText(everything)).toBe(
    '-i lan0 -o wan0 -s 10.0.0.0/8 -d 203.0.113.9 -p tcp --sport 1 --dport 2 ! -f -y --connection new -j REJECT',
  )
})

it('names the target', () => {
  expect(
    [rule(1), rule(1, { target: verdict('MASQ') }), rule(1, { target: { chain: 'x' } })].map((one) =>
      targetName(one),
    ),
  ).toEqual([null, 'MASQ', 'x'])
})

it('has a line for every rule of the safe default', () => {
  const lines = defaultSnapshot().rules.chains.flatMap((chain) =>
    chain.rules.map((one) => ruleToText(one, chain.name)),
  )
  expect(lines).toEqual([
    'input -i @lan -j ACCEPT',
    'input -i @wan --connection known -j ACCEPT',
    'forward -i @lan -o @wan -j MASQ',
  ])
})
