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

test.each([
  [['10.2.0.1', '10.2.0.1'], 'constant.1', '10.2.0.1 is there twice'],
  [['10.2.0'], 'constant.0', '“10.2.0” is not an IPv4 address'],
  [['@dns1'], 'constant.0', '“@dns1” is not an IPv4 address'],
  [[''], 'constant.0', 'the address is missing'],
  [['0.0.0.0'], 'constant.0', /^0\.0\.0\.0 is an address that no machine can ask/],
  [['127.0.0.53'], 'constant.0', /^127\.0\.0\.53 is an address that no machine can ask/],
  [['10.2.0.1', '224.0.0.251'], 'constant.1', /that no machine can ask .*; write one such as 10\.2\.0\.1$/],
  [['255.255.255.255'], 'constant.0', /that no machine can ask/],
  [['10.2.0.1', '10.2.0.2', '10.2.0.3', '10.2.0.4'], 'constant', 'at most three addresses'],
])('constant DNS addresses %j are refused, with the reason at its place', (constant, path, message) => {
  const { issues } = dnsSchema.safeParse({ ...dns, constant }).error!
  expect(issues.map((issue) => issue.path.join('.'))).toContain(path)
  expect(issues.find((issue) => issue.path.join('.') === path)!.message).toMatch(message)
})

test('settings from before there were constant DNS addresses have none', () => {
  const { constant: _, ...before } = dns
  expect(dnsSchema.parse(before).constant).toEqual([])
  expect(
    dnsSchema.parse({ ...dns, constant: ['10.2.0.1', '1.1.1.1', '223.255.255.254'] }).constant,
  ).toHaveLength(3)
})
