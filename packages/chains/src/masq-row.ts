/** One masqueraded connection as /proc/net/ip_masquerade told it. */

export interface MasqRow {
  readonly protocol: number
  readonly client: number
  /** For ICMP: the id of the query. */
  readonly clientPort: number
  readonly server: number
  /** For ICMP: type*256+code of the query, as 2.2 kept it. */
  readonly serverPort: number
  readonly masqPort: number
  readonly initSeq: number
  readonly delta: number
  readonly previousDelta: number
  /** Ticks of 1/100 s until it ends. */
  readonly expiresTicks: number
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' }
/** @returns `TCP`, `UDP`, `ICMP`, or `IP_47` */
export const masqProtocolName = (protocol: number): string => PROTOCOL_NAMES[protocol] ?? `IP_${protocol}`

/** 2.2 on i386 printed the type and code of ICMP in the wrong byte order: an echo request reads 8, not 2048. */
export function shownServerPort(row: Pick<MasqRow, 'protocol' | 'serverPort'>): number {
  return row.protocol === 1 ? swapBytes(row.serverPort) : row.serverPort
}

const swapBytes = (port: number): number => ((port & 0xff) << 8) | (port >>> 8)

const ROW =
  /^(\w+) +([0-9A-F]{8}):([0-9A-F]{4}) ([0-9A-F]{8}):([0-9A-F]{4}) ([0-9A-F]{4}) ([0-9A-F]{8}) +(-?\d+) +(-?\d+) +(\d+) *$/

/** Reads the text of /proc/net/ip_masquerade, header included. @throws Error on a line of another form */
export function parseMasquerade(text: string): MasqRow[] {
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map(parseRow)
}

function parseRow(line: string): MasqRow {
  const found = ROW.exec(line)
  if (!found) throw new Error(`not a line of ip_masquerade: “${line.trimEnd()}”`)
  const hex = (group: number) => Number.parseInt(found[group]!, 16)
  const protocol = protocolOf(found[1]!)
  return {
    protocol,
    client: hex(2),
    clientPort: hex(3),
    server: hex(4),
    serverPort: protocol === 1 ? swapBytes(hex(5)) : hex(5),
    masqPort: hex(6),
    initSeq: hex(7),
    delta: Number(found[8]),
    previousDelta: Number(found[9]),
    expiresTicks: Number(found[10]),
  }
}

function protocolOf(name: string): number {
  const known = Object.entries(PROTOCOL_NAMES).find((entry) => entry[1] === name)
  return Number(known ? known[0] : name.replace(/^IP_/, ''))
}
