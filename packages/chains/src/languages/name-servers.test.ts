import { anyRule, defaultSnapshot, emptyRules, HELPERS_AT_FIRST, type Rule } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { exportScript } from './export-script.ts'
import { listIptables } from './list-iptables.ts'
import { wordsOutOfPlace } from './name-servers.ts'
import { restoreIptables } from './restore.ts'

const leading: Rule = {
  ...anyRule(7),
  destination: { network: '10.2.0.2', invert: false },
  protocol: { number: 17, invert: false },
  target: {
    verdict: 'DNAT',
    ranges: [{ from: '@dns2', to: '@dns2' }],
    ports: { from: 5353, to: 5353 },
    persistent: false,
    random: false,
  },
}
const rules = emptyRules('netfilter')
rules.chains.find(({ table, name }) => table === 'nat' && name === 'PREROUTING')!.rules.push(leading)

describe('a rule that leads to a name server of the line', () => {
  const { text, unsaid } = exportScript('iptables', rules, HELPERS_AT_FIRST)

  it('is exported with its word, and that iptables has none for it is said', () => {
    expect(text).toContain('-A PREROUTING -d 10.2.0.2/32 -p udp -j DNAT --to-destination @dns2:5353')
    expect(unsaid.filter(({ what }) => what.startsWith('rule'))).toEqual([
      {
        what: 'rule 1 of nat PREROUTING',
        reasons: [expect.stringMatching(/^@dns2 is a word of this box .* put an address there$/)],
      },
    ])
  })
  it('comes back when the file is read', () => {
    const subject = { rules: emptyRules('netfilter'), timeouts: defaultSnapshot().timeouts }
    const restored = restoreIptables(text, subject, () => 7)
    if (restored.kind === 'refused') throw new Error(restored.fault.message)
    const chain = restored.subject.rules.chains.find(({ name }) => name === 'PREROUTING')!
    expect(chain.rules.map(({ target }) => target)).toEqual([leading.target])
  })
  it('is listed with it', () => {
    expect(listIptables(rules, 'nat', { numeric: true })).toContain('to:@dns2:5353')
  })
})

describe('pppd’s variables', () => {
  it.each([
    ['iptables -t nat -A PREROUTING -j DNAT --to-destination @dns1', []],
    ['iptables -t nat -A PREROUTING -p udp -j DNAT --to @dns2:53', []],
    ['iptables -A OUTPUT -d @dns1 -j ACCEPT', ['DNS1']],
    ['iptables -t nat -A POSTROUTING -j SNAT --to-source @dns1', ['DNS1']],
    ['iptables -t nat -A POSTROUTING -j SNAT --to @dns1', ['DNS1']],
    ['iptables -t nat -A PREROUTING -j DNAT --to-destination @dns1-@dns2', ['DNS1']],
    ['iptables -A INPUT -s @dns1/32 -j ACCEPT', ['DNS1']],
    ['iptables -A INPUT -i @wan -j ACCEPT', []],
  ])('%s', (line, missing) => {
    expect(wordsOutOfPlace(line.split(' '))).toEqual(missing)
  })
})
