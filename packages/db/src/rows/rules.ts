/** Rules as rows: each part of a match becomes columns of its own, null where the rule does not look. */
import { setImmediate } from 'node:timers/promises'
import type { Rule, Rules } from '@bauta/config'
import type { Queries, Transaction } from '../database.ts'
import type { Rule as Row } from '../generated/client.ts'

/** Rows written before others get their turn: half a millisecond each, in which this process answers nobody. */
const AT_ONCE = 100

type Columns = Omit<Row, 'chainName' | 'position'>

export async function readRules(db: Queries): Promise<unknown> {
  const chains = await db.chain.findMany({
    orderBy: { position: 'asc' },
    include: { rules: { orderBy: { position: 'asc' } } },
  })
  return { chains: chains.map(({ name, policy, rules }) => ({ name, policy, rules: rules.map(toRule) })) }
}

export async function writeRules(db: Transaction, { chains }: Rules): Promise<void> {
  await db.chain.deleteMany()
  await db.chain.createMany({
    data: chains.map(({ name, policy }, position) => ({ name, policy, position })),
  })
  const rows = chains.flatMap((chain) =>
    chain.rules.map((rule, position) => ({ ...toColumns(rule), chainName: chain.name, position })),
  )
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    await db.rule.createMany({ data: rows.slice(at, at + AT_ONCE) })
    await setImmediate()
  }
}

function toColumns(rule: Rule): Columns {
  const target = rule.target
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
    inInterface: rule.inInterface?.name ?? null,
    inInterfaceInverted: rule.inInterface?.invert ?? null,
    outInterface: rule.outInterface?.name ?? null,
    outInterfaceInverted: rule.outInterface?.invert ?? null,
    fragmentInverted: rule.fragment?.invert ?? null,
    tcpFlagsMask: rule.tcpFlags?.mask ?? null,
    tcpFlagsSet: rule.tcpFlags?.set ?? null,
    tcpFlagsInverted: rule.tcpFlags?.invert ?? null,
    connection: rule.connection,
    verdict: target && 'verdict' in target ? target.verdict : null,
    jumpName: target && 'chain' in target ? target.chain : null,
  }
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
    icmp: row.icmpType === null ? null : { type: row.icmpType, code: row.icmpCode },
    inInterface: row.inInterface && { name: row.inInterface, invert: row.inInterfaceInverted },
    outInterface: row.outInterface && { name: row.outInterface, invert: row.outInterfaceInverted },
    fragment: row.fragmentInverted === null ? null : { invert: row.fragmentInverted },
    tcpFlags: row.tcpFlagsMask && {
      mask: row.tcpFlagsMask,
      set: row.tcpFlagsSet,
      invert: row.tcpFlagsInverted,
    },
    connection: row.connection,
    target: row.verdict ? { verdict: row.verdict } : row.jumpName ? { chain: row.jumpName } : null,
  }
}

function portsOf(from: number | null, to: number | null, invert: boolean | null): unknown {
  return from === null ? null : { from, to, invert }
}
