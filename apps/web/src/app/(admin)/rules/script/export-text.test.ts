import { languagesOf } from '@bauta/chains'
import { defaultSnapshot, emptyRules } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { exportedText } from './export-text.ts'

const { rules, helpers } = defaultSnapshot()

describe('the rules as a script', () => {
  it('come in the languages of their dialect', () => {
    expect(languagesOf(emptyRules('classic'))).toEqual(['ipchains', 'ipfwadm'])
    expect(languagesOf(emptyRules('netfilter'))).toEqual(['iptables'])
  })
  it('say what the language has no words for', () => {
    const { text, unsaid } = exportedText(rules, helpers, 'ipchains')
    expect(text).toContain('ipchains -A input -i @lan -j ACCEPT')
    expect(unsaid).toEqual([
      expect.stringContaining('Rule 2 of input: it asks for known connections'),
      expect.stringContaining('Rule 1 of forward: it asks for the way in'),
    ])
    expect(exportedText(emptyRules('netfilter'), helpers, 'iptables').text).toContain(
      '*nat\n:PREROUTING ACCEPT [0:0]',
    )
  })
})
