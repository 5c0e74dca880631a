/**
 * Protocols that name addresses and ports inside what they say, each with the helper that reads along: which transport it
 * speaks, and the ports it is looked for on unless the settings say otherwise.
 */

export const HELPER_NAMES = [
  'ftp',
  'irc',
  'raudio',
  'rtsp',
  'vdolive',
  'cuseeme',
  'quake',
  'icq',
  'pptp',
  'h323',
  'tftp',
  'sip',
] as const
export type HelperName = (typeof HELPER_NAMES)[number]

export interface HelperKind {
  protocol: 'tcp' | 'udp'
  ports: readonly number[]
}

/** Ports: those of the 2.2 modules; IANA's where 2.2 had no such module. What 2.2's raudio did on port 554 is `rtsp` here. */
export const HELPERS: Readonly<Record<HelperName, HelperKind>> = {
  ftp: { protocol: 'tcp', ports: [21] },
  irc: { protocol: 'tcp', ports: [6667] },
  raudio: { protocol: 'tcp', ports: [7070] },
  rtsp: { protocol: 'tcp', ports: [554] },
  vdolive: { protocol: 'tcp', ports: [7000] },
  cuseeme: { protocol: 'udp', ports: [7648] },
  quake: { protocol: 'udp', ports: [26000, 27000] },
  icq: { protocol: 'udp', ports: [4000] },
  pptp: { protocol: 'tcp', ports: [1723] },
  h323: { protocol: 'tcp', ports: [1720] },
  tftp: { protocol: 'udp', ports: [69] },
  sip: { protocol: 'udp', ports: [5060] },
}
