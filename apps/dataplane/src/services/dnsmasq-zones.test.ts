import { isName } from '@bauta/config'
import { expect, test } from 'vitest'
import { NEVER_FORWARDED } from './dnsmasq-zones.ts'

test('every zone is a name, in lower case, once', () => {
  expect(new Set(NEVER_FORWARDED).size).toBe(NEVER_FORWARDED.length)
  for (const zone of NEVER_FORWARDED) {
    expect(isName(zone), zone).toBe(true)
    expect(zone).toBe(zone.toLowerCase())
  }
})

test('the private networks are there whole: RFC 1918, RFC 6598', () => {
  const inside = (address: string) => {
    const reverse = `${address.split('.').reverse().join('.')}.in-addr.arpa`
    return NEVER_FORWARDED.some((zone) => reverse.endsWith(`.${zone}`) || reverse === zone)
  }
  for (const local of [
    '10.0.0.1',
    '10.255.9.9',
    '172.16.0.1',
    '172.31.255.1',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.1.1',
    '127.0.0.1',
    '169.254.1.1',
  ])
    expect(inside(local), local).toBe(true)
  for (const foreign of [
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '192.167.1.1',
    '9.9.9.9',
    '1.10.1.1',
  ])
    expect(inside(foreign), foreign).toBe(false)
})

test('the zones of ::1 and :: have all their labels', () => {
  for (const zone of NEVER_FORWARDED.filter((zone) => /^[01]\.0\./.test(zone) && zone.endsWith('ip6.arpa')))
    expect(zone.split('.')).toHaveLength(34)
})
