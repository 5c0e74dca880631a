import {
  anyRule,
  applianceSnapshot,
  defaultSnapshot,
  emptyRules,
  type HelperName,
  helperOf,
  type Rule,
  type Snapshot,
  snapshotSchema,
} from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Database } from './database.ts'
import { lastRevisionOf, listRevisions, readRevision, writeRevision } from './revisions.ts'
import { assignRuleIds, nextRuleId } from './rule-ids.ts'
import { readSettings, writeNoun } from './settings.ts'
import { temporaryDatabase } from './testing.ts'

const at = new Date('2026-11-20T10:00:00Z')
const start = defaultSnapshot([
  { name: 'lan0', role: 'lan' },
  { name: 'ppp0', role: 'wan' },
])

function save(db: Database, snapshot: Snapshot, noun: keyof Omit<Snapshot, 'format'> | 'all' = 'all') {
  return db.write(async (tx) =>
    writeRevision(tx, await readSettings(tx), { author: 'anna', at, noun, snapshot }),
  )
}

const HASH = '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$kyj4KAQPkDHofxQqmZFrtcrDql5eltyrs3W6/tB5JPs'

describe('settings as rows', () => {
  it('are nothing in a fresh database', async () => {
    await using home = temporaryDatabase()
    expect(await readSettings(home.db.reader)).toBeNull()
    expect(await nextRuleId(home.db.reader)).toBe(1)
  })
  it('come back as they were written, whatever they are', async () => {
    await using home = temporaryDatabase()
    await fc.assert(
      fc.asyncProperty(anySnapshot, async (snapshot) => {
        const { number } = await save(home.db, snapshot)
        expect(await home.db.read(readSettings)).toEqual({ revision: number, snapshot })
        expect((await readRevision(home.db.reader, number))?.snapshot).toEqual(snapshot)
      }),
      { numRuns: 60 },
    )
  })
  it('keep every kind of connection, and who may dial', async () => {
    await using home = temporaryDatabase()
    const box = applianceSnapshot([
      { name: 'enp1s0', role: 'wan' },
      { name: 'enp2s0', role: 'lan' },
    ])
    const login = { user: 'u@provider', password: 'secret words' }
    const rest = { when: 'manual', idleSeconds: 60 } as const
    box.internet = {
      use: 'DSL',
      connections: [
        ...box.internet.connections,
        { name: 'DSL', method: { kind: 'pppoe', ...login, service: '', mtu: 'auto' }, ...rest },
        { name: 'DSL 2', method: { kind: 'pppoe', ...login, service: 's', mtu: 1492 }, ...rest },
        {
          name: 'Modem',
          method: {
            kind: 'serial',
            device: '/dev/ttyS0',
            speed: 115_200,
            phone: '0815',
            chat: [{ expect: '', send: 'ATZ' }],
            ...login,
          },
          ...rest,
        },
        {
          name: 'Fixed',
          method: {
            kind: 'static',
            address: '198.51.100.2',
            bits: 24,
            gateway: '198.51.100.1',
            dnsServers: ['9.9.9.9'],
          },
          ...rest,
        },
      ],
      dialers: [{ name: 'child', passwordHash: HASH, connections: ['DSL', 'Modem'] }],
    }
    box.dhcp.reservations = [{ mac: '3c:22:fb:10:20:30', address: null, name: 'tv' }]
    box.access = { ssh: true, keys: ['ssh-ed25519 AAAA anna'] }
    box.dns.blocklists = [{ name: 'Ads', url: 'https://lists.example/ads.txt', enabled: true }]
    box.dns.tlsServers = [{ address: '9.9.9.9', name: 'dns.quad9.net' }]
    await save(home.db, snapshotSchema.parse(box))
    expect((await home.db.read(readSettings))?.snapshot).toEqual(box)
  })
  it('written before a noun existed mean that the system cared for it', async () => {
    await using home = temporaryDatabase()
    await save(home.db, start)
    await home.db.write(async (tx) => {
      for (const table of ['Internet', 'Lan', 'Dhcp', 'Time', 'Access'])
        await tx.$executeRawUnsafe(`DELETE FROM "${table}"`)
    })
    expect((await home.db.read(readSettings))?.snapshot).toEqual(start)
  })
  it('keep rules of netfilter with every match and target', async () => {
    await using home = temporaryDatabase()
    const next = structuredClone(start)
    next.rules = netfilterRules()
    const parsed = snapshotSchema.parse(next)
    await save(home.db, parsed)
    expect((await home.db.read(readSettings))?.snapshot.rules).toEqual(parsed.rules)
  })
  it('hold as many rules as the schema allows', async () => {
    await using home = temporaryDatabase()
    const many = structuredClone(start)
    many.rules.chains[1]!.rules = Array.from({ length: 2000 }, (_, i) => full(i + 10))
    many.rules.chains.push({ table: 'filter', name: 'kids', policy: null, rules: [] })
    await save(home.db, many)
    expect((await home.db.read(readSettings))?.snapshot.rules.chains[1]?.rules).toHaveLength(2000)
  })
})

describe('history', () => {
  it('numbers revisions from 1, names the author, and says what changed', async () => {
    await using home = temporaryDatabase()
    await save(home.db, start)
    await save(home.db, { ...start, timeouts: { ...start.timeouts, udp: 10 } }, 'timeouts')
    const [newest, first] = await listRevisions(home.db.reader, null, 10)
    expect(first).toMatchObject({ number: 1, noun: 'all' })
    expect(newest).toEqual({
      number: 2,
      author: 'anna',
      at,
      noun: 'timeouts',
      summary: ['UDP timeout 300 s → 10 s'],
    })
    expect(await listRevisions(home.db.reader, 2, 10)).toHaveLength(1)
    expect((await lastRevisionOf(home.db.reader, 'rules'))?.number).toBe(1)
    expect((await lastRevisionOf(home.db.reader, 'timeouts'))?.number).toBe(2)
  })
  it('keeps a long list of changes, and shows a short one', async () => {
    await using home = temporaryDatabase()
    await save(home.db, start)
    const hosts = Array.from({ length: 40 }, (_, i) => ({ name: `h${i}`, address: '10.0.0.1' }))
    const { number } = await save(home.db, { ...start, dns: { ...start.dns, hosts } }, 'dns')
    const revision = await readRevision(home.db.reader, number)
    expect(revision?.diff).toHaveLength(40)
    expect(revision?.summary).toHaveLength(5)
    expect(revision?.summary.at(-1)).toBe('and 36 more changes')
  })
})

describe('rule ids', () => {
  it('are given to new rules, and never again after the rule is gone', async () => {
    await using home = temporaryDatabase()
    await save(home.db, start)
    const next = await nextRuleId(home.db.reader)
    expect(next).toBe(4)
    const wanted = structuredClone(start) as { rules: { chains: { rules: object[] }[] } }
    wanted.rules.chains[1]!.rules.push({ ...anyRule(0) })
    const { value, faults } = assignRuleIds(wanted.rules, next)
    expect(faults).toEqual([])
    const rules = snapshotSchema.shape.rules.parse(value)
    expect(rules.chains[1]!.rules.map((rule) => rule.id)).toEqual([3, 4])
    await save(home.db, { ...start, rules }, 'rules')
    await save(home.db, start, 'rules')
    expect(await nextRuleId(home.db.reader)).toBe(5)
  })
  it('that nobody gave out are a fault', () => {
    const { faults } = assignRuleIds({ chains: [{ rules: [{ id: 99 }] }] }, 4)
    expect(faults[0]).toMatchObject({ path: ['chains', 0, 'rules', 0, 'id'] })
  })
  it('leave nonsense for the schema to refuse', () => {
    for (const value of [null, 7, 'x', {}, { chains: 4 }, { chains: [null, { rules: [3, null] }] }])
      expect(assignRuleIds(value, 1).faults).toEqual([])
  })
})

/** A rule with every column in use. */
function full(id: number): Rule {
  return {
    ...anyRule(id),
    comment: 'every field',
    source: { network: '192.168.77.0/24', invert: true },
    destination: { network: '93.184.216.34', invert: false },
    protocol: { number: 6, invert: false },
    sourcePorts: { from: 0, to: 1023, invert: false },
    destinationPorts: { from: 80, to: 80, invert: true },
    inInterface: { name: '@lan', invert: false },
    outInterface: { name: 'ppp+', invert: true },
    fragment: { invert: true },
    tcpFlags: { mask: 18, set: 0, invert: true },
    connection: 'new',
    target: { chain: 'kids' },
  }
}

const flag = fc.boolean()
const anyFields = fc.record({
  enabled: flag,
  comment: fc.string({ maxLength: 40 }),
  source: fc.option(fc.record({ network: fc.constantFrom('0.0.0.0/0', '10.0.0.0/8'), invert: flag })),
  protocol: fc.option(fc.record({ number: fc.constantFrom(6, 17), invert: fc.constant(false) })),
  inInterface: fc.option(fc.record({ name: fc.constantFrom('lan0', '@wan'), invert: flag })),
  fragment: fc.option(fc.record({ invert: flag })),
  connection: fc.option(fc.constantFrom('known' as const, 'new' as const)),
  target: fc.constantFrom(null, { verdict: 'DENY' as const }, { chain: 'kids' }),
})
const anySnapshot = fc
  .record({
    rules: fc.array(anyFields, { maxLength: 6 }),
    ping: flag,
    dns: fc.record({
      enabled: flag,
      upstreams: fc.array(fc.constantFrom('9.9.9.9', '1.1.1.1:53'), { maxLength: 3 }),
      rebindAllow: fc.array(fc.constantFrom('a.example', 'b.example'), { maxLength: 3 }),
      constant: fc.uniqueArray(fc.constantFrom('10.2.0.1', '10.2.0.2', '10.2.0.3'), { maxLength: 3 }),
    }),
    udp: fc.integer({ min: 1, max: 864_000 }),
    ftp: fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 12 }),
    tftp: flag,
  })
  .map(({ rules, ping, dns, udp, ftp, tftp }): Snapshot => {
    const next = structuredClone(start)
    next.rules.chains[1]!.rules = rules.map((fields, i) => ({ ...anyRule(i + 10), ...fields }))
    next.rules.chains.push({ table: 'filter', name: 'kids', policy: null, rules: [] })
    if (ping)
      next.rules.chains[0]!.rules.push({
        ...anyRule(9),
        protocol: { number: 1, invert: false },
        icmp: { type: 0, code: null, invert: false },
      })
    next.dns = {
      ...next.dns,
      ...dns,
      domains: [{ domain: 'corp.example', servers: [...dns.upstreams, '8.8.8.8'] }],
    }
    next.timeouts.udp = udp
    const helper = (name: HelperName, values: object) => Object.assign(helperOf(next.helpers, name), values)
    helper('ftp', { ports: ftp })
    helper('tftp', { enabled: tftp })
    return snapshotSchema.parse(next)
  })

it('others are answered while very many rules are written', async () => {
  await using home = temporaryDatabase()
  const snapshot = defaultSnapshot([{ name: 'lan0', role: 'lan' }])
  const rules = Array.from({ length: 1500 }, (_, i) => anyRule(i + 10))
  snapshot.rules.chains.push({ table: 'filter', name: 'many', policy: null, rules })
  let turns = 0
  let writing = true
  const turn = () => {
    turns++
    if (writing) setImmediate(turn)
  }
  const done = home.db.write((tx) => {
    turn()
    return writeNoun(tx, 'rules', snapshot.rules)
  })
  await done
  writing = false
  expect(turns).toBeGreaterThan(5)
})

function netfilterRules(): Snapshot['rules'] {
  const rules = emptyRules('netfilter')
  const chain = (table: string, name: string) =>
    rules.chains.find((one) => one.table === table && one.name === name)!.rules
  const tcp = { protocol: { number: 6, invert: false } }
  const choosing = { persistent: true, random: false }
  chain('filter', 'FORWARD').push({
    ...anyRule(10),
    ...tcp,
    multiport: [{ side: 'either', ranges: [{ from: 80, to: 88 }], invert: true }],
    states: { list: ['NEW', 'RELATED'], invert: false },
    tos: { value: 16, mask: 30, invert: false },
    mark: { value: 0xfffffff0, mask: 0xfffffff0, invert: true },
    mac: { address: '02:00:00:00:00:01', invert: false },
    limit: { rate: 3, per: 'hour', burst: 5 },
    length: { from: 0, to: 1500, invert: false },
    target: { verdict: 'REJECT', with: 'tcp-reset' },
  })
  chain('nat', 'POSTROUTING').push({
    ...anyRule(11),
    target: { verdict: 'SNAT', ranges: [{ from: '192.0.2.1', to: '192.0.2.9' }], ports: null, ...choosing },
  })
  chain('mangle', 'POSTROUTING').push({
    ...anyRule(12),
    target: { action: 'MARK', value: 0xffffffff, mask: 0xffffffff },
  })
  rules.chains.push(
    { table: 'nat', name: 'mine', policy: null, rules: [{ ...anyRule(13), target: { chain: 'other' } }] },
    { table: 'nat', name: 'other', policy: null, rules: [] },
    { table: 'filter', name: 'mine', policy: null, rules: [] },
  )
  return rules
}
