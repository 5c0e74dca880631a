import { anyRule } from '@bauta/config'
import { expect, it } from 'vitest'
import { matchesSearch } from './search.ts'

const rule = {
  ...anyRule(7),
  comment: 'Printer stays home',
  source: { network: '192.168.77.12', invert: false },
  protocol: { number: 6, invert: false },
  destinationPorts: { from: 443, to: 443, invert: false },
  target: { verdict: 'DENY' as const },
}

it.each(['', '  ', 'printer', '77.12 443', 'port 443', '--dport', 'forward', '#7', 'DENY'])(
  'finds “%s”',
  (text) => {
    expect(matchesSearch(rule, 'forward', text)).toBe(true)
  },
)
it.each(['scanner', 'printer 80', '#8', 'input'])('does not find “%s”', (text) => {
  expect(matchesSearch(rule, 'forward', text)).toBe(false)
})
it('leaves the rules that masquerade, under the name that the dialect has', () => {
  const masq = { ...anyRule(8), target: { verdict: 'MASQ' as const } }
  expect([masq, rule].map((one) => matchesSearch(one, 'forward', 'masq'))).toEqual([true, false])
  expect(matchesSearch(masq, 'nat POSTROUTING', '-j masquerade', 'netfilter')).toBe(true)
})
