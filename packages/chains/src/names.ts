/** Names for numbers. Without `-n` a listing shows them; the tables of protocols and ICMP types are those of 2.2's ipchains. */

/** Where names of hosts and services come from; null for what has no name. */
export interface Names {
  host(address: number): string | null
  service(port: number, protocol: number): string | null
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'all',
  1: 'icmp',
  2: 'igmp',
  4: 'ipencap',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  89: 'ospf',
  103: 'pim',
  108: 'ipcomp',
  112: 'vrrp',
  132: 'sctp',
}

/** @returns the protocol's name in lower case, or its number */
export const protocolName = (protocol: number): string => PROTOCOLS[protocol] ?? String(protocol)

/** [type, code or null for every code, name] */
const ICMP_NAMES: readonly (readonly [number, number | null, string])[] = [
  [0, null, 'echo-reply'],
  [3, null, 'destination-unreachable'],
  [3, 0, 'network-unreachable'],
  [3, 1, 'host-unreachable'],
  [3, 2, 'protocol-unreachable'],
  [3, 3, 'port-unreachable'],
  [3, 4, 'fragmentation-needed'],
  [3, 5, 'source-route-failed'],
  [3, 6, 'network-unknown'],
  [3, 7, 'host-unknown'],
  [3, 9, 'network-prohibited'],
  [3, 10, 'host-prohibited'],
  [3, 11, 'TOS-network-unreachable'],
  [3, 12, 'TOS-host-unreachable'],
  [3, 13, 'communication-prohibited'],
  [3, 14, 'host-precedence-violation'],
  [3, 15, 'precedence-cutoff'],
  [4, null, 'source-quench'],
  [5, null, 'redirect'],
  [5, 0, 'network-redirect'],
  [5, 1, 'host-redirect'],
  [5, 2, 'TOS-network-redirect'],
  [5, 3, 'TOS-host-redirect'],
  [8, null, 'echo-request'],
  [9, null, 'router-advertisement'],
  [10, null, 'router-solicitation'],
  [11, null, 'time-exceeded'],
  [11, 0, 'ttl-zero-during-transit'],
  [11, 1, 'ttl-zero-during-reassembly'],
  [12, null, 'parameter-problem'],
  [12, 0, 'ip-header-bad'],
  [12, 1, 'required-option-missing'],
  [13, null, 'timestamp-request'],
  [14, null, 'timestamp-reply'],
  [17, null, 'address-mask-request'],
  [18, null, 'address-mask-reply'],
]

/** @param code null for every code of the type @returns the name that means exactly this, or null */
export function icmpName(type: number, code: number | null): string | null {
  return ICMP_NAMES.find((entry) => entry[0] === type && entry[1] === code)?.[2] ?? null
}

const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const

/** @returns `SYN,ACK`, or `NONE` */
export function tcpFlagNames(flags: number): string {
  return FLAG_NAMES.filter((_, bit) => (flags >>> bit) & 1).join(',') || 'NONE'
}
