/** `bauta helpers`: which protocol helpers read along, where, and how many connections use them now. */
import { HELPER_TITLES, HELPERS } from '@bauta/config'
import type { AppliedSettings, Counters } from '@bauta/control'
import { formatTable } from './format.ts'

export function formatHelpers(counters: Counters, { snapshot }: AppliedSettings): string {
  const attached = (name: string) =>
    counters.helpers.filter((entry) => entry.name === name).reduce((sum, entry) => sum + entry.attached, 0)
  const rows = snapshot.helpers.list.map(({ name, enabled, ports }) => [
    name,
    enabled ? 'on' : 'off',
    `${HELPERS[name].protocol} ${ports.join(',')}`,
    String(attached(name)),
    HELPER_TITLES[name],
  ])
  return formatTable([['Helper', '', 'Ports', 'Connections', ''], ...rows], [3])
}
