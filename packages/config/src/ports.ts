/**
 * Masquerading itself: the ports it may use on the WAN address (both ends inclusive, the same range for TCP, UDP and ICMP ids), how it
 * takes them, how many connections one machine may have and open, and what becomes of connections when the WAN address goes.
 */
import { z } from 'zod'
import { PORT_PRESETS } from './presets.ts'

/** See `linkDown`. */
export const LINK_DOWN = ['wait', 'forget', 'keep'] as const

const port = z
  .int('a port is a whole number')
  .min(1024, 'ports below 1024 belong to the box')
  .max(65535, 'the highest port is 65535')

export const portsSchema = z
  .strictObject({
    from: port,
    to: port,
    /**
     * How ports are taken and counted. `exact`: one for every LAN socket, at random, none shared. `classic`, as 2.2 did it: by one
     * cursor through the range, TCP ports used again toward other servers, and as free counts ten times the range, less one per port.
     */
    counting: z.enum(['exact', 'classic']),
    /** ip_masq_udp_dloose: a UDP port has one entry for all servers, and everybody may send to it. Only with `classic`. */
    looseUdp: z.boolean().default(false),
    /** How many connections a LAN machine may have at a time (RFC 6888 REQ-4); 0: as many as it likes. */
    perMachine: z
      .int('a number of connections')
      .min(0, '0 for no limit, or at least 16')
      .max(1_000_000, 'at most 1000000')
      .refine(
        (most) => most === 0 || most >= 16,
        'at least 16: a single web page opens that many; 0 for no limit',
      )
      .default(PORT_PRESETS.standard.perMachine),
    /**
     * How many connections a machine may open in a second, in the long run; twice as many at once. 0: as many as it likes. A browser opens
     * a hundred at its start, a scan of the whole house some thousands; what a flood sends beyond is dropped before the packet thread sees it
     * (packages/door/bpf/flood.h).
     */
    perSecond: z
      .int('a number of connections')
      .min(0, '0 for no limit, or at least 100')
      .max(1_000_000, 'at most 1000000')
      .refine(
        (most) => most === 0 || most >= 100,
        'at least 100: a browser opens that many at its start; 0 for no limit',
      )
      .default(PORT_PRESETS.standard.perSecond),
    /**
     * What becomes of masqueraded connections when the WAN loses its address. `wait`: they end when another address comes. `forget`:
     * they end at once, as MASQUERADE of netfilter does it. `keep`: they stay until they time out, as in 2.2.
     */
    linkDown: z.enum(LINK_DOWN).default('wait'),
    /** ip_dynaddr: what has had no answer yet goes on under the new address when it is sent again. Matters where connections are kept. */
    dynaddr: z.boolean().default(false),
    /**
     * Whether the rules are read again when the line has come up, and when it has gone down, as Debian's ipmasq did from pppd's scripts: counters
     * of rules and policies begin at zero, limits have all their room again, every live connection is judged anew. Rules follow the
     * line without it.
     */
    rereadUp: z.boolean().default(false),
    rereadDown: z.boolean().default(false),
  })
  .superRefine(({ from, to }, context) => {
    if (to - from < 63)
      context.addIssue({
        code: 'custom',
        path: ['to'],
        message: `the range ${from} to ${to} is too small; give at least 64 ports`,
      })
  })

export type Ports = z.infer<typeof portsSchema>
