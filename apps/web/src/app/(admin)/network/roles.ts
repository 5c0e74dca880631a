/** Interfaces of the settings and of the machine, as one list. */
import type { Interfaces, Role } from '@bauta/config'
import type { Status } from '@bauta/control/schemas'

export type Link = Status['interfaces'][number]

export interface Row {
  name: string
  role: Role
  /** Its place in the settings; -1 where it has none yet. */
  at: number
  link: Link | undefined
}

/** Those of the settings in their order, then what the machine has besides. */
export function rowsOf({ list }: Interfaces, links: readonly Link[]): Row[] {
  const listed = list.map(({ name, role }, at) => ({
    name,
    role,
    at,
    link: links.find((link) => link.name === name),
  }))
  const rest = links.filter(({ name }) => !list.some((entry) => entry.name === name))
  return [...listed, ...rest.map((link): Row => ({ name: link.name, role: 'unused', at: -1, link }))]
}

/** Gives a role; an interface that the settings do not know yet is added to them. */
export function setRole({ list }: Interfaces, name: string, role: Role): Interfaces {
  const at = list.findIndex((entry) => entry.name === name)
  return { list: at < 0 ? [...list, { name, role }] : list.with(at, { name, role }) }
}

export const forget = ({ list }: Interfaces, name: string): Interfaces => ({
  list: list.filter((entry) => entry.name !== name),
})

export interface LinkRate {
  /** bits per second */
  received: number
  sent: number
}

/** @returns bits per second by name; empty until there are two reports */
export function linkRates(older: Status | null, newer: Status): ReadonlyMap<string, LinkRate> {
  const seconds = older ? (newer.now - older.now) / 1000 : 0
  if (!older || seconds <= 0) return new Map()
  const rate = (before: number, after: number) => (after < before ? 0 : ((after - before) * 8) / seconds)
  return new Map(
    newer.interfaces.flatMap((link) => {
      const before = older.interfaces.find(({ name }) => name === link.name)
      if (!before) return []
      const rates = { received: rate(before.rxBytes, link.rxBytes), sent: rate(before.txBytes, link.txBytes) }
      return [[link.name, rates] as const]
    }),
  )
}
