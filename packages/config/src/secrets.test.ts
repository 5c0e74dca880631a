import { describe, expect, it } from 'vitest'
import { INTERNET_BY_SYSTEM, type Internet, internetSchema } from './internet.ts'
import { SECRET_KEPT, withoutSecrets, withSecrets } from './secrets.ts'

const stored: Internet = {
  use: 'DSL',
  connections: [
    {
      name: 'DSL',
      method: { kind: 'pppoe', user: 'u', password: 'tr0ub4dor', service: '', mtu: 'auto' },
      when: 'always',
      idleSeconds: 300,
    },
    ...INTERNET_BY_SYSTEM.connections,
  ],
  dialers: [{ name: 'child', passwordHash: '$argon2id$v=19$x', connections: ['DSL'] }],
}

describe('secrets of the settings', () => {
  it('never leave in what is shown', () => {
    const shown = JSON.stringify(withoutSecrets('internet', stored))
    expect(shown).not.toContain('tr0ub4dor')
    expect(shown).not.toContain('argon2id')
    expect(stored.connections[0]!.method).toMatchObject({ password: 'tr0ub4dor' })
  })
  it('stay as they are when the mark comes back', () => {
    expect(withSecrets('internet', withoutSecrets('internet', stored), stored)).toEqual(stored)
  })
  it('stay when the entry is renamed', () => {
    const shown = withoutSecrets('internet', stored)
    shown.connections[0]!.name = 'Fibre'
    expect(withSecrets('internet', shown, stored)).toMatchObject({
      connections: [{ name: 'Fibre', method: { password: 'tr0ub4dor' } }, {}],
    })
  })
  it('are taken as they come where somebody typed one', () => {
    const typed = structuredClone(stored)
    Object.assign(typed.connections[0]!.method, { password: 'new' })
    expect(withSecrets('internet', typed, stored)).toEqual(typed)
  })
  it('cannot be conjured up by a mark', () => {
    const shown = withoutSecrets('internet', stored)
    const nothing = withSecrets('internet', shown, INTERNET_BY_SYSTEM)
    expect(JSON.stringify(nothing)).not.toContain(SECRET_KEPT)
    expect(internetSchema.safeParse(nothing).success).toBe(false)
  })
})
