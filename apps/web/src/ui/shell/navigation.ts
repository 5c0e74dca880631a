/**
 * The pages, in their order and in groups: the household now, its ways, what is allowed, the box. `key` is the first letter of the name
 * that no page before it took; it follows `g`. `short`: where the thumb's bar has no room for the name.
 */
export const GROUPS = [
  [
    { href: '/', label: 'Home', key: 'h' },
    { href: '/devices', label: 'Devices', key: 'd' },
    { href: '/connections', label: 'Connections', key: 'c' },
  ],
  [
    { href: '/internet', label: 'Internet', key: 'i' },
    { href: '/network', label: 'Network', key: 'n' },
    { href: '/dns', label: 'DNS', key: 's' },
  ],
  [
    { href: '/forwards', label: 'Port forwarding', short: 'Forwards', key: 'p' },
    { href: '/helpers', label: 'Helpers', key: 'e' },
    { href: '/rules', label: 'Rules', key: 'r' },
    { href: '/timeouts', label: 'Timeouts', key: 't' },
    { href: '/counters', label: 'Counters', key: 'o' },
    { href: '/why', label: 'Why?', key: 'w' },
    { href: '/monitor', label: 'Monitor', key: 'm' },
  ],
  [
    { href: '/changes', label: 'Changes', key: 'a' },
    { href: '/system', label: 'System', key: 'y' },
  ],
] as const

export const PAGES = GROUPS.flat()

export type Page = (typeof PAGES)[number]

/** @returns the name that fits under the thumb */
export const shortName = (page: Page): string => ('short' in page ? page.short : page.label)

/** What the thumb reaches on a phone; the rest is under “More”. */
export const PHONE_PAGES: readonly string[] = ['/', '/devices', '/connections', '/internet']

export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
