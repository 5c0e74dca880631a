/** What a preset stands for. Without a schema, because the packet thread knows these and reads no schema at its start. */

/** Masquerading's ports, see ports.ts. */
export const PORT_PRESETS = {
  /** As many as the box can give: everything that is not privileged. */
  standard: {
    from: 1024,
    to: 65535,
    counting: 'exact',
    looseUdp: false,
    perMachine: 32_768,
    perSecond: 5000,
    linkDown: 'wait',
    dynaddr: false,
    rereadUp: false,
    rereadDown: false,
  },
  /** Linux 2.2: PORT_MASQ_BEGIN to PORT_MASQ_END - 1; free counters start at 4096 × PORT_MASQ_MUL. */
  classic: {
    from: 61000,
    to: 65095,
    counting: 'classic',
    looseUdp: true,
    perMachine: 0,
    perSecond: 0,
    linkDown: 'keep',
    dynaddr: false,
    rereadUp: false,
    rereadDown: false,
  },
} as const

/** Seconds, see timeouts.ts. */
export const TIMEOUT_PRESETS = {
  /** RFC 5382 REQ-5 (2 h 4 min; 4 min for closing), RFC 4787 REQ-5 (5 min recommended), RFC 5508 REQ-2 (60 s). */
  standard: { tcp: 7440, tcpfin: 240, udp: 300, icmp: 60, refreshInbound: true },
  /** Linux 2.2: the masq timeout table of ip_masq.c. */
  classic: { tcp: 900, tcpfin: 120, udp: 300, icmp: 60, refreshInbound: true },
} as const
