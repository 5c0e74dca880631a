import { describe, expect, it } from 'vitest'
import { interfacesAdvice, rulesAdvice } from './advice.ts'
import { anyRule, type Rule } from './rules.ts'
import { defaultSnapshot } from './snapshot.ts'

const masq = (fields: Partial<Rule>): Rule => ({ ...anyRule(9), target: { verdict: 'MASQ' }, ...fields })
const rulesWith = (rule: Rule) => {
  const { rules } = defaultSnapshot()
  return {
    ...rules,
    chains: rules.chains.map((chain) => (chain.name === 'forward' ? { ...chain, rules: [rule] } : chain)),
  }
}

describe('MASQ without any interface or address', () => {
  it('is warned of, with the rule and what to add', () => {
    const [advice] = rulesAdvice(rulesWith(masq({})))
    expect(advice).toMatchObject({ kind: 'masquerades-everything', ruleId: 9 })
    expect(advice!.text).toMatch(/^Rule 9 in forward says MASQ without any interface or address: .*@wan/)
  })

  it.each<[string, Partial<Rule>]>([
    ['a way out', { outInterface: { name: '@wan', invert: false } }],
    ['a way in', { inInterface: { name: '@lan', invert: false } }],
    ['a source', { source: { network: '192.168.0.0/16', invert: false } }],
    ['a destination', { destination: { network: '10.0.0.0/8', invert: true } }],
    ['switched off', { enabled: false }],
    ['another target', { target: { verdict: 'ACCEPT' } }],
  ])('is not when it has %s', (_, fields) => {
    expect(rulesAdvice(rulesWith(masq(fields)))).toEqual([])
  })

  it('is not in the rules that a box begins with', () => {
    expect(rulesAdvice(defaultSnapshot().rules)).toEqual([])
  })
})

describe('LAN and WAN on one card', () => {
  const of = (lan: string, wan: string) =>
    interfacesAdvice({
      list: [
        { name: lan, role: 'lan' },
        { name: wan, role: 'wan' },
      ],
    })
  it('are warned of, as VLANs and as aliases', () => {
    expect(of('eth0', 'eth0:1')[0]?.text).toContain('eth0 and eth0:1 are on one network card')
    expect(of('eth0.10', 'eth0.20')).toHaveLength(1)
  })
  it('are not on two', () => expect(of('eth0', 'eth1')).toEqual([]))
})
