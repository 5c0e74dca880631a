import { describe, expect, it } from 'vitest'
import { effectiveLength, strengthOf } from './password-strength.ts'

describe('strengthOf', () => {
  it('counts down to the shortest length', () => {
    expect(strengthOf('').word).toBe('')
    expect(strengthOf('short').word).toBe('5 more characters')
    expect(strengthOf('ninechars').word).toBe('1 more character')
  })
  it('grows with length, not with kinds of characters', () => {
    expect(strengthOf('plumriver8').level).toBe(2)
    expect(strengthOf('plum river 84').level).toBe(3)
    expect(strengthOf('four plain words here').level).toBe(4)
  })
  it.each(['aaaaaaaaaaaaaa', '12345678901234', 'abcdefghijkl', 'administrator'])('refuses %s', (password) => {
    expect(strengthOf(password, 'administrator').enough).toBe(false)
  })
})

it('does not count the name', () => {
  expect(effectiveLength('annaXQZanna', 'anna')).toBe(effectiveLength('XQZ', ''))
})
