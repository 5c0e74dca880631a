/** Rules as rows: each part of a match becomes columns of its own, null where the rule does not look. */
import { setImmediate } from 'node:timers/promises'
import type { Rule, Rules, RuleTarget } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'
import { Prisma, type Rule as Row } from '../generated/client.ts'

/** Rows written before others get their turn: half a millisecond each, in which this process answers nobody. */
const AT_ONCE = 100

type Columns = Omit<Row, 'chainTable' | 'chainName' | 'position' | 'jumpTable'>

export async function readRules(db: Queries): Promise<unknown> {
  const spoken = await db.ruleDialect.findUnique({ where: { id: 1 } })
  const chains = await db.chain.findMany({
    orderBy: { position: 'asc' },
    include: { rules: { orderBy: { position: 'asc' } } },
  })
  return {
    dialect: spoken?.dialect,
    chains: chains.map(({ table, name, policy, rules }) => ({
      table,
      name,
      policy,
      rules: rules.map(toRule),
    })),
  }
}

export async function writeRules(db: Transaction, { dialect, chains }: Rules): Promise<void> {
  await db.ruleDialect.upsert({ where: { id: 1 }, create: { dialect }, update: { dialect } })
  await db.chain.deleteMany()
  await db.chain.createMany({
    data: chains.map(({ table, name, policy }, position) => ({ table, name, policy, position })),
  })
  const rows = chains.flatMap((chain) =>
    chain.rules.map((rule, position) => {
      const columns = toColumns(rule)
      const jumpTable = columns.jumpName === null ? null : chain.table
      const place = { chainTable: chain.table, chainName: chain.name, position, jumpTable }
      return { ...columns, ...place } as Prisma.RuleCreateManyInput
    }),
  )
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    await db.rule.createMany({ data: rows.slice(at, at + AT_ONCE) })
    await setImmediate()
  }
}

/** Null in a JSON column is a null of the database, not the JSON value. */
const json = <T>(value: T | null): T => (value === null ? (Prisma.DbNull as T) : value)

function toColumns(rule: Rule): Columns {
  return {
    id: rule.id,
    enabled: rule.enabled,
    comment: rule.comment,
    source: rule.source?.network ?? null,
    sourceInverted: rule.source?.invert ?? null,
    destination: rule.destination?.network ?? null,
    destinationInverted: rule.destination?.invert ?? null,
    protocol: rule.protocol?.number ?? null,
    protocolInverted: rule.protocol?.invert ?? null,
    sourcePortFrom: rule.sourcePorts?.from ?? null,
    sourcePortTo: rule.sourcePorts?.to ?? null,
    sourcePortInverted: rule.sourcePorts?.invert ?? null,
    destinationPortFrom: rule.destinationPorts?.from ?? null,
    destinationPortTo: rule.destinationPorts?.to ?? null,
    destinationPortInverted: rule.destinationPorts?.invert ?? null,
    icmpType: rule.icmp?.type ?? null,
    icmpCode: rule.icmp?.code ?? null,
    icmpInverted: rule.icmp?.invert ?? null,
    inInterface: rule.inInterface?.name ?? null,
    inInterfaceInverted: rule.inInterface?.invert ?? null,
    outInterface: rule.outInterface?.name ?? null,
    outInterfaceInverted: rule.outInterface?.invert ?? null,
    fragmentInverted: rule.fragment?.invert ?? null,
    tcpFlagsMask: rule.tcpFlags?.mask ?? null,
    tcpFlagsSet: rule.tcpFlags?.set ?? null,
    tcpFlagsInverted: rule.tcpFlags?.invert ?? null,
    connection: rule.connection,
    multiport: json(rule.multiport.length > 0 ? rule.multiport : null),
    states: json(rule.states),
    tos: json(rule.tos),
    mark: json(rule.mark),
    mac: json(rule.mac),
    limit: json(rule.limit),
    length: json(rule.length),
    log: rule.log,
    setMark: json(rule.setMark),
    setTos: json(rule.setTos),
    ...targetColumns(rule.target),
  }
}

function targetColumns(target: RuleTarget): Pick<Columns, 'verdict' | 'action' | 'particulars' | 'jumpName'> {
  const none = { verdict: null, action: null, particulars: json<Row['particulars']>(null), jumpName: null }
  if (!target) return none
  if ('chain' in target) return { ...none, jumpName: target.chain }
  const { verdict = null, action = null, ...more } = { verdict: undefined, action: undefined, ...target }
  const particulars = json<Row['particulars']>(Object.keys(more).length > 0 ? more : null)
  return { ...none, verdict, action, particulars }
}

function toRule(row: Row): unknown {
  return {
    id: row.id,
    enabled: row.enabled,
    comment: row.comment,
    source: row.source && { network: row.source, invert: row.sourceInverted },
    destination: row.destination && { network: row.destination, invert: row.destinationInverted },
    protocol: row.protocol && { number: row.protocol, invert: row.protocolInverted },
    sourcePorts: portsOf(row.sourcePortFrom, row.sourcePortTo, row.sourcePortInverted),
    destinationPorts: portsOf(row.destinationPortFrom, row.destinationPortTo, row.destinationPortInverted),
    icmp:
      row.icmpType === null
        ? null
        : { type: row.icmpType, code: row.icmpCode, invert: row.icmpInverted ?? false },
    inInterface: row.inInterface && { name: row.inInterface, invert: row.inInterfaceInverted },
    outInterface: row.outInterface && { name: row.outInterface, invert: row.outInterfaceInverted },
    fragment: row.fragmentInverted === null ? null : { invert: row.fragmentInverted },
    tcpFlags: row.tcpFlagsMask && {
      mask: row.tcpFlagsMask,
      set: row.tcpFlagsSet,
      invert: row.tcpFlagsInverted,
    },
    connection: row.connection,
    multiport: row.multiport ?? [],
    states: row.states,
    tos: row.tos,
    mark: row.mark,
    mac: row.mac,
    limit: row.limit,
    length: row.length,
    log: row.log,
    setMark: row.setMark,
    setTos: row.setTos,
    target: toTarget(row),
  }
}

function toTarget({ verdict, action, jumpName, particulars }: Row): unknown {
  if (jumpName) return { chain: jumpName }
  if (!verdict && !action) return null
  return { ...(verdict ? { verdict } : { action }), ...(particulars as object | null) }
}

function portsOf(from: number | null, to: number | null, invert: boolean | null): unknown {
  return from === null ? null : { from, to, invert }
}
