import type { Forwards } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'

export async function readForwards(db: Queries): Promise<unknown> {
  const consoles = await db.forwardConsoles.findUnique({ where: { id: 1 } })
  if (!consoles) return null
  const order = { orderBy: { position: 'asc' }, omit: { position: true } } as const
  const list = await db.forward.findMany(order)
  const triggers = await db.forwardTrigger.findMany(order)
  const marks = await db.forwardMark.findMany(order)
  return {
    list: list.map(({ fromPort, toPort, ...row }) => ({
      ...row,
      ports: fromPort === null ? null : { from: fromPort, to: toPort },
    })),
    triggers: triggers.map(({ id, enabled, comment, anyServer, ...row }) => ({
      id,
      enabled,
      comment,
      control: { protocol: row.controlProtocol, port: row.controlPort },
      opens: { protocol: row.opensProtocol, from: row.opensFrom, to: row.opensTo },
      anyServer,
    })),
    consoles: consoles.addresses,
    marks,
  }
}

export async function writeForwards(db: Transaction, forwards: Forwards): Promise<void> {
  await db.forward.deleteMany()
  await db.forward.createMany({
    data: forwards.list.map(({ ports, ...forward }, position) => ({
      ...forward,
      position,
      fromPort: ports?.from ?? null,
      toPort: ports?.to ?? null,
    })),
  })
  await db.forwardTrigger.deleteMany()
  await db.forwardTrigger.createMany({
    data: forwards.triggers.map(({ control, opens, ...trigger }, position) => ({
      ...trigger,
      position,
      controlProtocol: control.protocol,
      controlPort: control.port,
      opensProtocol: opens.protocol,
      opensFrom: opens.from,
      opensTo: opens.to,
    })),
  })
  await db.forwardMark.deleteMany()
  await db.forwardMark.createMany({
    data: forwards.marks.map((marked, position) => ({ ...marked, position })),
  })
  const consoles = { addresses: forwards.consoles }
  await db.forwardConsoles.upsert({ where: { id: 1 }, create: consoles, update: consoles })
}
