/** Interfaces as rules name them: a device, a prefix (`ppp+`), or every device of a role (`@lan`, `@wan`). */
import type { Role } from '@bauta/config'

export interface InterfaceEntry {
  /** Small number that packets carry instead of a name: 0 to 31. */
  readonly index: number
  readonly name: string
  readonly role: Role
}
export interface InterfaceTable {
  readonly list: readonly InterfaceEntry[]
}

/** The way in of a packet the box made, or the way out of one that has not been routed. */
export const NO_INTERFACE = -1

/** @param wanted as the rule writes it, without inversion */
export function interfaceMatches(wanted: string, entry: InterfaceEntry): boolean {
  if (wanted.startsWith('@')) return entry.role === wanted.slice(1)
  if (wanted.endsWith('+')) return entry.name.startsWith(wanted.slice(0, -1))
  return entry.name === wanted
}

/** @returns one bit for every interface that the name stands for; 0 while there is none */
export function interfaceMask(wanted: string, table: InterfaceTable): number {
  let mask = 0
  for (const entry of table.list) if (interfaceMatches(wanted, entry)) mask |= 1 << entry.index
  return mask
}

/** @returns the device behind a role when exactly one has it, otherwise the name as written */
export function resolveInterface(wanted: string, table: InterfaceTable | undefined): string {
  if (!wanted.startsWith('@') || !table) return wanted
  const found = table.list.filter((entry) => interfaceMatches(wanted, entry))
  return found.length === 1 ? found[0]!.name : wanted
}

/** @returns the name of an interface, for people */
export function interfaceName(index: number, table: InterfaceTable): string {
  if (index === NO_INTERFACE) return 'no interface'
  return table.list.find((entry) => entry.index === index)?.name ?? `interface ${index}`
}
