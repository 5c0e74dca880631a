import type { Interfaces } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export async function readInterfaces(db: Queries): Promise<unknown> {
  const list = await db.interface.findMany({ orderBy: { position: 'asc' }, omit: { position: true } })
  return { list }
}

export async function writeInterfaces(db: Transaction, { list }: Interfaces): Promise<void> {
  await db.interface.deleteMany()
  await db.interface.createMany({ data: list.map((entry, position) => ({ ...entry, position })) })
}
