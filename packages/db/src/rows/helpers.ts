import type { Helpers } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export async function readHelpers(db: Queries): Promise<unknown> {
  const list = await db.helper.findMany()
  return list.length === 0 ? null : { list }
}

export async function writeHelpers(db: Transaction, helpers: Helpers): Promise<void> {
  await db.helper.deleteMany()
  await db.helper.createMany({ data: helpers.list })
}
