import type { Ports } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export function readPorts(db: Queries): Promise<unknown> {
  return db.ports.findUnique({ where: { id: 1 }, omit: { id: true } })
}

export async function writePorts(db: Transaction, ports: Ports): Promise<void> {
  await db.ports.upsert({ where: { id: 1 }, create: ports, update: ports })
}
