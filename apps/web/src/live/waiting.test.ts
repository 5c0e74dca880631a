import { expect, it } from 'vitest'
import { keepLink, readKeepLink } from './waiting.ts'

const WAITING = { revision: 8, endsAt: 0, at: '10.77.0.1', code: 'A_b-'.repeat(10) }

it('the link to the new address says which change, and proves who made it', () => {
  const link = new URL(keepLink(WAITING, ''))
  expect([link.host, link.pathname]).toEqual(['10.77.0.1', '/keep'])
  expect(readKeepLink(link.hash)).toEqual({ revision: 8, code: WAITING.code })
  expect(new URL(keepLink(WAITING, '8080')).host).toBe('10.77.0.1:8080')
})

it('any other hash is none', () => {
  for (const hash of ['', '#8', '#8.short', '#x.aaaaaaaaaaaaaaaaaaaaaaaa', '#8.a b'])
    expect(readKeepLink(hash)).toBeNull()
})
