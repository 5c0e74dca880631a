import type { Access } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export function readAccess(db: Queries): Promise<unknown> {
  return db.access.findUnique({ where: { id: 1 }, omit: { id: true } })
}

export async function writeAccess(db: Transaction, access: Access): Promise<void> {
  await db.access.upsert({ where: { id: 1 }, create: access, update: access })
}
