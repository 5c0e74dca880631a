import { describe, expect, it } from 'vitest'
import { ipMasqAppText } from './ip-masq-app.ts'
import { ipMasqProtocolText, MASQ_FLAG, type MasqDetailRow } from './ip-masq-protocol.ts'
import { ipMasqueradeRecords, ipMasqueradeText } from './ip-masquerade.ts'

const TCP: MasqDetailRow = {
  protocol: 6,
  client: 0xc0a80102,
  clientPort: 1124,
  server: 0xd08c7063,
  serverPort: 110,
  wan: 0x6fde79d4,
  masqPort: 63064,
  state: 'ESTABLISHED',
  flags: MASQ_FLAG.hashed,
  references: 2,
  controls: 0,
  initSeq: 0,
  delta: 0,
  previousDelta: 0,
  expiresTicks: 479,
}
const UDP: MasqDetailRow = {
  ...TCP,
  protocol: 17,
  clientPort: 1076,
  server: 0x1801f021,
  serverPort: 53,
  masqPort: 62219,
  state: 'UDP',
  expiresTicks: 18839,
}
const PING: MasqDetailRow = {
  ...TCP,
  protocol: 1,
  clientPort: 512,
  server: 0x1801f021,
  serverPort: 8 * 256,
  masqPort: 61000,
  state: 'ICMP',
  expiresTicks: 5999,
}
const ADJUSTED: MasqDetailRow = {
  ...TCP,
  clientPort: 1128,
  serverPort: 21,
  masqPort: 63072,
  initSeq: 0x1a2b3c4d,
  delta: 3,
  previousDelta: -2,
  expiresTicks: 89999,
}
const FREE = { udp: 40959, tcp: 40956, icmp: 40960 }

describe('/proc/net/ip_masquerade', () => {
  const text = ipMasqueradeText([TCP, UDP, PING, ADJUSTED], FREE)

  it('prints the lines of 2.2', () => {
    expect(text.split('\n').map((line) => line.trimEnd())).toEqual([
      'Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta PDelta Expires (free=40959,40956,40960)',
      'TCP C0A80102:0464 D08C7063:006E F658 00000000      0      0     479',
      'UDP C0A80102:0434 1801F021:0035 F30B 00000000      0      0   18839',
      'ICMP C0A80102:0200 1801F021:0008 EE48 00000000      0      0    5999',
      'TCP C0A80102:0468 D08C7063:0015 F660 1A2B3C4D      3     -2   89999',
      '',
    ])
  })

  it('gives every record 128 bytes, the header too', () => {
    expect(text.length).toBe(5 * 128)
    for (const record of ipMasqueradeRecords([TCP, PING], FREE)) expect(record).toMatch(/^.{127}\n$/)
  })

  it('names a protocol without a name by its number', () => {
    expect(ipMasqueradeText([{ ...TCP, protocol: 47 }], FREE)).toContain('\nIP_47 C0A80102:0464 ')
  })

  it('reads a row before it asks for the next, so that one object can be used again', () => {
    function* reused() {
      const row = { ...TCP }
      for (row.masqPort = 1; row.masqPort < 4; row.masqPort++) yield row
    }
    expect(ipMasqueradeText(reused(), FREE).match(/ 000[123] 0{8} /g)).toHaveLength(3)
  })

  it('is its header alone where nothing is masqueraded', () => {
    expect(ipMasqueradeText([], { udp: 0, tcp: 1, icmp: 2 })).toBe(
      `${'Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta PDelta Expires (free=0,1,2)'.padEnd(127)}\n`,
    )
  })
})

describe('/proc/net/ip_masq/tcp, udp, icmp', () => {
  it('prints the lines of 2.2, with seconds for the time left', () => {
    const row = { ...TCP, expiresTicks: 88_999 }
    expect(ipMasqProtocolText(6, [row, UDP], FREE).split('\n')).toEqual([
      'Prot SrcIP    SPrt DstIP    DPrt MAddr    MPrt State        Flgs Ref Ctl Expires (free=40959,40956,40960)'.padEnd(
        127,
      ),
      'TCP  C0A80102:0464 D08C7063:006E 6FDE79D4:F658 ESTABLISHED  100    2   0     889'.padEnd(127),
      '',
    ])
  })

  it('shows only its own protocol', () => {
    expect(ipMasqProtocolText(17, [TCP, UDP, PING], FREE).trimEnd().split('\n')).toHaveLength(2)
    expect(ipMasqProtocolText(1, [TCP, UDP, PING], FREE)).toContain('ICMP C0A80102:0200 1801F021:0008 ')
  })

  it('prints wide flags and a controlled connection', () => {
    const row = { ...TCP, flags: MASQ_FLAG.explicitPort | MASQ_FLAG.hashed | MASQ_FLAG.noReply, controls: -1 }
    expect(ipMasqProtocolText(6, [row], FREE)).toContain(' ESTABLISHED  1180    2  -1       4 ')
  })
})

describe('/proc/net/ip_masq/app', () => {
  const text = ipMasqAppText([
    { protocol: 6, port: 21, attached: 1, name: 'ftp' },
    { protocol: 6, port: 6667, attached: 0, name: 'irc' },
    { protocol: 17, port: 26000, attached: 0, name: 'Quake_26' },
    { protocol: 17, port: 7648, attached: 0, name: 'cuseeme' },
  ])

  it('prints records of 40 bytes', () => {
    for (const line of text.trimEnd().split('\n')) expect(line.length).toBeLessThan(40)
    expect(text.length).toBe(5 * 40)
    expect(text).toContain('TCP  21      1        ftp')
    expect(text.startsWith('prot port    n_attach name ')).toBe(true)
  })

  it('walks the buckets, newest first in each', () => {
    const ports = text
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(/ +/)[1])
    expect(ports).toEqual(['7648', '26000', '21', '6667'])
  })

  it('is its header alone without helpers', () => {
    expect(ipMasqAppText([])).toBe(`${'prot port    n_attach name'.padEnd(39)}\n`)
  })
})
