/** How many packets the kernel lost because a TUN's queue was full: the column “drop” of the sending side in /proc/net/dev. */
import { readFileSync } from 'node:fs'

/** @param names of TUNs @returns the sum over those that exist */
export function queueDrops(names: readonly string[], table = readFileSync('/proc/net/dev', 'utf8')): number {
  let sum = 0
  for (const line of table.split('\n')) {
    const colon = line.lastIndexOf(':')
    if (colon < 0 || !names.includes(line.slice(0, colon).trim())) continue
    // eight columns received, then bytes, packets, errors, drops sent
    sum += Number(
      line
        .slice(colon + 1)
        .trim()
        .split(/\s+/)[11] ?? 0,
    )
  }
  return sum
}
