import { expect, it } from 'vitest'
import { makeRecoveryCode, recoveryHash } from './recovery-code.ts'

it('is four groups of letters that do not look alike, and never the same', () => {
  const codes = Array.from({ length: 500 }, makeRecoveryCode)
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/)
  expect(new Set(codes).size).toBe(500)
})

it('is read as people type it', () => {
  const hash = recoveryHash('0123A-BCDEF-GHJKM-NPQRS')
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  for (const typed of [
    '0123abcdefghjkmnpqrs',
    ' O1 23A bcdef-ghjkm-npqrs ',
    'oi23A-BCDEF-GHJKM-NPQRS',
    'ol23a-bcdef ghjkmnpqrs',
  ])
    expect(recoveryHash(typed), typed).toBe(hash)
  expect(recoveryHash('0123A-BCDEF-GHJKM-NPQRT')).not.toBe(hash)
})

it.each([
  '',
  'four plain words',
  '0123A-BCDEF-GHJKM-NPQR',
  '0123A-BCDEF-GHJKM-NPQRS0',
  'U123A-BCDEF-GHJKM-NPQRS',
])('does not take “%s” for one', (typed) => expect(recoveryHash(typed)).toBeNull())
