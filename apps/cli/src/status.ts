/** `bauta status`: the Home page on one screen of text. */
import type { Status } from '@bauta/control'
import { formatAmount, formatDuration, formatTable, printable } from './format.ts'

export function formatStatus(status: Status): string {
  const { version, startedAt, now, revision, settingsLoaded } = status
  const settings = settingsLoaded ? `settings of revision ${revision}` : 'on the safe default settings'
  const head = `Bauta ${version}, up ${formatDuration((now - startedAt) / 1000)}, ${settings}\n\n`
  const rows = [
    ['Internet', internet(status)],
    ['Rate', `${formatAmount(status.rate.down, 'bit/s')} down, ${formatAmount(status.rate.up, 'bit/s')} up`],
    ['Connections', connections(status)],
    ['Free ports', freePorts(status)],
    ['DNS', dns(status)],
    ['Devices', String(status.devices)],
    ['Packet thread', `${Math.round(status.load * 100)} % of one CPU`],
    ...status.attention.map((one) => ['Attention', `${one.level}: ${printable(one.text)}`]),
  ]
  return `${head}${formatTable(rows)}\n${interfaces(status)}`
}

function internet({ online, onlineSince, now, wan }: Status): string {
  const since = `${online ? 'online' : 'OFFLINE'} for ${formatDuration((now - onlineSince) / 1000)}`
  if (!wan.interface) return `${since}; no interface is the WAN`
  const address = wan.address ? `${wan.address} on ${wan.interface}` : `no address on ${wan.interface}`
  return `${since}; ${address}, gateway ${wan.gateway ?? 'none'}, MTU ${wan.mtu}`
}

const connections = ({ connections: { total, tcp, udp, icmp, capacity } }: Status): string =>
  `${total} of ${capacity}: TCP ${tcp}, UDP ${udp}, ICMP ${icmp}`

const freePorts = ({ freePorts: { udp, tcp, icmp, capacity } }: Status): string =>
  `UDP ${udp}, TCP ${tcp}, ICMP ${icmp} of ${capacity}`

const dns = ({ dns: { running, queries, hits, upstreams } }: Status): string =>
  running ? `${queries} queries, ${hits} from the cache, ${upstreams} upstream servers` : 'not running'

function interfaces(status: Status): string {
  const rows = status.interfaces.map((one) => [
    one.name,
    one.role,
    one.state,
    one.addresses.join(' ') || '-',
    formatAmount(one.rxBytes, 'B'),
    formatAmount(one.txBytes, 'B'),
  ])
  return formatTable([['Interface', 'Role', 'State', 'Addresses', 'Received', 'Sent'], ...rows], [4, 5])
}
