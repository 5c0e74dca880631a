/**
 * Zones that never leave the house: questions about them mean something here or nothing, and tell others what is in the house.
 * A name in one of them that nobody here knows does not exist.
 */

/** Names. */
const NAMES = [
  'localhost', // RFC 6761 section 6.3
  'invalid', // RFC 6761 section 6.4
  'test', // RFC 6761 section 6.2
  'local', // RFC 6762 section 22.1: multicast DNS
  'onion', // RFC 7686
  'home.arpa', // RFC 8375
  'resolver.arpa', // RFC 9462 section 6.4
  'service.arpa', // RFC 9665
  'alt', // RFC 9476
  'internal', // set aside by ICANN in 2024 for private use
  // What so many routers call the house that ICANN will not delegate them (2018); `bauta.lan` is ours.
  'lan',
  'home',
  'corp',
  'mail',
] as const

/** `name.in-addr.arpa` for every second byte from `from` to `to`, as in 16.172.in-addr.arpa. */
const second = (first: number, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}.${first}.in-addr.arpa`)

/** Addresses that mean something only where they are used: RFC 6303 section 4, RFC 7793 for 100.64.0.0/10. */
const REVERSE = [
  '10.in-addr.arpa',
  ...second(172, 16, 31),
  '168.192.in-addr.arpa',
  ...second(100, 64, 127),
  '0.in-addr.arpa',
  '127.in-addr.arpa',
  '254.169.in-addr.arpa',
  '2.0.192.in-addr.arpa',
  '100.51.198.in-addr.arpa',
  '113.0.203.in-addr.arpa',
  '255.255.255.255.in-addr.arpa',
  // ::, ::1, fd00::/8, fe80::/10, 2001:db8::/32
  `${'0.'.repeat(32)}ip6.arpa`,
  `1.${'0.'.repeat(31)}ip6.arpa`,
  'd.f.ip6.arpa',
  '8.e.f.ip6.arpa',
  '9.e.f.ip6.arpa',
  'a.e.f.ip6.arpa',
  'b.e.f.ip6.arpa',
  '8.b.d.0.1.0.0.2.ip6.arpa',
]

export const NEVER_FORWARDED: readonly string[] = [...NAMES, ...REVERSE]
