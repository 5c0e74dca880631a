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
