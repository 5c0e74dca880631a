/** What to do about a condition that the box reports, by its kind: the box tells what is so, this tells where to go. */

export interface Advice {
  text: string
  link?: { href: string; label: string }
}

const HOLDERS = { href: '/connections?sort=client', label: 'Who holds them?' }

const ADVICE: Record<string, Advice> = {
  'no-interfaces': {
    text: 'Until then the box carries nothing.',
    link: { href: '/interfaces', label: 'Choose roles' },
  },
  'wan-down': {
    text: 'Check the cable to the modem and the modem itself; the box goes on by itself when the line is back.',
  },
  'ports-low': { text: 'One device may be opening connections without end.', link: HOLDERS },
  'table-full': { text: 'When it is full, new connections are refused until some end.', link: HOLDERS },
  'connections-refused': {
    text: 'Programs that were refused try again by themselves.',
    link: { href: '/counters', label: 'How often, and why' },
  },
  flood: {
    text: 'Look at the machine that is named. Nobody else was disturbed, and what was refused is counted under “flood” and “crowded”.',
    link: { href: '/counters', label: 'How often, and why' },
  },
  'dns-down': { text: 'Until it runs again, names are not found.', link: { href: '/dns', label: 'DNS' } },
  'started-safe': {
    text: 'The house can go out and nothing comes in. See which settings are in force, or restore earlier ones.',
    link: { href: '/changes', label: 'Changes' },
  },
  'packet-thread-restarted': {
    text: 'Nothing to do. If it happens again, please report it with the reason above.',
  },
  'lan-clash': {
    text: 'Your devices keep working once they have asked for an address again.',
    link: { href: '/network', label: 'Move the home network' },
  },
  'lan-moved': {
    text: 'Open the page under the new address; devices find it by themselves.',
    link: { href: '/network', label: 'Network' },
  },
  'no-wan': { text: 'Until then nobody gets out.', link: { href: '/network', label: 'Network' } },
  links: { text: 'Give the interfaces their roles anew.', link: { href: '/interfaces', label: 'Network' } },
}

export function adviceFor(kind: string): Advice | null {
  return ADVICE[kind] ?? null
}
