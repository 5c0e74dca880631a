import { describe, expect, it } from 'vitest'
import { anyRule, type Chain, type Rule, rulesSchema } from './rules.ts'
import { defaultSnapshot, faultsOf } from './snapshot.ts'

/** Faults of the default chains with `change` done to them, as `path: message`. */
function faults(change: (chains: Chain[]) => void): string[] {
  const rules = structuredClone(defaultSnapshot().rules)
  change(rules.chains)
  const result = rulesSchema.safeParse(rules)
  return result.success
    ? []
    : faultsOf(result.error).map((fault) => `${fault.path.join('.')}: ${fault.message}`)
}
const forwardWith = (fields: Partial<Rule>) =>
  faults((chains) => chains[1]!.rules.push({ ...anyRule(9), ...fields }))

describe('the rules schema', () => {
  it('takes the default', () => expect(faults(() => {})).toEqual([]))

  it('wants ports only with TCP or UDP', () => {
    const destinationPorts = { from: 80, to: 80, invert: false }
    expect(forwardWith({ destinationPorts })).toEqual([
      expect.stringMatching(/^chains\.1\.rules\.1\.destinationPorts: ports need/),
    ])
    expect(forwardWith({ destinationPorts, protocol: { number: 6, invert: true } })).toHaveLength(1)
    expect(forwardWith({ destinationPorts, protocol: { number: 17, invert: false } })).toEqual([])
  })
  it('refuses a fragment rule that could never match', () => {
    expect(
      forwardWith({
        fragment: { invert: false },
        protocol: { number: 6, invert: false },
        sourcePorts: { from: 1, to: 2, invert: false },
      }),
    ).toHaveLength(1)
  })
  it('names the field of a bad address', () => {
    expect(forwardWith({ source: { network: '192.168.1.5/24', invert: false } })[0]).toMatch(
      /^chains\.1\.rules\.1\.source\.network: .*did you mean 192\.168\.1\.0\/24/,
    )
  })
  it('allows MASQ in forward and user chains only', () => {
    const masq = { ...anyRule(9), target: { verdict: 'MASQ' as const } }
    expect(faults((chains) => chains[0]!.rules.push(masq))[0]).toMatch(/MASQ belongs/)
    expect(
      faults((chains) => chains.push({ table: 'filter', name: 'mine', policy: null, rules: [masq] })),
    ).toEqual([])
  })
  it('refuses unknown and built-in chains as targets, double names and double ids', () => {
    expect(forwardWith({ target: { chain: 'nowhere' } })[0]).toMatch(/there is no chain nowhere/)
    expect(forwardWith({ target: { chain: 'input' } })[0]).toMatch(/built-in/)
    expect(
      faults((chains) => chains.push({ table: 'filter', name: 'input', policy: null, rules: [] }))[0],
    ).toMatch(/exists already/)
    expect(faults((chains) => chains[1]!.rules.push(anyRule(1)))[0]).toMatch(/used twice/)
  })
  it('finds a circle of jumps', () => {
    const jump = (id: number, chain: string): Rule => ({ ...anyRule(id), target: { chain } })
    const found = faults((chains) => {
      chains.push(
        { table: 'filter', name: 'a', policy: null, rules: [jump(10, 'b')] },
        { table: 'filter', name: 'b', policy: null, rules: [jump(11, 'a')] },
      )
    })
    expect(found).toEqual(['chains: chains call each other in a circle: a → b → a'])
  })
  it('keeps the built-in chains in their place', () => {
    expect(faults((chains) => chains.reverse()).length).toBeGreaterThan(0)
  })
})
