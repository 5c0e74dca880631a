/** What to do about a thing that needs attention, by its kind; the box tells what is so, this tells where to go. */

export interface Advice {
  text: string
  link?: { href: string; label: string }
}

const ADVICE: Record<string, Advice> = {
  'wan-down': { text: 'Check the cable to the modem and the modem itself; the box comes back by itself.' },
  'wan-changed': {
    text: 'Nothing to do: programs connect again by themselves.',
    link: { href: '/connections', label: 'Connections' },
  },
  'no-wan': { text: 'Give one interface the role WAN.' },
  'ports-low': {
    text: 'One device may be opening connections without end: sort by client. Shorter UDP timeouts free ports sooner.',
    link: { href: '/connections?sort=client&direction=asc', label: 'Who holds them?' },
  },
  'ports-exhausted': {
    text: 'New connections are refused until some end.',
    link: { href: '/connections?sort=client&direction=asc', label: 'Who holds them?' },
  },
  'table-full': {
    text: 'New connections are refused until some end.',
    link: { href: '/connections?sort=age&direction=desc', label: 'The oldest ones' },
  },
  'started-safe': {
    text: 'Save any setting, or restore an earlier revision, and the box has its settings back.',
    link: { href: '/changes', label: 'Earlier revisions' },
  },
  'dns-down': { text: 'Names are not found while it is down.', link: { href: '/dns', label: 'DNS' } },
  'dns-rebind': {
    text: 'If the name is yours, allow it to answer with private addresses.',
    link: { href: '/dns', label: 'Allow a name' },
  },
  'door-missing': { text: 'Restart the box. If it stays, the kernel lacks what Bauta needs.' },
}

export function adviceFor(kind: string): Advice | null {
  return ADVICE[kind] ?? null
}
