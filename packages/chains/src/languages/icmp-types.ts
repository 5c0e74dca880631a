/** Names of ICMP types as ipchains and iptables take them; both accept beginnings that are not ambiguous. */

export interface IcmpType {
  readonly name: string
  readonly type: number
  /** Null: every code. */
  readonly code: number | null
  /** For a test packet: code 0 will do. */
  readonly exact: boolean
}

const of = (name: string, type: number, code: number | null, exact = true): IcmpType => ({
  name,
  type,
  code,
  exact,
})

/** In the order of the listings; a name that another one begins with comes out ambiguous, as it did. */
export const IPCHAINS_ICMP: readonly IcmpType[] = [
  of('echo-reply', 0, null),
  of('pong', 0, null),
  of('destination-unreachable', 3, null, false),
  of('network-unreachable', 3, 0),
  of('host-unreachable', 3, 1),
  of('protocol-unreachable', 3, 2),
  of('port-unreachable', 3, 3),
  of('fragmentation-needed', 3, 4),
  of('source-route-failed', 3, 5),
  of('network-unknown', 3, 6),
  of('host-unknown', 3, 7),
  of('network-prohibited', 3, 9),
  of('host-prohibited', 3, 10),
  of('TOS-network-unreachable', 3, 11),
  of('TOS-host-unreachable', 3, 12),
  of('communication-prohibited', 3, 13),
  of('host-precedence-violation', 3, 14),
  of('precedence-cutoff', 3, 15),
  of('source-quench', 4, null),
  of('redirect', 5, null, false),
  of('network-redirect', 5, 0),
  of('host-redirect', 5, 1),
  of('TOS-network-redirect', 5, 2),
  of('TOS-host-redirect', 5, 3),
  of('echo-request', 8, null),
  of('ping', 8, null),
  of('router-advertisement', 9, null),
  of('router-solicitation', 10, null),
  of('time-exceeded', 11, null, false),
  of('ttl-exceeded', 11, null, false),
  of('ttl-zero-during-transit', 11, 0),
  of('ttl-zero-during-reassembly', 11, 1),
  of('parameter-problem', 12, null, false),
  of('ip-header-bad', 12, 0),
  of('required-option-missing', 12, 1),
  of('timestamp-request', 13, null),
  of('timestamp-reply', 14, null),
  of('address-mask-request', 17, null),
  of('address-mask-reply', 18, null),
]

/**
 * A whole name wins over longer ones that begin with it; the tools took such names (`redirect` has none, so nothing differs there).
 * @returns those whose name begins with the text
 */
export function icmpTypesNamed(text: string, types: readonly IcmpType[] = IPCHAINS_ICMP): IcmpType[] {
  const wanted = text.toLowerCase()
  return types.filter(({ name }) => name.toLowerCase().startsWith(wanted))
}
