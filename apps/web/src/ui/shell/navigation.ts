/** The pages, in their order. `key` is the first letter of the name that no page before it took; it follows `g`. */
export const PAGES = [
  { href: '/', label: 'Home', key: 'h' },
  { href: '/connections', label: 'Connections', key: 'c' },
  { href: '/rules', label: 'Rules', key: 'r' },
  { href: '/timeouts', label: 'Timeouts', key: 't' },
  { href: '/dns', label: 'DNS', key: 'd' },
  { href: '/interfaces', label: 'Network', key: 'n' },
  { href: '/counters', label: 'Counters', key: 'o' },
  { href: '/changes', label: 'Changes', key: 'a' },
] as const

export type Page = (typeof PAGES)[number]

/** What the thumb reaches on a phone; the rest is under “More”. */
export const PHONE_PAGES: readonly string[] = ['/', '/connections', '/rules', '/dns']

export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
