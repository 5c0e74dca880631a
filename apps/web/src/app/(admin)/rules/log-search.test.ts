import { anyRule, type Rule } from '@bauta/config'
import { expect, it } from 'vitest'
import { logSearch } from './log-search.ts'

const LOG = { action: 'LOG', level: 4, tcpSequence: false, tcpOptions: false, ipOptions: false } as const
const rule = (fields: Partial<Rule>): Rule => ({ ...anyRule(4), ...fields })

it('a rule with -l is found by chain and target', () => {
  const logged = rule({ log: true, target: { verdict: 'DENY' } })
  expect(logSearch(logged, 'input', 'classic')).toBe('Packet log: input DENY ')
  expect(logSearch(rule({ log: true }), 'acctin', 'classic')).toBe('Packet log: acctin - ')
  expect(logSearch(rule({}), 'input', 'classic')).toBeNull()
})

it('LOG is found by its prefix, or by how its lines begin', () => {
  expect(logSearch(rule({ target: { ...LOG, prefix: 'dropped: ' } }), 'INPUT', 'netfilter')).toBe('dropped:')
  expect(logSearch(rule({ target: { ...LOG, prefix: '' } }), 'INPUT', 'netfilter')).toBe('IN=')
  expect(logSearch(rule({ target: { verdict: 'DENY' } }), 'INPUT', 'netfilter')).toBeNull()
})
