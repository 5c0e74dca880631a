import type { Lan } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export function readLan(db: Queries): Promise<unknown> {
  return db.lan.findUnique({ where: { id: 1 }, omit: { id: true } })
}

export async function writeLan(db: Transaction, lan: Lan): Promise<void> {
  await db.lan.upsert({ where: { id: 1 }, create: lan, update: lan })
}
