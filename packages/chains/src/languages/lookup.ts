/** Names on a command line: protocols and services from tables, hosts from whoever asked the DNS before. */

/** Answers at once: hosts are looked up by the caller (see `hostsIn`) and handed in. */
export interface Lookup {
  /** @returns addresses in dotted form, or null where there is no such host */
  host(name: string): readonly string[] | null
}

export const NO_HOSTS: Lookup = { host: () => null }

/** Names of /etc/protocols as far as a router meets them. */
const PROTOCOLS: Readonly<Record<string, number>> = {
  all: 0,
  ip: 0,
  icmp: 1,
  igmp: 2,
  ggp: 3,
  ipencap: 4,
  tcp: 6,
  egp: 8,
  igp: 9,
  udp: 17,
  hmp: 20,
  rdp: 27,
  ipv6: 41,
  rsvp: 46,
  gre: 47,
  esp: 50,
  'ipv6-crypt': 50,
  ah: 51,
  'ipv6-auth': 51,
  skip: 57,
  eigrp: 88,
  ospf: 89,
  pim: 103,
  ipcomp: 108,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
  udplite: 136,
}

/** @returns the number, or null for a name that nobody knows */
export function protocolNumber(name: string): number | null {
  const key = name.toLowerCase()
  return Object.hasOwn(PROTOCOLS, key) ? PROTOCOLS[key]! : null
}

/** Names of /etc/services that firewall scripts use; without a mark for TCP and UDP alike. */
const SERVICES: Readonly<Record<string, number | readonly [tcp: number | null, udp: number | null]>> = {
  tcpmux: [1, null],
  echo: 7,
  discard: 9,
  systat: [11, null],
  daytime: 13,
  netstat: [15, null],
  chargen: 19,
  'ftp-data': [20, null],
  ftp: [21, null],
  ssh: 22,
  telnet: [23, null],
  smtp: [25, null],
  mail: [25, null],
  time: 37,
  whois: [43, null],
  nicname: [43, null],
  domain: 53,
  nameserver: 53,
  bootps: 67,
  bootpc: 68,
  tftp: [null, 69],
  gopher: [70, null],
  finger: [79, null],
  http: [80, 80],
  www: [80, 80],
  kerberos: 88,
  'pop-2': [109, null],
  pop2: [109, null],
  'pop-3': [110, 110],
  pop3: [110, 110],
  sunrpc: 111,
  portmapper: 111,
  auth: [113, null],
  ident: [113, null],
  sftp: [115, null],
  nntp: [119, null],
  ntp: 123,
  'netbios-ns': 137,
  'netbios-dgm': 138,
  'netbios-ssn': 139,
  imap: [143, 143],
  imap2: [143, 143],
  snmp: 161,
  'snmp-trap': 162,
  snmptrap: 162,
  xdmcp: 177,
  bgp: [179, null],
  irc: 194,
  ldap: 389,
  https: [443, 443],
  'microsoft-ds': 445,
  ssmtp: [465, null],
  smtps: [465, null],
  isakmp: [null, 500],
  exec: [512, null],
  biff: [null, 512],
  login: [513, null],
  who: [null, 513],
  shell: [514, null],
  syslog: [null, 514],
  printer: [515, null],
  talk: [null, 517],
  ntalk: [null, 518],
  route: [null, 520],
  router: [null, 520],
  uucp: [540, null],
  rtsp: 554,
  submission: [587, null],
  ipp: 631,
  ldaps: [636, null],
  rsync: [873, null],
  imaps: [993, null],
  pop3s: [995, null],
  socks: 1080,
  openvpn: 1194,
  'ms-sql-s': 1433,
  'ms-sql-m': 1434,
  l2f: [null, 1701],
  l2tp: [null, 1701],
  pptp: [1723, null],
  radius: [null, 1812],
  'radius-acct': [null, 1813],
  nfs: 2049,
  squid: [3128, null],
  mysql: [3306, null],
  rdp: [3389, null],
  sip: 5060,
  'xmpp-client': [5222, null],
  postgresql: [5432, null],
  x11: [6000, null],
  ircd: [6667, null],
  webcache: [8080, null],
  'http-alt': [8080, null],
}

/** @param protocol 6 or 17 @returns the port, or null for a name that nobody knows */
export function servicePort(name: string, protocol: number): number | null {
  const entry = Object.hasOwn(SERVICES, name) ? SERVICES[name]! : null
  if (entry === null || typeof entry === 'number') return entry
  return entry[protocol === 17 ? 1 : 0]
}

/** @returns the number where the text is one within the bounds, written in decimal; null otherwise */
export function numberIn(text: string, low: number, high: number): number | null {
  if (!/^[+-]?\d{1,15}$/.test(text)) return null
  const value = Number(text)
  return value >= low && value <= high ? value : null
}
