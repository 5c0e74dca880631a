/**
 * Typed client of the dataplane's API over its unix socket.
 * Every call has a time limit; a dataplane that is gone gives a `DataplaneUnreachable`, never a hang.
 */
import http from 'node:http'
import type { z } from 'zod'
import { type DialinStatus, dialinStatusSchema } from './dialin.ts'
import { type ExpectationRequest, waitingSchema } from './expectations.ts'
import { type ForwardTest, type ForwardTestReply, forwardTestReplySchema } from './forwards.ts'
import {
  type DeviceList,
  deviceListSchema,
  type LanStatus,
  lanStatusSchema,
  type PortList,
  portListSchema,
  type TimeStatus,
  timeStatusSchema,
} from './household.ts'
import { type MonitorState, monitorStateSchema, type WatchRequest } from './monitor.ts'
import {
  type AppliedSettings,
  type ApplyReply,
  type ApplyRequest,
  appliedSettingsSchema,
  applyReplySchema,
  begunSchema,
  type CheckReply,
  type ConfirmRequest,
  type ConnectionPage,
  type ConnectionQuery,
  type Counters,
  checkReplySchema,
  connectionPageSchema,
  countersSchema,
  type DialerLogin,
  type DialerRights,
  type DialRequest,
  type DnsStatus,
  type DnsVerdict,
  dialerRightsSchema,
  dnsStatusSchema,
  dnsVerdictSchema,
  type InternetStatus,
  internetStatusSchema,
  type ProbeReply,
  probeReplySchema,
  type Refusal,
  refusalSchema,
  type Status,
  statusSchema,
  type ZeroRequest,
} from './schemas.ts'
import { type ShapingStatus, shapingStatusSchema } from './shaping.ts'
import {
  type LogPage,
  type LogQuery,
  logPageSchema,
  type PowerReply,
  powerReplySchema,
  type SystemStatus,
  systemStatusSchema,
} from './system.ts'
import { type TraceQuestion, type TraceReply, traceReplySchema } from './trace.ts'
/** The dataplane did not answer: not running, restarting, or too slow. */
export class DataplaneUnreachable extends Error {}

/** The dataplane understood and said no. */
export class DataplaneRefusal extends Error {
  readonly status: number
  readonly refusal: Refusal
  constructor(status: number, refusal: Refusal) {
    super(refusal.message)
    this.status = status
    this.refusal = refusal
  }
}

/**
 * A connection that is kept is closed by the other side after a few seconds, perhaps under a question that is on its way:
 * a save would then fail for nothing. On a unix socket a new one costs next to nothing.
 */
const OWN_CONNECTION = { agent: false } as const

/** For what waits for the other end of a wire. */
const PATIENCE_MS = 60_000

export interface RawReply {
  status: number
  body: string
}

export class DataplaneClient {
  readonly socketPath: string
  readonly timeoutMs: number

  constructor(socketPath: string, timeoutMs = 5000) {
    this.socketPath = socketPath
    this.timeoutMs = timeoutMs
  }

  status = (): Promise<Status> => this.#json('GET', '/v1/status', statusSchema)
  counters = (): Promise<Counters> => this.#json('GET', '/v1/counters', countersSchema)
  zeroCounters = (request: ZeroRequest): Promise<Counters> =>
    this.#json('POST', '/v1/counters/zero', countersSchema, request)
  settings = (): Promise<AppliedSettings> => this.#json('GET', '/v1/settings', appliedSettingsSchema)
  dns = (): Promise<DnsStatus> => this.#json('GET', '/v1/dns', dnsStatusSchema)
  dnsWhy = (name: string): Promise<DnsVerdict> =>
    this.#json('GET', `/v1/dns/why?name=${encodeURIComponent(name)}`, dnsVerdictSchema)
  fetchBlocklists = (): Promise<{ begun: boolean }> =>
    this.#json('POST', '/v1/dns/blocklists/fetch', begunSchema)
  connections = (query: Partial<ConnectionQuery>): Promise<ConnectionPage> =>
    this.#json('GET', `/v1/connections?${queryString(query)}`, connectionPageSchema)
  /** @throws DataplaneRefusal with every fault beside its path; nothing was changed then */
  apply = (request: ApplyRequest): Promise<ApplyReply> =>
    this.#json('POST', '/v1/apply', applyReplySchema, request)
  check = (request: ApplyRequest): Promise<ApplyReply> =>
    this.#json('POST', '/v1/check', applyReplySchema, request)

  /** What would happen to a packet, and why; nothing does. @throws DataplaneRefusal 422 */
  trace = (question: TraceQuestion): Promise<TraceReply> =>
    this.#json('POST', '/v1/trace', traceReplySchema, question)

  monitor = (): Promise<MonitorState> => this.#json('GET', '/v1/monitor', monitorStateSchema)
  /** @throws DataplaneRefusal 404 where the connection has ended, 422 */
  watch = (request: WatchRequest): Promise<MonitorState> =>
    this.#json('POST', '/v1/monitor', monitorStateSchema, request)
  stopWatching = (): Promise<MonitorState> => this.#json('DELETE', '/v1/monitor', monitorStateSchema)

  internet = (): Promise<InternetStatus> => this.#json('GET', '/v1/internet', internetStatusSchema)
  /** @throws DataplaneRefusal 403 where the dialer may not, 404, 409 */
  dial = (request: DialRequest): Promise<InternetStatus> =>
    this.#json('POST', '/v1/internet/dial', internetStatusSchema, request)
  hangUp = (request: DialRequest): Promise<InternetStatus> =>
    this.#json('POST', '/v1/internet/hang-up', internetStatusSchema, request)
  /** @throws DataplaneRefusal 403 where the name or the password is wrong */
  dialer = (login: DialerLogin): Promise<DialerRights> =>
    this.#json('POST', '/v1/internet/dialer', dialerRightsSchema, login)
  /** Asks every port's wire who is there; takes some seconds. */
  probe = (): Promise<ProbeReply> =>
    this.#json('POST', '/v1/internet/probe', probeReplySchema, {}, PATIENCE_MS)
  /** “Is it me?”; takes some seconds where things are not well. */
  checkInternet = (): Promise<CheckReply> =>
    this.#json('POST', '/v1/internet/check', checkReplySchema, {}, PATIENCE_MS)
  /** @throws DataplaneRefusal 409 where that revision does not wait to be confirmed */
  confirm = (request: ConfirmRequest): Promise<AppliedSettings> =>
    this.#json('POST', '/v1/confirm', appliedSettingsSchema, request)

  /** A way in for a program on the box. @throws DataplaneRefusal 409 where it cannot be had, 422 */
  expect = (request: ExpectationRequest): Promise<{ waiting: true }> =>
    this.#json('POST', '/v1/expectations', waitingSchema, request)
  /** @returns whether something was waited for there */
  forget = (protocol: 'tcp' | 'udp', masqPort: number): Promise<boolean> =>
    this.#ended(`/v1/expectations/${protocol}/${masqPort}`)

  /** Asks the machine of a forward; takes up to three seconds where nobody answers. */
  testForward = (test: ForwardTest): Promise<ForwardTestReply> =>
    this.#json('POST', '/v1/forwards/test', forwardTestReplySchema, test, PATIENCE_MS)

  lan = (): Promise<LanStatus> => this.#json('GET', '/v1/lan', lanStatusSchema)
  ports = (): Promise<PortList> => this.#json('GET', '/v1/ports', portListSchema)
  devices = (): Promise<DeviceList> => this.#json('GET', '/v1/devices', deviceListSchema)
  dialin = (): Promise<DialinStatus> => this.#json('GET', '/v1/dialin', dialinStatusSchema)
  shaping = (): Promise<ShapingStatus> => this.#json('GET', '/v1/shaping', shapingStatusSchema)
  time = (): Promise<TimeStatus> => this.#json('GET', '/v1/time', timeStatusSchema)
  /** @returns whether there was such a lease */
  endLease = (address: string): Promise<boolean> => this.#ended(`/v1/leases/${encodeURIComponent(address)}`)

  system = (): Promise<SystemStatus> => this.#json('GET', '/v1/system', systemStatusSchema)
  log = (query: Partial<LogQuery>): Promise<LogPage> =>
    this.#json('GET', `/v1/system/log?${queryString(query)}`, logPageSchema)
  /** @throws DataplaneRefusal 409 on a box that is not Bauta's alone */
  reboot = (): Promise<PowerReply> => this.#json('POST', '/v1/system/reboot', powerReplySchema)
  factoryReset = (): Promise<PowerReply> => this.#json('POST', '/v1/system/factory-reset', powerReplySchema)

  /** @returns whether there was such a connection */
  endConnection = (id: string): Promise<boolean> => this.#ended(`/v1/connections/${encodeURIComponent(id)}`)

  async #ended(path: string): Promise<boolean> {
    const reply = await this.raw('DELETE', path)
    if (reply.status === 200 || reply.status === 404) return reply.status === 200
    throw new DataplaneRefusal(reply.status, refusalIn(reply))
  }
  /** @param path e.g. `/proc/net/ip_masquerade` or `/metrics` */
  async text(path: string): Promise<string> {
    const reply = await this.raw('GET', path)
    if (reply.status !== 200)
      throw new DataplaneRefusal(reply.status, { message: reply.body.trim(), faults: [] })
    return reply.body
  }

  /** A server-sent-event stream as the dataplane writes it; end it through the signal. */
  stream(path: string, signal: AbortSignal): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = http.get(
        {
          ...OWN_CONNECTION,
          socketPath: this.socketPath,
          path,
          signal,
          headers: { accept: 'text/event-stream' },
        },
        resolve,
      )
      request.on('error', (error) => reject(new DataplaneUnreachable(this.#gone(error))))
    })
  }

  /** A file as it is. @throws DataplaneRefusal */
  bytes(path: string): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new DataplaneUnreachable(this.#gone(error)))
      const options = { ...OWN_CONNECTION, socketPath: this.socketPath, path, timeout: this.timeoutMs }
      const request = http.get(options, (reply) => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk: Buffer) => chunks.push(chunk))
        reply.on('error', fail)
        reply.on('end', () => {
          const body = Buffer.concat(chunks)
          const status = reply.statusCode ?? 0
          if (status === 200) resolve(body)
          else reject(new DataplaneRefusal(status, refusalIn({ status, body: body.toString() })))
        })
      })
      request.on('timeout', () => request.destroy(new Error(`no answer within ${this.timeoutMs} ms`)))
      request.on('error', fail)
    })
  }

  raw(method: string, path: string, body?: unknown, timeoutMs = this.timeoutMs): Promise<RawReply> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new DataplaneUnreachable(this.#gone(error)))
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const headers =
        payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
      const request = http.request(
        { ...OWN_CONNECTION, socketPath: this.socketPath, method, path, headers, timeout: timeoutMs },
        (reply) => {
          const chunks: Buffer[] = []
          reply.on('data', (chunk: Buffer) => chunks.push(chunk))
          reply.on('end', () =>
            resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          )
          reply.on('error', fail)
        },
      )
      request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)))
      request.on('error', fail)
      request.end(payload)
    })
  }

  async #json<T>(
    method: string,
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
    timeoutMs = this.timeoutMs,
  ): Promise<T> {
    const reply = await this.raw(method, path, body, timeoutMs)
    if (reply.status === 200) return schema.parse(JSON.parse(reply.body))
    throw new DataplaneRefusal(reply.status, refusalIn(reply))
  }

  #gone(error: Error): string {
    return `the dataplane does not answer on ${this.socketPath}: ${error.message}`
  }
}

function refusalIn({ status, body }: RawReply): Refusal {
  try {
    return refusalSchema.parse(JSON.parse(body))
  } catch {
    return { message: `the dataplane answered ${status}`, faults: [] }
  }
}

export function queryString(query: Record<string, unknown>): string {
  return new URLSearchParams(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]): [string, string] => [key, String(value)]),
  ).toString()
}
