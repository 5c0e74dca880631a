import { describe, expect, it } from 'vitest'
import { ARGON2, hashPassword, passwordFault, verifyNothing, verifyPassword } from './password.ts'

describe('a kept password', () => {
  it('is argon2id with at least what ASVS 11.4.2 asks for, and a salt of its own', async () => {
    expect(ARGON2.memory).toBeGreaterThanOrEqual(47_104)
    const [first, second] = [await hashPassword('one and the same'), await hashPassword('one and the same')]
    expect(first).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(first).not.toBe(second)
  })
  it('opens with itself only, however its letters are composed', async () => {
    const kept = await hashPassword('schöne Grüße')
    expect(await verifyPassword('schöne Grüße'.normalize('NFD'), kept)).toBe(true)
    expect(await verifyPassword('schone Grusse', kept)).toBe(false)
    await expect(verifyPassword('x', 'plain text')).rejects.toThrow(/damaged/)
  })
  it('is worked on one at a time, also for names that do not exist', async () => {
    const kept = await hashPassword('long enough pass')
    const results = await Promise.all([
      verifyPassword('long enough pass', kept),
      verifyNothing('long enough pass'),
      verifyPassword('another password', kept),
    ])
    expect(results).toEqual([true, false, false])
  })
})

describe('a new password', () => {
  it.each(['short', 'äöüäöüäöü', '1234567890', '9876543210', 'abcdefghijkl', 'aaaaaaaaaaaa', 'abcabcabcabc'])(
    '%s is refused',
    (password) => expect(passwordFault(password, 'anna')).not.toBeNull(),
  )
  it.each(['Password1234', 'p@ssw0rd!!!!', 'qwertyuiop', 'Administrator1', 'changeme2026', 'annabella2026'])(
    '%s is among the first guesses',
    (password) => expect(passwordFault(password, 'annabella')).toMatch(/first/),
  )
  it.each(['three unrelated words', 'kzr5wq0vht', 'ein Dutzend Eier', 'x'.repeat(32) + 'y'.repeat(33)])(
    '%s is taken, without rules about its letters',
    (password) => expect(passwordFault(password, 'anna')).toBeNull(),
  )
})
