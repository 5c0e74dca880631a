import { expect, it } from 'vitest'
import { formatExpiry, ipchainsMasqListing } from './masq-listing.ts'
import { type MasqRow, parseMasquerade } from './masq-row.ts'

const WEB: MasqRow = {
  protocol: 6,
  client: 0xc0a86bdf,
  clientPort: 3160,
  server: 0xc314e3f1,
  serverPort: 80,
  masqPort: 62041,
  initSeq: 0,
  delta: 0,
  previousDelta: 0,
  expiresTicks: 23_794,
}
const DNS: MasqRow = {
  ...WEB,
  protocol: 17,
  client: 0xc0a8650e,
  clientPort: 1076,
  server: 0x1870f03c,
  serverPort: 53,
  masqPort: 62219,
  expiresTicks: 11_729,
}
const PING: MasqRow = {
  ...WEB,
  protocol: 1,
  client: 0xc0a80102,
  clientPort: 512,
  server: 0x1801f021,
  serverPort: 2048,
  masqPort: 61000,
  expiresTicks: 5999,
}
const FTP: MasqRow = {
  ...WEB,
  client: 0xc0a80102,
  clientPort: 1128,
  server: 0xd08c7063,
  serverPort: 21,
  masqPort: 63072,
  initSeq: 439_041_101,
  delta: 3,
  previousDelta: -2,
  expiresTicks: 89_999,
}

it('-M -L -n prints the golden lines', () => {
  expect(ipchainsMasqListing([WEB, DNS, PING], { numeric: true })).toBe(`IP masquerading entries
prot expire   source               destination          ports
TCP  03:57.94 192.168.107.223      195.20.227.241       3160 (62041) -> 80
UDP  01:57.29 192.168.101.14       24.112.240.60        1076 (62219) -> 53
ICMP 00:59.99 192.168.1.2          24.1.240.33          512 (61000) -> 8
`)
})

it('-M -L -n -v prints sequence numbers', () => {
  expect(ipchainsMasqListing([FTP], { numeric: true, verbose: true })).toBe(`IP masquerading entries
prot expire      initseq delta prevd source               destination          ports
TCP  14:59.99  439041101     3    -2 192.168.1.2          208.140.112.99       1128 (63072) -> 21
`)
})

it('has no header without connections', () => {
  expect(ipchainsMasqListing([])).toBe('IP masquerading entries\n')
})

it('takes names without -n: of hosts, and of services of TCP and UDP', () => {
  const names = {
    host: (address: number) => (address === 0xc0a80102 ? 'erbium' : null),
    service: (port: number) => (port === 21 || port === 8 ? 'ftp' : null),
  }
  expect(ipchainsMasqListing([FTP, PING], { names }).split('\n').slice(2)).toEqual([
    'TCP  14:59.99 erbium               208.140.112.99       1128 (63072) -> ftp',
    'ICMP 00:59.99 erbium               24.1.240.33          512 (61000) -> 8',
    '',
  ])
})

it('does not cap the minutes', () => {
  expect(formatExpiry(744_000)).toBe('124:00.00')
})

it('reads what /proc/net/ip_masquerade prints', () => {
  const text = `${'Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta PDelta Expires (free=1,2,3)'.padEnd(127)}
${'TCP C0A80102:0468 D08C7063:0015 F660 1A2B3C4D      3     -2   89999'.padEnd(127)}
${'ICMP C0A80102:0200 1801F021:0008 EE48 00000000      0      0    5999'.padEnd(127)}
${'IP_47 C0A80102:0000 1801F021:0000 0000 00000000      0      0      10'.padEnd(127)}
`
  const rows = parseMasquerade(text)
  expect(rows).toEqual([
    { ...FTP, masqPort: 0xf660, initSeq: 0x1a2b3c4d },
    PING,
    { ...PING, protocol: 47, clientPort: 0, serverPort: 0, masqPort: 0, expiresTicks: 10 },
  ])
  expect(() => parseMasquerade('header\nno such line\n')).toThrow(
    'not a line of ip_masquerade: “no such line”',
  )
})
