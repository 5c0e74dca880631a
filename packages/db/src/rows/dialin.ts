import type { Dialin } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export async function readDialin(db: Queries): Promise<unknown> {
  const row = await db.dialin.findUnique({ where: { id: 1 }, omit: { id: true } })
  if (!row) return null
  const inOrder = { orderBy: { position: 'asc' }, omit: { position: true } } as const
  const lines = await db.dialinLine.findMany(inOrder)
  const accounts = await db.dialinAccount.findMany(inOrder)
  return { ...row, lines, accounts }
}

export async function writeDialin(db: Transaction, { lines, accounts, ...row }: Dialin): Promise<void> {
  await db.dialin.upsert({ where: { id: 1 }, create: row, update: row })
  await db.dialinLine.deleteMany()
  await db.dialinLine.createMany({ data: lines.map((line, position) => ({ ...line, position })) })
  await db.dialinAccount.deleteMany()
  await db.dialinAccount.createMany({ data: accounts.map((account, position) => ({ ...account, position })) })
}
