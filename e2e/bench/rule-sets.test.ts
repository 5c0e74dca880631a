import { defaultSnapshot, rulesSchema } from '@bauta/config'
import { expect, it } from 'vitest'
import { nftRules, withRules } from './rule-sets.ts'

const fresh = defaultSnapshot()
const countOf = ({ rules }: typeof fresh) =>
  rules.chains.filter(({ name }) => name.startsWith('bench')).flatMap((chain) => chain.rules).length

it.each([1, 200, 5000])('%i rules are legal settings, in front of what lets the household out', (count) => {
  const snapshot = withRules(fresh, count)
  expect(rulesSchema.safeParse(snapshot.rules).error).toBeUndefined()
  expect(countOf(snapshot)).toBe(count)
  const forward = snapshot.rules.chains.find(({ name }) => name === 'forward')!
  expect(forward.rules.at(-1)).toEqual(fresh.rules.chains[1]!.rules[0])
  expect(forward.rules.slice(0, -1).map(({ target }) => target)).toEqual(
    Array.from({ length: Math.ceil(count / 2000) }, (_, i) => ({ chain: `bench${i}` })),
  )
})

it('other rules take the place of those before', () => {
  expect(withRules(withRules(fresh, 5000), 200)).toEqual(withRules(fresh, 200))
})

it('nftables gets the same rules, after the one for what is established', () => {
  const lines = nftRules(5000).split('\n')
  const drops = lines.filter((line) => line.endsWith(' drop'))
  expect(drops).toHaveLength(5000)
  expect(new Set(drops).size).toBe(5000)
  expect(drops[0]).toBe('ip saddr 10.0.0.0 tcp dport 1024 drop')
  const rules = withRules(fresh, 5000).rules.chains.flatMap((chain) => chain.rules)
  for (const [i, source, port] of [
    [0, '10.0.0.0', 1024],
    [4999, '10.0.19.135', 6023],
  ] as const) {
    expect(drops[i]).toContain(`ip saddr ${source} `)
    expect(drops[i]).toContain(`dport ${port} drop`)
    expect(
      rules.some((rule) => rule.source?.network === source && rule.destinationPorts?.from === port),
    ).toBe(true)
  }
  expect(lines.indexOf('ct state established,related accept')).toBeLessThan(lines.indexOf(drops[0]!))
})
