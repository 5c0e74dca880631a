/**
 * What travels over the dataplane's unix socket: JSON described by these schemas.
 *
 *   GET    /v1/status                    Status
 *   GET    /v1/connections?…             ConnectionPage      (ConnectionQuery as the query string)
 *   GET    /v1/connections/stream?…      SSE, event "page": ConnectionPage every second
 *   GET    /v1/status/stream             SSE, event "status": Status every second
 *   DELETE /v1/connections/<id>          {ended: true} | 404
 *   GET    /v1/settings                  AppliedSettings: what the box runs on now
 *   POST   /v1/apply                     ApplyRequest → ApplyReply | 422 Refusal | 507 Refusal: it could not be written to the disk
 *   POST   /v1/check                     ApplyRequest → ApplyReply (dry run: nothing changes)
 *   POST   /v1/confirm                   ConfirmRequest → AppliedSettings | 409 Refusal: nothing waits, or another revision does
 *   GET    /v1/counters                  Counters
 *   GET    /v1/counters/stream           SSE, event "counters": Counters every second
 *   GET    /v1/dns                       DnsStatus
 *   GET    /v1/dns/why?name=…            DnsVerdict: whether a name is blocked, by which lists
 *   POST   /v1/dns/blocklists/fetch      {begun: true}: every list is fetched now
 *   POST   /v1/trace                     TraceRequest → TraceReply: what would happen to a packet; see trace.ts
 *   The live packet monitor: monitor.ts
 *   Internet connections: internet.ts; home network and devices: household.ts; the machine itself: system.ts
 *   GET    /proc/net/…                   text/plain, byte for byte what Linux 2.2 printed
 *   GET    /metrics                      Prometheus text format
 *
 * Units: bytes, packets, seconds (floating), bits per second. Addresses are dotted quads. Times are ms since 1970.
 */
import { HELPER_NAMES, snapshotSchema } from '@bauta/config'
import { z } from 'zod'

export * from './dialin.ts'
export * from './expectations.ts'
export * from './forwards.ts'
export * from './household.ts'
export * from './internet.ts'
export * from './monitor.ts'
export * from './shaping.ts'
export * from './system.ts'
export * from './trace.ts'

export const applyRequestSchema = z.strictObject({
  revision: z.int().min(0),
  snapshot: snapshotSchema,
  /** The box goes back by itself after so many seconds unless somebody confirms; see confirm.ts of the dataplane. */
  confirmSeconds: z.int().min(10).max(600).optional(),
})
export type ApplyRequest = z.infer<typeof applyRequestSchema>

/** Settings in force that wait for somebody to say that he is still there. */
export const pendingSchema = z.object({
  revision: z.int(),
  /** ms since 1970, when it began and when it ends */
  since: z.number(),
  until: z.number(),
})
export type Pending = z.infer<typeof pendingSchema>

/** Nobody confirmed a revision, or somebody took it back: the settings before it are in force again. */
export const wentBackSchema = z.object({ revision: z.int(), at: z.number(), why: z.enum(['time', 'asked']) })
export type WentBack = z.infer<typeof wentBackSchema>

/** What the dataplane keeps of an apply, to start from. */
export const appliedFileSchema = z.strictObject({
  revision: z.int().min(0),
  snapshot: snapshotSchema,
  /** The settings from before, while those in force wait to be confirmed. */
  waiting: z
    .strictObject({
      since: z.number(),
      until: z.number(),
      before: z.strictObject({ revision: z.int().min(0), snapshot: snapshotSchema }),
    })
    .nullable()
    .default(null),
  wentBack: wentBackSchema.nullable().default(null),
})
export type AppliedFile = z.infer<typeof appliedFileSchema>
export type Waiting = NonNullable<AppliedFile['waiting']>

/** The settings that the dataplane runs on, and the revision they are of. */
export const appliedSettingsSchema = z.object({
  revision: z.int().min(0),
  snapshot: snapshotSchema,
  pending: pendingSchema.nullable().default(null),
  /** Until the next apply. */
  wentBack: wentBackSchema.nullable().default(null),
})

export const confirmRequestSchema = z.strictObject({
  /** The one that waits. */
  revision: z.int(),
  /** False: go back at once. */
  keep: z.boolean(),
})
export type ConfirmRequest = z.infer<typeof confirmRequestSchema>
export type AppliedSettings = z.infer<typeof appliedSettingsSchema>

export const applyReplySchema = z.object({
  revision: z.int(),
  /** What was done (or would be), in words, in order. */
  actions: z.array(z.string()),
  /** Live connections cut (or that would be) because their verdict changed. */
  cut: z.int(),
  /** Where the request asked for a confirmation. */
  pending: pendingSchema.nullish(),
})
export type ApplyReply = z.infer<typeof applyReplySchema>

const faultSchema = z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })
export const refusalSchema = z.object({ message: z.string(), faults: z.array(faultSchema) })
export type Refusal = z.infer<typeof refusalSchema>

export const interfaceStatusSchema = z.object({
  name: z.string(),
  role: z.enum(['lan', 'wan', 'unused']),
  /** `up`, `down`, or `absent` where the kernel has no such device now. */
  state: z.enum(['up', 'down', 'absent']),
  /** `a.b.c.d/bits`, primary first */
  addresses: z.array(z.string()),
  mtu: z.int(),
  mac: z.string().nullable(),
  rxBytes: z.number(),
  txBytes: z.number(),
  rxPackets: z.number(),
  txPackets: z.number(),
})

export const attentionSchema = z.object({
  /** stable name of the kind, e.g. `ports-low`, `wan-down`, `started-safe` */
  kind: z.string(),
  level: z.enum(['info', 'warn', 'error']),
  /** one sentence for people */
  text: z.string(),
  since: z.number(),
})
export type Attention = z.infer<typeof attentionSchema>

export const statusSchema = z.object({
  version: z.string(),
  /** of the dataplane process, ms since 1970 */
  startedAt: z.number(),
  now: z.number(),
  revision: z.int(),
  /** false while running on the safe default because no snapshot could be read */
  settingsLoaded: z.boolean(),
  online: z.boolean(),
  /** ms since 1970, of the current online/offline state */
  onlineSince: z.number(),
  wan: z.object({
    interface: z.string().nullable(),
    address: z.string().nullable(),
    mtu: z.int(),
    mss: z.int(),
    gateway: z.string().nullable(),
  }),
  interfaces: z.array(interfaceStatusSchema),
  connections: z.object({
    total: z.int(),
    tcp: z.int(),
    udp: z.int(),
    icmp: z.int(),
    capacity: z.int(),
    opened: z.number(),
    expired: z.number(),
  }),
  /** Free masquerade ports as 2.2 printed them: UDP, TCP, ICMP; and how many there are in all. */
  freePorts: z.object({ udp: z.int(), tcp: z.int(), icmp: z.int(), capacity: z.int() }),
  /** Bits per second through the WAN, over the last second. */
  rate: z.object({ down: z.number(), up: z.number(), packetsDown: z.number(), packetsUp: z.number() }),
  /** The last 300 seconds of `rate`, oldest first. */
  history: z.array(z.object({ at: z.number(), down: z.number(), up: z.number() })),
  devices: z.int(),
  dns: z.object({ running: z.boolean(), queries: z.number(), hits: z.number(), upstreams: z.int() }),
  attention: z.array(attentionSchema),
  /** Settings that wait to be confirmed, and those that were taken back just now. */
  pending: pendingSchema.nullable().default(null),
  wentBack: wentBackSchema.nullable().default(null),
  /** Share of one CPU that the packet thread used in the last second, 0 to 1. */
  load: z.number(),
})
export type Status = z.infer<typeof statusSchema>

export const CONNECTION_SORTS = [
  'expires',
  'rate',
  'bytes',
  'age',
  'client',
  'server',
  'protocol',
  'state',
] as const

/** The query string of the connection pages; also the URL of the page in the browser. */
export const connectionQuerySchema = z.object({
  /** Filter words, all must hold: `proto:udp`, `client:192.168.1.2`, `device:tv`, `server:…`, `port:443` (client, masq or server), `state:EST`, `rule:4`, or free text found in any of those. */
  q: z.string().max(500).default(''),
  sort: z.enum(CONNECTION_SORTS).default('rate'),
  direction: z.enum(['asc', 'desc']).default('desc'),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export type ConnectionQuery = z.infer<typeof connectionQuerySchema>

export const connectionSchema = z.object({
  /** `slot.generation`: names this connection and no later one in the same slot */
  id: z.string(),
  protocol: z.enum(['TCP', 'UDP', 'ICMP', 'GRE', 'ESP', 'OTHER']),
  /** `masq`: of a LAN machine; `box`: the box's own; `forward`: let in, or turned round inside, by a forward or an open mapping */
  kind: z.enum(['masq', 'box', 'forward']),
  client: z.string(),
  clientPort: z.int(),
  /** Name of the device, where one is known. */
  device: z.string().nullable(),
  wan: z.string(),
  masqPort: z.int(),
  server: z.string(),
  /** Whom the client addressed, where the destination was translated. */
  asked: z.object({ address: z.string(), port: z.int() }).nullable().default(null),
  /** For ICMP: type*256+code of the request, as 2.2 kept it. */
  serverPort: z.int(),
  /** Name that led to the server, where the box saw it. */
  serverName: z.string().nullable(),
  /** 2.2 names: ESTABLISHED, SYN_SENT, …, UDP, ICMP */
  state: z.string(),
  replied: z.boolean(),
  expiresIn: z.number(),
  timeout: z.number(),
  age: z.number(),
  idle: z.number(),
  packetsOut: z.number(),
  packetsIn: z.number(),
  bytesOut: z.number(),
  bytesIn: z.number(),
  /** bits per second, both directions, smoothed over the last seconds */
  rate: z.number(),
  /** Rule that admitted it (0: a policy) and the revision that rule was of. */
  ruleId: z.int(),
  ruleText: z.string(),
  revision: z.int(),
  /** Who carries its packets now, and why in words. */
  carried: z.object({ by: z.enum(['kernel', 'thread']), why: z.string() }).default({ by: 'thread', why: '' }),
})
export type Connection = z.infer<typeof connectionSchema>

export const connectionPageSchema = z.object({
  at: z.number(),
  total: z.int(),
  matched: z.int(),
  offset: z.int(),
  rows: z.array(connectionSchema),
})
export type ConnectionPage = z.infer<typeof connectionPageSchema>

export const countersSchema = z.object({
  at: z.number(),
  /** Exact packet and byte counts per rule id since the rule took its present form. */
  rules: z.array(z.object({ id: z.int(), packets: z.number(), bytes: z.number() })),
  policies: z.array(z.object({ chain: z.string(), packets: z.number(), bytes: z.number() })),
  /** Every reason from the closed list, also those that never happened. */
  drops: z.array(
    z.object({ reason: z.string(), meaning: z.string(), group: z.string(), packets: z.number() }),
  ),
  /** Connections that each protocol helper reads along with now, by the port that it is bound to (n_attach of 2.2). */
  helpers: z.array(z.object({ name: z.enum(HELPER_NAMES), port: z.int(), attached: z.int() })).default([]),
  paths: z.array(z.object({ name: z.string(), meaning: z.string(), packets: z.number(), bytes: z.number() })),
})
export type Counters = z.infer<typeof countersSchema>

/** Whose counters begin anew (`-Z`); policies by the label of their chain. */
export const zeroRequestSchema = z.strictObject({
  rules: z.array(z.int()).max(20_000),
  policies: z.array(z.string().max(40)).max(50),
})
export type ZeroRequest = z.infer<typeof zeroRequestSchema>

export const dnsStatusSchema = z.object({
  running: z.boolean(),
  /** Why it does not run, in words. */
  problem: z.string().nullable(),
  pid: z.int().nullable(),
  startedAt: z.number().nullable(),
  cacheSize: z.int(),
  insertions: z.number(),
  evictions: z.number(),
  hits: z.number(),
  misses: z.number(),
  authoritative: z.number(),
  upstreams: z.array(z.object({ server: z.string(), sent: z.number(), failed: z.number() })),
  /** Name servers of the line, in the provider's order. */
  lineServers: z.array(z.string()),
  /** Answers whose private addresses were stripped, newest first. */
  rebinds: z.array(z.object({ name: z.string(), at: z.number(), count: z.int() })),
  /** Questions for names that a list has; answered “does not exist”. */
  blocked: z.number(),
  /** Questions that nobody answered in time, or that the servers asked could not answer. */
  failed: z.number(),
  /** Why the servers cannot be asked over TLS, in words; null where they can, or are asked plainly. */
  tlsProblem: z.string().nullable(),
  /** Those that are switched on. */
  blocklists: z.array(
    z.object({
      url: z.string(),
      names: z.int(),
      /** ms since 1970; null: never yet */
      fetchedAt: z.number().nullable(),
      /** Why it could not be fetched the last time, in words; the names of before are blocked on. */
      problem: z.string().nullable(),
      fetching: z.boolean(),
    }),
  ),
})
export type DnsStatus = z.infer<typeof dnsStatusSchema>

/** Something was set going; how it ends shows elsewhere. */
export const begunSchema = z.object({ begun: z.boolean() })

export const dnsVerdictSchema = z.object({
  name: z.string(),
  blocked: z.boolean(),
  /** The name on the list: the one asked for, or a domain that it lies in; null where no list has it. */
  domain: z.string().nullable(),
  /** Addresses of the lists that have it. */
  lists: z.array(z.string()),
  /** A list has it, but the settings want it answered. */
  spared: z.boolean(),
})
export type DnsVerdict = z.infer<typeof dnsVerdictSchema>
