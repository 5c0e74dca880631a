import type { Shaping } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export async function readShaping(db: Queries): Promise<unknown> {
  const row = await db.shaping.findUnique({ where: { id: 1 }, omit: { id: true } })
  if (!row) return null
  const lines = await db.shapedLine.findMany({ orderBy: { position: 'asc' }, omit: { position: true } })
  return { ...row, lines }
}

export async function writeShaping(db: Transaction, { lines, ...row }: Shaping): Promise<void> {
  await db.shaping.upsert({ where: { id: 1 }, create: row, update: row })
  await db.shapedLine.deleteMany()
  await db.shapedLine.createMany({ data: lines.map((line, position) => ({ ...line, position })) })
}
