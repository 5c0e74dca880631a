import type { Dhcp } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export async function readDhcp(db: Queries): Promise<unknown> {
  const row = await db.dhcp.findUnique({ where: { id: 1 }, omit: { id: true } })
  if (!row) return null
  const reservations = await db.dhcpReservation.findMany({
    orderBy: { position: 'asc' },
    omit: { position: true },
  })
  return { ...row, reservations }
}

export async function writeDhcp(db: Transaction, { reservations, ...row }: Dhcp): Promise<void> {
  await db.dhcp.upsert({ where: { id: 1 }, create: row, update: row })
  await db.dhcpReservation.deleteMany()
  await db.dhcpReservation.createMany({
    data: reservations.map((entry, position) => ({ ...entry, position })),
  })
}
