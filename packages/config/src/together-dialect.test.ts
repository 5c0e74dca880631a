import { describe, expect, it } from 'vitest'
import { anyRule, emptyRules } from './rules.ts'
import { applianceSnapshot, type Snapshot } from './snapshot.ts'
import { faultsTogether } from './together.ts'

const FORWARD: Snapshot['forwards']['list'][number] = {
  id: 7,
  enabled: true,
  comment: 'web',
  protocol: 'tcp',
  ports: { from: 80, to: 80 },
  targets: [{ address: '192.168.77.20', turns: 1 }],
  targetPort: null,
  source: null,
}
const paths = (snapshot: Snapshot) => faultsTogether(snapshot).map(({ path }) => path.join('.'))

describe('what a dialect cannot carry out', () => {
  const rule = {
    ...anyRule(900),
    protocol: { number: 6, invert: false },
    target: { verdict: 'REDIRECT' as const, ports: { from: 3128, to: 3128 } },
  }

  it('is refused, and said: REDIRECT of what the box sends itself', () => {
    const box = applianceSnapshot([])
    box.rules = emptyRules('netfilter')
    const output = box.rules.chains.findIndex(({ table, name }) => table === 'nat' && name === 'OUTPUT')
    box.rules.chains[output]!.rules = [rule]
    expect(paths(box)).toEqual([`rules.chains.${output}.rules.0.target`])
    expect(faultsTogether(box)[0]!.message).toContain('nat PREROUTING')
    box.rules.chains[output]!.rules = [{ ...rule, enabled: false }]
    expect(paths(box)).toEqual([])
  })

  it('nothing else is: REDIRECT in classic, forwards and consoles in both dialects', () => {
    const box = applianceSnapshot([])
    box.forwards = {
      list: [FORWARD, { ...FORWARD, id: 8, enabled: false, ports: { from: 81, to: 81 } }],
      triggers: [],
      consoles: ['192.168.77.30'],
      marks: [],
    }
    box.rules.chains[0]!.rules = [rule]
    expect(paths(box)).toEqual([])
    box.rules = emptyRules('netfilter')
    expect(paths(box)).toEqual([])
  })
})
