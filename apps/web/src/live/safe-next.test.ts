import { expect, it } from 'vitest'
import { loginPath, safeNext } from './safe-next.ts'

it.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '',
  null,
  '/login',
  '/setup?x=1',
])('goes home instead of to %s', (next) => expect(safeNext(next)).toBe('/'))

it('returns to where one was, with the filter', () => {
  const here = '/connections?q=device%3Atv&sort=bytes'
  const query = new URL(loginPath(here, 'ended'), 'http://box').searchParams
  expect(safeNext(query.get('next'))).toBe(here)
  expect(query.get('why')).toBe('ended')
  expect(loginPath('/')).toBe('/login')
})
