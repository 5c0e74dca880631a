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
  it('follow a renamed entry when another is deleted in the same change', () => {
    const [dsl, other] = stored.connections as [
      Internet['connections'][number],
      Internet['connections'][number],
    ]
    const mobile = { ...structuredClone(dsl), name: 'Mobile' }
    Object.assign(mobile.method, { user: 'someone else', password: 'of the mobile one' })
    const three = { ...stored, connections: [dsl, mobile, other] }
    const shown = withoutSecrets('internet', three)
    shown.connections = shown.connections.slice(1)
    shown.connections[0]!.name = 'LTE'
    expect(withSecrets('internet', shown, three)).toMatchObject({
      connections: [{ name: 'LTE', method: { password: 'of the mobile one' } }, {}],
    })
  })
  it('are asked for again rather than guessed', () => {
    const twins = { ...stored, dialers: [stored.dialers[0]!, { ...stored.dialers[0]!, name: 'guest' }] }
    const shown = withoutSecrets('internet', twins)
    shown.dialers = [{ ...shown.dialers[1]!, name: 'aunt' }]
    const { dialers } = withSecrets('internet', shown, twins) as Internet
    expect(dialers[0]!.passwordHash).toBe('')
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
