import {
  applianceSnapshot,
  type Internet,
  type InternetConnection,
  internetSchema,
  SECRET_KEPT,
} from '@bauta/config'
import { describe, expect, it } from 'vitest'
import {
  connectionOf,
  formOf,
  keepConnection,
  mergeInternet,
  NEW_FORM,
  removeConnection,
  toJudge,
} from './internet-draft.ts'

const { internet } = applianceSnapshot([])
const METHODS: InternetConnection['method'][] = [
  { kind: 'system' },
  { kind: 'dhcp', hostname: 'box', mac: '3c:22:fb:10:20:30' },
  { kind: 'dhcp', hostname: null, mac: null },
  {
    kind: 'static',
    address: '198.51.100.7',
    bits: 29,
    gateway: '198.51.100.1',
    dnsServers: ['9.9.9.9', '1.1.1.1'],
  },
  { kind: 'pppoe', user: 'u@isp', password: SECRET_KEPT, service: 'fast', mtu: 'auto' },
  { kind: 'pppoe', user: 'u@isp', password: 'new', service: '', mtu: 1480 },
  {
    kind: 'serial',
    device: '/dev/ttyUSB0',
    speed: 57_600,
    phone: '0123',
    chat: [{ expect: '', send: 'ATZ' }],
    user: 'u',
    password: SECRET_KEPT,
  },
]
const named = (name: string, method: InternetConnection['method']): InternetConnection => ({
  name,
  method,
  when: 'always',
  idleSeconds: 300,
})

it.each(METHODS)('$kind is the same after a walk through the form', (method) => {
  const connection = named('Line', method)
  expect(connectionOf(formOf(connection))).toEqual(connection)
})

describe('a form', () => {
  it('keeps what is no number for the schema to refuse', () => {
    const next = keepConnection(
      internet,
      null,
      connectionOf({ ...NEW_FORM, name: 'DSL', user: 'u', password: 'p', mtu: 'fast' }),
    )
    expect(internetSchema.safeParse(next).error?.issues[0]?.path).toEqual(['connections', 1, 'method', 'mtu'])
  })
  it('takes hardware addresses as people write them', () => {
    expect(connectionOf({ ...NEW_FORM, kind: 'dhcp', mac: '3C-22-FB-10-20-30' }).method).toMatchObject({
      mac: '3c:22:fb:10:20:30',
    })
  })
  it('that becomes another kind does not stay on demand', () => {
    expect(connectionOf({ ...NEW_FORM, when: 'demand' }).when).toBe('demand')
    expect(connectionOf({ ...NEW_FORM, kind: 'dhcp', when: 'demand' }).when).toBe('always')
    expect(connectionOf({ ...NEW_FORM, kind: 'dhcp', when: 'manual' }).when).toBe('manual')
  })
})

const two: Internet = {
  use: 'Internet',
  connections: [internet.connections[0]!, named('Modem', METHODS[6]!)],
  dialers: [{ name: 'lea', passwordHash: SECRET_KEPT, connections: ['Internet', 'Modem'] }],
}

it('a new name is followed by what names it', () => {
  const next = keepConnection(two, 0, { ...two.connections[0]!, name: 'Fibre' })
  expect([next.use, next.dialers[0]!.connections]).toEqual(['Fibre', ['Fibre', 'Modem']])
  expect(keepConnection(two, 1, { ...two.connections[1]!, name: 'Old modem' })).toMatchObject({
    use: 'Internet',
    dialers: [{ connections: ['Internet', 'Old modem'] }],
  })
})

it('what is removed nobody may dial', () => {
  const next = removeConnection(two, 'Modem')
  expect(next.connections.map(({ name }) => name)).toEqual(['Internet'])
  expect(next.dialers[0]!.connections).toEqual(['Internet'])
})

it('kept secrets are no faults', () => {
  expect(internetSchema.safeParse(two).success).toBe(false)
  expect(internetSchema.safeParse(toJudge(two)).error).toBeUndefined()
  const empty = {
    ...two,
    connections: [two.connections[0]!, named('Modem', { ...METHODS[6]!, password: '' } as never)],
  }
  expect(internetSchema.safeParse(toJudge(empty)).success).toBe(false)
})

it('joins what two people added', () => {
  const origin = { ...two, dialers: [] }
  const merged = mergeInternet(
    origin,
    { ...origin, dialers: two.dialers },
    { ...origin, use: 'Modem', dialers: [{ name: 'max', passwordHash: SECRET_KEPT, connections: [] }] },
  )
  expect(merged.use).toBe('Modem')
  expect(merged.dialers.map(({ name }) => name)).toEqual(['lea', 'max'])
})
