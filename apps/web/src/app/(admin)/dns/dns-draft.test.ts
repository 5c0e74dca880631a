import { defaultSnapshot } from '@bauta/config'
import { expect, it } from 'vitest'
import { allowDomain, hitShare, isAllowed, mergeDns, serversOf, spareName } from './dns-draft.ts'

const { dns } = defaultSnapshot()

it('allows a name once, and knows what lies below an allowed domain', () => {
  const allowed = allowDomain(dns, 'NAS.example.net.')
  expect(allowed.rebindAllow).toEqual(['nas.example.net'])
  expect(allowDomain(allowed, 'nas.example.net')).toBe(allowed)
  expect(isAllowed(allowed, 'disk.nas.example.net')).toBe(true)
  expect(isAllowed(allowed, 'xnas.example.net')).toBe(false)
  expect(isAllowed({ ...dns, rebindAllow: [''] }, 'anything')).toBe(false)
})

it('spares a name once', () => {
  const spared = spareName(dns, 'shop.example')
  expect(spared.blockAllow).toEqual(['shop.example'])
  expect(spareName(spared, 'shop.example')).toBe(spared)
})

it('reads several servers from one field', () => {
  expect(serversOf(' 9.9.9.9, 1.1.1.1:53;8.8.8.8 ')).toEqual(['9.9.9.9', '1.1.1.1:53', '8.8.8.8'])
  expect(serversOf('')).toEqual([])
})

it('joins host names that two people added', () => {
  const host = (name: string) => ({ name, address: '192.168.77.9' })
  const merged = mergeDns(
    dns,
    { ...dns, hosts: [host('nas')], cacheSize: 500 },
    { ...dns, hosts: [host('tv')], upstreams: ['9.9.9.9'] },
  )
  expect(merged.hosts.map(({ name }) => name)).toEqual(['nas', 'tv'])
  expect([merged.cacheSize, merged.upstreams]).toEqual([500, ['9.9.9.9']])
})

it('has no share before the first question', () => {
  expect(hitShare({ hits: 0, misses: 0 })).toBeNaN()
  expect(hitShare({ hits: 3, misses: 1 })).toBe(0.75)
})
