/** What somebody asks to watch, as the packet thread's filter and in words. */
import { formatAddress, parseAddress } from '@bauta/config'
import type { WatchRequest } from '@bauta/control/schemas'
import type { ConnectionTable } from '@bauta/masq'
import { parseConnectionId } from '../api/connections.ts'
import type { WatchFilter } from './filter.ts'

/** @param interfaces names by index @returns null where the connection or the interface is not there */
export function watchFilter(
  request: WatchRequest,
  interfaces: readonly string[],
  table: ConnectionTable,
): { filter: WatchFilter; words: string } | null {
  const index = request.interface === undefined ? -1 : interfaces.indexOf(request.interface)
  if (request.interface !== undefined && index < 0) return null
  const filter: WatchFilter = {
    protocol: request.protocol ?? 0,
    host: request.host ? parseAddress(request.host)! : 0,
    port: request.port ?? 0,
    interface: index,
    connection: null,
  }
  const words = [
    request.interface,
    request.host && `host ${request.host}`,
    request.port && `port ${request.port}`,
    request.protocol && (NAMES[request.protocol] ?? `protocol ${request.protocol}`),
  ].filter(Boolean)
  if (request.connection === undefined) return { filter, words: words.join(', ') || 'every packet' }
  const named = parseConnectionId(request.connection, table)
  if (!named) return null
  const slot = named[0]!
  const protocol = table.protocol(slot)
  const connection = [
    { address: table.client(slot), port: table.clientPort(slot) },
    { address: table.asked(slot), port: table.askedPort(slot) },
    { address: table.wan(slot), port: table.masqPort(slot) },
    { address: table.server(slot), port: table.serverPort(slot) },
  ]
  const [client, asked] = connection.map(({ address, port }) => `${formatAddress(address)}:${port}`)
  return { filter: { ...filter, protocol, connection }, words: [`${client} → ${asked}`, ...words].join(', ') }
}

const NAMES: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' }
