/** What to look for in the log of the box to find the packets that a rule logged. */
import { targetName } from '@bauta/chains'
import type { Dialect, Rule } from '@bauta/config'

/** @returns null where the rule logs nothing */
export function logSearch(rule: Rule, chain: string, dialect: Dialect): string | null {
  // ip_fw.c of 2.2: `Packet log: input DENY eth0 …`
  if (dialect === 'classic') return rule.log ? `Packet log: ${chain} ${targetName(rule) ?? '-'} ` : null
  const { target } = rule
  const logs = target !== null && 'action' in target && target.action === 'LOG'
  return logs ? target.prefix.trimEnd() || 'IN=' : null
}
