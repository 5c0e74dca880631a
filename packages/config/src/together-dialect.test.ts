import { describe, expect, it } from 'vitest'
import { anyRule } from './rules.ts'
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
  it('is refused, and said: REDIRECT in classic', () => {
    const box = applianceSnapshot([])
    const rule = {
      ...anyRule(900),
      protocol: { number: 6, invert: false },
      target: { verdict: 'REDIRECT' as const, ports: { from: 3128, to: 3128 } },
    }
    box.rules.chains[0]!.rules = [rule]
    expect(paths(box)).toEqual(['rules.chains.0.rules.0.target'])
    box.rules.chains[0]!.rules = [{ ...rule, enabled: false }]
    expect(paths(box)).toEqual([])
  })

  it('is refused, and said: forwards, triggers and consoles in netfilter', () => {
    const box = applianceSnapshot([])
    box.forwards = {
      list: [FORWARD, { ...FORWARD, id: 8, enabled: false, ports: { from: 81, to: 81 } }],
      triggers: [],
      consoles: ['192.168.77.30'],
    }
    expect(paths(box)).toEqual([])
    box.rules = { ...box.rules, dialect: 'netfilter' }
    expect(paths(box)).toEqual(['forwards.list.0.enabled', 'forwards.consoles.0'])
    expect(faultsTogether(box)[0]!.message).toContain('DNAT rule in nat PREROUTING')
  })
})
