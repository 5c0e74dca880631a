import type { Ports } from '@bauta/config'
import type { Action } from './action.ts'

/** Connections keep the port they have; new ones get theirs from the new range. */
export function portActions(old: Ports, next: Ports): Action[] {
  const actions: Action[] = []
  if (old.from !== next.from || old.to !== next.to)
    actions.push({
      noun: 'ports',
      text: `new connections get ports ${next.from} to ${next.to} instead of ${old.from} to ${old.to}`,
    })
  if (old.counting !== next.counting)
    actions.push({
      noun: 'ports',
      text:
        next.counting === 'classic'
          ? 'free ports are counted as Linux 2.2 did'
          : 'free ports are counted exactly',
    })
  return actions
}
