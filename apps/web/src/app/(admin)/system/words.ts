/** Words of the page System. */

/** `104 MB` → [`104`, `MB`] */
export function splitUnit(text: string): [figure: string, unit: string] {
  const at = text.lastIndexOf(' ')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** What each daemon does for the household, in one line. */
const WORK: Record<string, string> = {
  dnsmasq: 'names and addresses',
  dhcpcd: 'address from the provider',
  pppd: 'line to the provider',
  chronyd: 'the clock',
  unbound: 'encrypted DNS',
  sshd: 'a shell from the home network',
  'bauta-ssh': 'a shell from the home network',
}

export const workOf = (daemon: string): string => WORK[daemon] ?? 'a helper of the box'
