import type { Timeouts } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export function readTimeouts(db: Queries): Promise<unknown> {
  return db.timeouts.findUnique({ where: { id: 1 }, omit: { id: true } })
}

export async function writeTimeouts(db: Transaction, timeouts: Timeouts): Promise<void> {
  await db.timeouts.upsert({ where: { id: 1 }, create: timeouts, update: timeouts })
}
