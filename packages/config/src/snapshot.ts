/** The whole of the settings as one value: what a revision stores, what the dataplane applies and reads back at start. */
import { z } from 'zod'
import { accessSchema, NO_ACCESS } from './access.ts'
import { dhcpSchema, NO_DHCP } from './dhcp.ts'
import { dialinSchema, NO_DIALIN } from './dialin.ts'
import { dnsSchema } from './dns.ts'
import { NO_FORWARDS } from './forward-protocols.ts'
import { forwardsSchema } from './forwards.ts'
import { HELPERS_AT_FIRST, helpersSchema } from './helpers.ts'
import { interfacesSchema } from './interfaces.ts'
import { INTERNET_BY_SYSTEM, internetSchema } from './internet.ts'
import { LAN_BY_SYSTEM, lanSchema } from './lan.ts'
import { OFFLOAD_AT_FIRST, offloadSchema } from './offload.ts'
import { portsSchema } from './ports.ts'
import { PORT_PRESETS, TIMEOUT_PRESETS } from './presets.ts'
import { anyRule, rulesSchema } from './rules.ts'
import { NO_SHAPING, shapingSchema } from './shaping.ts'
import { TIME_BY_SYSTEM, timeSchema } from './time.ts'
import { timeoutsSchema } from './timeouts.ts'

/** One noun, one schema; the key is the noun's name everywhere. */
export const nouns = {
  interfaces: interfacesSchema,
  rules: rulesSchema,
  forwards: forwardsSchema,
  helpers: helpersSchema,
  timeouts: timeoutsSchema,
  ports: portsSchema,
  offload: offloadSchema,
  shaping: shapingSchema,
  dns: dnsSchema,
  internet: internetSchema,
  lan: lanSchema,
  dhcp: dhcpSchema,
  dialin: dialinSchema,
  time: timeSchema,
  access: accessSchema,
} as const
export type Noun = keyof typeof nouns
export const NOUNS = Object.keys(nouns) as Noun[]

/** Settings written before a noun existed mean that the operating system cared for it, or what a fresh box has. */
export const snapshotSchema = z.strictObject({
  format: z.literal(1),
  ...nouns,
  forwards: forwardsSchema.default(NO_FORWARDS),
  helpers: helpersSchema.default(HELPERS_AT_FIRST),
  offload: offloadSchema.default(OFFLOAD_AT_FIRST),
  shaping: shapingSchema.default(NO_SHAPING),
  internet: internetSchema.default(INTERNET_BY_SYSTEM),
  lan: lanSchema.default(LAN_BY_SYSTEM),
  dhcp: dhcpSchema.default(NO_DHCP),
  dialin: dialinSchema.default(NO_DIALIN),
  time: timeSchema.default(TIME_BY_SYSTEM),
  access: accessSchema.default(NO_ACCESS),
})
export type Snapshot = z.infer<typeof snapshotSchema>

/**
 * The safe default: the household may reach the Internet and the box, nothing may come in uninvited.
 * @param interfaces known roles; with none, the rules stand ready and match nothing
 */
export function defaultSnapshot(interfaces: Snapshot['interfaces']['list'] = []): Snapshot {
  return {
    format: 1,
    interfaces: { list: interfaces },
    rules: {
      dialect: 'classic',
      chains: [
        {
          table: 'filter',
          name: 'input',
          policy: 'DENY',
          rules: [
            {
              ...anyRule(1),
              comment: 'the household may talk to the box and through it',
              inInterface: { name: '@lan', invert: false },
              target: { verdict: 'ACCEPT' },
            },
            {
              ...anyRule(2),
              comment: 'answers to connections that began inside',
              inInterface: { name: '@wan', invert: false },
              connection: 'known',
              target: { verdict: 'ACCEPT' },
            },
          ],
        },
        {
          table: 'filter',
          name: 'forward',
          policy: 'DENY',
          rules: [
            {
              ...anyRule(3),
              comment: 'the household goes out under one address',
              inInterface: { name: '@lan', invert: false },
              outInterface: { name: '@wan', invert: false },
              target: { verdict: 'MASQ' },
            },
          ],
        },
        { table: 'filter', name: 'output', policy: 'ACCEPT', rules: [] },
      ],
    },
    forwards: structuredClone(NO_FORWARDS),
    helpers: structuredClone(HELPERS_AT_FIRST),
    timeouts: { ...TIMEOUT_PRESETS.standard },
    ports: { ...PORT_PRESETS.standard },
    offload: { ...OFFLOAD_AT_FIRST },
    shaping: structuredClone(NO_SHAPING),
    dns: {
      enabled: true,
      upstreams: [],
      domains: [],
      hosts: [],
      localDomain: 'home.arpa',
      cacheSize: 10_000,
      rebindProtection: true,
      rebindAllow: [],
      transport: 'plain',
      tlsServers: [],
      blocklists: [],
      blockAllow: [],
      constant: [],
    },
    internet: structuredClone(INTERNET_BY_SYSTEM),
    lan: { ...LAN_BY_SYSTEM },
    dhcp: structuredClone(NO_DHCP),
    dialin: structuredClone(NO_DIALIN),
    time: structuredClone(TIME_BY_SYSTEM),
    access: structuredClone(NO_ACCESS),
  }
}

/** NTP pool servers of the vendor-neutral kind; any other may be set. */
const TIME_SERVERS = ['0.pool.ntp.org', '1.pool.ntp.org', '2.pool.ntp.org', '3.pool.ntp.org']

const INTERNET_BY_DHCP: Snapshot['internet'] = {
  use: 'Internet',
  connections: [
    {
      name: 'Internet',
      method: { kind: 'dhcp', hostname: null, mac: null },
      when: 'always',
      idleSeconds: 300,
    },
  ],
  dialers: [],
}

/**
 * What an appliance starts with, before anybody answered the wizard: the household network is there, the Internet is tried by
 * DHCP where a port leads out, nothing comes in.
 */
export function applianceSnapshot(interfaces: Snapshot['interfaces']['list']): Snapshot {
  const leadsOut = interfaces.some(({ role }) => role === 'wan')
  return {
    ...defaultSnapshot(interfaces),
    internet: structuredClone(leadsOut ? INTERNET_BY_DHCP : INTERNET_BY_SYSTEM),
    lan: { ...LAN_BY_SYSTEM, addressing: 'box' },
    dhcp: { ...structuredClone(NO_DHCP), enabled: true },
    time: { enabled: true, servers: [...TIME_SERVERS], serve: true, zone: 'UTC' },
  }
}

/** One thing wrong with a setting. `path` leads to the field, as in `['chains', 1, 'rules', 0, 'source', 'network']`. */
export interface Fault {
  path: (string | number)[]
  message: string
}

/** @returns the faults of a zod error, in order */
export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.map((issue) => ({
    path: issue.path.filter((part) => typeof part !== 'symbol'),
    message: issue.message,
  }))
}
