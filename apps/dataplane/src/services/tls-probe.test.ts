import { expect, test } from 'vitest'
import { probeTls, words } from './tls-probe.ts'

test.each([
  'ETIMEDOUT',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EWHATEVER',
])('%s is told as a sentence about the server', (code) => {
  expect(words(code, '9.9.9.9', 'dns.quad9.net')).toMatch(/9\.9\.9\.9/)
})

test('without a list of authorities nobody can be believed', async () => {
  expect(await probeTls({ address: '127.0.0.1', name: 'a.example' }, '/none')).toMatch(
    /install ca-certificates/,
  )
})
