import type { Interfaces, Role } from '@bauta/config'
import type { Action } from './action.ts'

const PARTS: Record<Role, string> = { lan: 'a LAN interface', wan: 'the WAN', unused: 'not used' }

export function interfaceActions(old: Interfaces, next: Interfaces): Action[] {
  const before = new Map(old.list.map(({ name, role }) => [name, role]))
  const after = new Map(next.list.map(({ name, role }) => [name, role]))
  const actions: Action[] = []
  for (const [name, role] of after)
    if ((before.get(name) ?? 'unused') !== role)
      actions.push({ noun: 'interfaces', text: `${name} is now ${PARTS[role]}` })
  for (const [name, role] of before)
    if (!after.has(name) && role !== 'unused') actions.push({ noun: 'interfaces', text: `${name} is let go` })
  return actions
}
