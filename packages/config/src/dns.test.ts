import { expect, test } from 'vitest'
import { dnsSchema } from './dns.ts'
import { defaultSnapshot } from './snapshot.ts'

const { dns } = defaultSnapshot()
const hosts = Array.from({ length: 2000 }, (_, i) => ({ name: `host-${i}`, address: '192.168.77.9' }))

test('a name that is listed twice is a fault at its second place, whatever its case', () => {
  const parsed = dnsSchema.safeParse({
    ...dns,
    hosts: [...hosts.slice(0, 3), { name: 'HOST-1', address: '192.168.77.8' }],
    domains: ['a.example', 'b.example', 'A.example'].map((domain) => ({ domain, servers: ['9.9.9.9'] })),
  })
  expect(parsed.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
    ['hosts.3.name', 'HOST-1 is listed twice'],
    ['domains.2.domain', 'A.example is listed twice'],
  ])
})

/** Settings are checked at every look at them: in the form, at the API, at the socket, out of the database. */
test('as many names as are allowed are checked in an instant', () => {
  const times = [1, 2, 3, 4, 5].map(() => {
    const start = performance.now()
    expect(dnsSchema.safeParse({ ...dns, hosts }).success).toBe(true)
    return performance.now() - start
  })
  expect(Math.min(...times)).toBeLessThan(60)
})
