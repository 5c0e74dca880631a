import { HELPERS, type Snapshot } from '@bauta/config'
import type { FakeHome } from './home.ts'

/** Shaped as 2.2 printed it, for the pages that show these files; the exact bytes are the real dataplane's matter. */
export function procText(path: string, home: FakeHome, snapshot: Snapshot): string | null {
  const hex = (value: number, width: number) => value.toString(16).toUpperCase().padStart(width, '0')
  const address = (text: string) =>
    text
      .split('.')
      .map((part) => hex(Number(part), 2))
      .join('')
  const record = (text: string) => `${text.padEnd(127)}\n`
  switch (path) {
    case '/proc/net/ip_masquerade': {
      const head =
        'Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta PDelta Expires (free=40910,40860,40958)'
      const rows = home.flows.map(
        ({ row }) =>
          `${row.protocol} ${address(row.client)}:${hex(row.clientPort, 4)} ${address(row.server)}:${hex(row.serverPort, 4)} ` +
          `${hex(row.masqPort, 4)} 00000000      0      0 ${String(Math.round(row.expiresIn * 100)).padStart(7)}`,
      )
      return [head, ...rows].map(record).join('')
    }
    case '/proc/net/ip_fwnames':
      return snapshot.rules.chains.map((chain) => `${chain.name} ${chain.policy ?? '-'} 1 0 0 0 0\n`).join('')
    case '/proc/net/ip_fwchains':
      return snapshot.rules.chains
        .flatMap((chain) =>
          chain.rules.map(
            (rule) =>
              `${chain.name.padStart(9)} 00000000/00000000->00000000/00000000 - 10 0 0 0         ` +
              `${String(home.rules.get(rule.id)?.packets ?? 0).padEnd(9)} 0         0         0-65535 0-65535 AFF X00 00000000 0 0      MASQ\n`,
          ),
        )
        .join('')
    case '/proc/net/nf_conntrack':
      return home.flows
        .map(({ row }) => {
          const number = { TCP: 6, UDP: 17, ICMP: 1 }[row.protocol as 'TCP' | 'UDP' | 'ICMP']
          const out = `src=${row.client} dst=${row.server} sport=${row.clientPort} dport=${row.serverPort}`
          const back = `src=${row.server} dst=${row.wan} sport=${row.serverPort} dport=${row.masqPort}`
          const state = row.protocol === 'TCP' ? `${row.state} ` : ''
          return `ipv4     2 ${row.protocol.toLowerCase().padEnd(8)} ${number} ${Math.round(row.expiresIn)} ${state}${out} ${back} mark=0 zone=0 use=2\n`
        })
        .join('')
    case '/proc/net/ip_masq/app':
      return [
        'prot port    n_attach name',
        ...home
          .counters([], [], snapshot.helpers)
          .helpers.map(
            ({ name, port, attached }) =>
              `${HELPERS[name].protocol.toUpperCase()}  ${String(port).padEnd(7)} ${String(attached).padEnd(7)}  ${name}`,
          ),
      ]
        .map((line) => `${line.padEnd(39)}\n`)
        .join('')
    case '/proc/net/ip_masq/tcp':
    case '/proc/net/ip_masq/udp':
    case '/proc/net/ip_masq/icmp': {
      const wanted = path.slice(path.lastIndexOf('/') + 1).toUpperCase()
      const head = `Prot SrcIP    SPrt DstIP    DPrt MAddr    MPrt State        Flgs Ref Ctl Expires (free=40910,40860,40958)`
      const rows = home.flows
        .filter(({ row }) => row.protocol === wanted)
        .map(
          ({ row }) =>
            `${row.protocol.padEnd(4)} ${address(row.client)}:${hex(row.clientPort, 4)} ${address(row.server)}:${hex(row.serverPort, 4)} ` +
            `${address(row.wan)}:${hex(row.masqPort, 4)} ${row.state.padEnd(12)} 100    1   0 ${String(Math.round(row.expiresIn)).padStart(7)}`,
        )
      return [head, ...rows].map(record).join('')
    }
    default:
      return null
  }
}
