/** `bauta connections`: live connections as a table. */
import { formatExpiry } from '@bauta/chains'
import type { Connection, ConnectionPage, DataplaneClient } from '@bauta/control'
import { formatAmount, formatTable, printable } from './format.ts'

/** The greatest page the dataplane gives. */
const PAGE = 500

/** @returns the first `limit` connections that match, asked for page by page */
export async function fetchConnections(
  client: DataplaneClient,
  filter: string,
  limit: number,
): Promise<ConnectionPage> {
  const page = await client.connections({ q: filter, limit: Math.min(limit, PAGE), offset: 0 })
  while (page.rows.length < Math.min(limit, page.matched)) {
    const next = await client.connections({
      q: filter,
      limit: Math.min(limit - page.rows.length, PAGE),
      offset: page.rows.length,
    })
    if (next.rows.length === 0) break
    page.rows.push(...next.rows)
  }
  return page
}

export function formatConnections(page: ConnectionPage): string {
  const head = ['Prot', 'Expires', 'Client', 'Masq', 'Server', 'State', 'Out', 'In', 'Rate', 'Names']
  const table = page.rows.length > 0 ? formatTable([head, ...page.rows.map(row)], [6, 7, 8]) : ''
  const matched =
    page.matched < page.total
      ? `${page.matched} of ${page.total} connections match`
      : `${page.total} connections`
  const shown = page.rows.length < page.matched ? `; ${page.rows.length} are shown (--limit shows more)` : ''
  return `${table}${matched}${shown}\n`
}

function row(one: Connection): string[] {
  return [
    one.protocol,
    formatExpiry(Math.round(one.expiresIn * 100)),
    `${one.client}:${one.clientPort}`,
    `${one.wan}:${one.masqPort}`,
    one.protocol === 'ICMP' ? one.server : `${one.server}:${one.serverPort}`,
    one.state,
    formatAmount(one.bytesOut, 'B'),
    formatAmount(one.bytesIn, 'B'),
    formatAmount(one.rate, 'bit/s'),
    printable([one.device, one.serverName].filter(Boolean).join(' → ')),
  ]
}
