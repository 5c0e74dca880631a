import type { Offload } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export function readOffload(db: Queries): Promise<unknown> {
  return db.offload.findUnique({ where: { id: 1 }, omit: { id: true } })
}

export async function writeOffload(db: Transaction, offload: Offload): Promise<void> {
  await db.offload.upsert({ where: { id: 1 }, create: offload, update: offload })
}
