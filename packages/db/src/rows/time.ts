import type { Time } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export function readTime(db: Queries): Promise<unknown> {
  return db.time.findUnique({ where: { id: 1 }, omit: { id: true } })
}

export async function writeTime(db: Transaction, time: Time): Promise<void> {
  await db.time.upsert({ where: { id: 1 }, create: time, update: time })
}
