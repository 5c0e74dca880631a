/**
 * The users of the image. Their numbers are fixed, because files on the data partition outlive the root that knows their names.
 * Nobody has a password; root may come in by a key, once SSH is switched on.
 */
interface User {
  name: string
  id: number
  group: string
  home?: string
  shell?: string
}

const NOLOGIN = '/usr/sbin/nologin'

/** `bauta`: whoever may talk to the dataplane. The other numbers below 200 are Debian's; udev's rules name these groups. */
export const GROUPS: Record<string, number> = {
  root: 0,
  daemon: 1,
  adm: 4,
  tty: 5,
  disk: 6,
  lp: 7,
  kmem: 15,
  dialout: 20,
  cdrom: 24,
  tape: 26,
  audio: 29,
  dip: 30,
  shadow: 42,
  utmp: 43,
  video: 44,
  users: 100,
  'systemd-journal': 190,
  input: 191,
  kvm: 192,
  render: 193,
  sgx: 194,
  clock: 195,
  bauta: 900,
  'bauta-web': 901,
  dnsmasq: 902,
  unbound: 903,
  _chrony: 904,
  dhcpcd: 905,
  sshd: 906,
  nogroup: 65534,
}

export const USERS: User[] = [
  { name: 'root', id: 0, group: 'root', home: '/root', shell: '/bin/sh' },
  { name: 'daemon', id: 1, group: 'daemon' },
  { name: 'bauta-web', id: 901, group: 'bauta-web' },
  { name: 'dnsmasq', id: 902, group: 'dnsmasq' },
  { name: 'unbound', id: 903, group: 'unbound' },
  { name: '_chrony', id: 904, group: '_chrony' },
  // where it locks itself in
  { name: 'dhcpcd', id: 905, group: 'dhcpcd', home: '/usr/lib/dhcpcd' },
  { name: 'sshd', id: 906, group: 'sshd' },
  { name: 'nobody', id: 65534, group: 'nogroup' },
]

/** File name below /etc to text. */
export function accountFiles(): Record<string, string> {
  const passwd = USERS.map(
    ({ name, id, group, home = '/nonexistent', shell = NOLOGIN }) =>
      `${name}:x:${id}:${GROUPS[group]}:${name}:${home}:${shell}`,
  )
  const groups = Object.entries(GROUPS).map(([name, id]) => `${name}:x:${id}:`)
  // `*` is no hash of anything: no password fits. (`!` would lock root for SSH keys too.)
  const shadow = USERS.map(({ name }) => `${name}:*:20000:0:99999:7:::`)
  return { passwd: text(passwd), group: text(groups), shadow: text(shadow) }
}

const text = (lines: string[]) => `${lines.join('\n')}\n`
