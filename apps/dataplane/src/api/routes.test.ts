import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import type http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSnapshot } from '@bauta/config'
import { type ApplyRequest, DataplaneClient, DataplaneRefusal } from '@bauta/control'
import { type TraceReply, type TraceRequest, traceRequestSchema } from '@bauta/control/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApplyRefused, NotStored } from '../apply/apply.ts'
import { AttentionList } from '../attention.ts'
import { Counters, countersBytes } from '../counters.ts'
import { Bench, benchConfig, benchLinks, benchSnapshot } from '../path/bench.ts'
import { RuleSlots } from '../rule-slots.ts'
import { NO_DNS } from '../services.ts'
import { NO_TRAFFIC, Throughput } from '../throughput.ts'
import { TraceRefused, Tracer } from '../trace/tracer.ts'
import { countersReport, setToZero } from './counters.ts'
import { dnsRoutes } from './dns-routes.ts'
import { type ApiSource, apiRoutes } from './routes.ts'
import { serve } from './server.ts'
import { statusOf } from './status.ts'

const dir = mkdtempSync(join(tmpdir(), 'bauta-api-'))
const socket = join(dir, 'dataplane.sock')
const client = new DataplaneClient(socket)
const snapshot = benchSnapshot()
const applied: ApplyRequest[] = []
const asked: TraceRequest[] = []
let traced: TraceReply
let server: http.Server

const dns = {
  status: async () => ({ ...NO_DNS, running: true }),
  why: async (name: string) => ({
    name,
    blocked: true,
    domain: name,
    lists: ['http://a.example/'],
    spared: false,
  }),
  fetchBlocklists: () => undefined,
}

function source(): ApiSource {
  const counters = new Counters(new ArrayBuffer(countersBytes))
  const slots = new RuleSlots(counters).assign(snapshot.rules)
  const status = () =>
    statusOf({
      version: '0',
      startedAt: 0,
      revision: 3,
      settingsLoaded: true,
      snapshot,
      links: benchLinks(),
      online: { online: true, since: 1 },
      table: new Bench().table,
      traffic: new Map([['wan0', NO_TRAFFIC]]),
      throughput: new Throughput(),
      devices: 2,
      dns: NO_DNS,
      attention: new AttentionList(),
      pending: null,
      wentBack: null,
      load: 0.5,
    })
  traced = new Tracer({
    config: benchConfig({ snapshot }, new RuleSlots(counters)),
    snapshot,
    table: new Bench({ capacity: 16 }).table,
    now: 1000,
  }).trace(traceRequestSchema.parse({ from: '192.168.77.11', to: '93.184.216.34', protocol: 6 }))
  return {
    status,
    helperRefusals: () => 3,
    counters: () =>
      countersReport(counters, { snapshot, slots }, new Bench({ capacity: 16 }).table, [
        { name: 'up', meaning: 'Sent up.', packets: 5 },
      ]),
    connections: (query) => ({ at: 1, total: 0, matched: 0, offset: query.offset, rows: [] }),
    endConnection: async (id) => id === '1.2',
    zeroCounters: (request) => setToZero(counters, slots, request),
    settings: () => ({ revision: 3, snapshot, pending: null, wentBack: null }),
    confirm: async ({ revision }) => revision === 3,
    apply: async (request) => {
      applied.push(request)
      if (request.revision === 98) throw new NotStored('the disk is full')
      if (request.revision === 99) throw new ApplyRefused('no', [{ path: ['dns'], message: 'not that' }])
      return { revision: request.revision, actions: ['done'], cut: 1 }
    },
    check: ({ revision }) => ({ revision, actions: ['would be done'], cut: 0 }),
    trace: (request) => {
      if (request.interface === 'eth9') throw new TraceRefused('There is no eth9.')
      asked.push(request)
      return traced
    },
    proc: (path) => (path === 'ip_masquerade' ? ['one\n', 'two\n'] : null),
  }
}

beforeAll(async () => {
  server = await serve(socket, [...apiRoutes(source()), ...dnsRoutes(dns)], () => undefined)
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(dir, { recursive: true })
})

describe('the API, as its client sees it', () => {
  test('the socket is for root and its group', () => expect(statSync(socket).mode & 0o777).toBe(0o660))

  test('reports fit their schemas', async () => {
    expect(await client.status()).toMatchObject({
      revision: 3,
      wan: { address: '198.51.100.2', mtu: 1500, mss: 1460 },
    })
    const counters = await client.counters()
    expect(counters.rules.map(({ id }) => id)).toEqual([1, 2, 3])
    expect(counters.paths.at(-1)).toMatchObject({ name: 'door-up', packets: 5 })
    expect((await client.dns()).running).toBe(true)
    expect(await client.connections({ offset: 7, q: 'proto:udp' })).toMatchObject({ offset: 7 })
  })

  test('why a name is blocked', async () => {
    expect(await client.dnsWhy('ads.example')).toMatchObject({ blocked: true, lists: ['http://a.example/'] })
    await expect(client.dnsWhy('no name')).rejects.toThrow('“no name” is not a name')
    expect(await client.fetchBlocklists()).toEqual({ begun: true })
  })

  test('text, as text', async () => {
    expect(await client.text('/proc/net/ip_masquerade')).toBe('one\ntwo\n')
    const metrics = await client.text('/metrics')
    expect(metrics).toContain('\nbauta_drops_total{reason="martian"} 0\n')
    expect(metrics).toContain('\nbauta_helper_refusals_total 3\n')
    await expect(client.text('/proc/net/nothing')).rejects.toThrow('there is no /proc/net/nothing')
  })

  test('settings are applied, checked, refused', async () => {
    const request = { revision: 4, snapshot: defaultSnapshot() }
    expect(await client.apply(request)).toEqual({ revision: 4, actions: ['done'], cut: 1 })
    expect(await client.check(request)).toMatchObject({ actions: ['would be done'] })
    expect(applied).toEqual([request])
    const refusal = await client.apply({ ...request, revision: 99 }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(DataplaneRefusal)
    expect((refusal as DataplaneRefusal).refusal.faults).toEqual([{ path: ['dns'], message: 'not that' }])
    expect((await client.raw('POST', '/v1/apply', { ...request, revision: 98 })).status).toBe(507)
    const bad = { revision: 5, snapshot: { ...request.snapshot, timeouts: { tcp: 0 } } }
    const reply = await client.raw('POST', '/v1/apply', bad)
    expect(reply.status).toBe(422)
    expect(JSON.parse(reply.body).faults[0].path).toEqual(['snapshot', 'timeouts', 'tcp'])
  })

  test('a change is confirmed where it waits, and only there', async () => {
    expect(await client.confirm({ revision: 3, keep: true })).toMatchObject({ revision: 3, pending: null })
    await expect(client.confirm({ revision: 4, keep: true })).rejects.toThrow('Revision 4 does not wait')
    expect((await client.raw('POST', '/v1/confirm', { revision: 3 })).status).toBe(422)
  })

  test('a packet is traced; one that cannot be is refused with the field', async () => {
    const question = { from: '192.168.77.11', to: '93.184.216.34', protocol: 6, port: 443 }
    expect(await client.trace(question)).toEqual(traced)
    expect(asked).toEqual([expect.objectContaining({ ...question, tcpFlags: 2, ttl: 64 })])
    const refused = await client.raw('POST', '/v1/trace', { ...question, from: 'tv', port: 70_000 })
    expect(refused.status).toBe(422)
    expect(JSON.parse(refused.body).faults.map(({ path }: { path: string[] }) => path[0])).toEqual([
      'from',
      'port',
    ])
    await expect(client.trace({ ...question, interface: 'eth9' })).rejects.toThrow('There is no eth9.')
  })

  test('connections are ended by id', async () => {
    expect(await client.endConnection('1.2')).toBe(true)
    expect(await client.endConnection('1.3')).toBe(false)
  })

  test.each([
    ['GET', '/v1/nowhere', 404],
    ['POST', '/v1/status', 405],
    ['GET', '/v1/connections?limit=9999', 400],
  ])('%s %s is answered %i', async (method, path, status) => {
    expect((await client.raw(method, path)).status).toBe(status)
  })

  test('streams begin at once and end with the reader', async () => {
    const gone = new AbortController()
    const stream = await client.stream('/v1/connections/stream?q=tv', gone.signal)
    stream.on('error', () => undefined)
    const [first] = await once(stream, 'data')
    expect(String(first)).toMatch(/^event: page\ndata: \{"at":1,.*\}\n\n$/)
    gone.abort()
  })

  test('a second dataplane is told that there is one', async () => {
    await expect(serve(socket, [], () => undefined)).rejects.toThrow('another dataplane answers')
  })
})
