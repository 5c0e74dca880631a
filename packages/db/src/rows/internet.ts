import type { Internet, InternetConnection } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'
import type { InternetConnectionModel } from '../generated/models.ts'

const inOrder = { orderBy: { position: 'asc' }, omit: { position: true } } as const

export async function readInternet(db: Queries): Promise<unknown> {
  const row = await db.internet.findUnique({ where: { id: 1 }, omit: { id: true } })
  if (!row) return null
  const connections = await db.internetConnection.findMany({ orderBy: { position: 'asc' } })
  const dialers = await db.dialer.findMany(inOrder)
  return { ...row, connections: connections.map(connectionOf), dialers }
}

/** The columns that belong to each kind; `mtu` is told apart below. */
const COLUMNS = {
  system: [],
  dhcp: ['hostname', 'mac'],
  static: ['address', 'bits', 'gateway', 'dnsServers'],
  pppoe: ['user', 'password', 'service', 'mtu'],
  serial: ['device', 'speed', 'phone', 'chat', 'user', 'password'],
} as const satisfies Record<InternetConnection['method']['kind'], readonly (keyof InternetConnectionModel)[]>

function connectionOf(row: InternetConnectionModel): unknown {
  const { name, when, idleSeconds, kind } = row
  const columns: readonly (keyof InternetConnectionModel)[] =
    COLUMNS[kind as InternetConnection['method']['kind']]
  const method = Object.fromEntries(columns.map((column) => [column, row[column]]))
  if (kind === 'pppoe') method.mtu ??= 'auto'
  return { name, method: { kind, ...method }, when, idleSeconds }
}

export async function writeInternet(db: Transaction, { use, connections, dialers }: Internet): Promise<void> {
  await db.internet.upsert({ where: { id: 1 }, create: { use }, update: { use } })
  await db.internetConnection.deleteMany()
  await db.internetConnection.createMany({
    data: connections.map(({ method, ...rest }, position) => {
      if (method.kind !== 'pppoe') return { ...rest, position, ...method }
      return { ...rest, position, ...method, mtu: method.mtu === 'auto' ? null : method.mtu }
    }),
  })
  await db.dialer.deleteMany()
  await db.dialer.createMany({ data: dialers.map((entry, position) => ({ ...entry, position })) })
}
