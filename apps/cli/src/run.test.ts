import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bauta,
  COUNTERS,
  connection,
  type FakeDataplane,
  fakeDataplane,
  noNames,
  SETTINGS,
  STATUS,
} from './fixtures.ts'

const MASQUERADE = [
  'Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta PDelta Expires (free=40959,40956,40960)',
  'TCP C0A80102:0468 D08C7063:0015 F660 1A2B3C4D      3     -2   89999',
  'ICMP C0A80102:0200 1801F021:0008 EE48 00000000      0      0    5999',
]
  .map((line) => `${line.padEnd(127)}\n`)
  .join('')

/** 1200 connections; `q` of proto:udp matches one. */
function pageOf(query: URLSearchParams) {
  const offset = Number(query.get('offset'))
  const limit = Number(query.get('limit'))
  const udp = query.get('q') === 'proto:udp'
  const matched = udp ? 1 : 1200
  const count = Math.max(0, Math.min(limit, matched - offset))
  const one = udp ? { protocol: 'UDP' as const, state: 'UDP', device: null, serverName: null } : {}
  const rows = Array.from({ length: count }, (_, i) => connection(offset + i, one))
  return { at: 0, total: 1200, matched, offset, rows }
}

let box: FakeDataplane
beforeAll(async () => {
  box = await fakeDataplane({
    '/v1/status': STATUS,
    '/v1/settings': SETTINGS,
    '/v1/counters': COUNTERS,
    '/v1/connections': pageOf,
    '/proc/net/ip_masquerade': MASQUERADE,
    '/v1/system/log': {
      lines: [
        { id: 2, at: 1_763_632_801_000, source: 'pppd', level: 'error', text: 'CHAP failed\u001b[2J' },
        { id: 1, at: 1_763_632_800_000, source: 'dnsmasq', level: 'info', text: 'started' },
      ],
      sources: ['dnsmasq', 'pppd'],
    },
    '/v1/system/reboot': { at: 1 },
    '/v1/system/factory-reset': { at: 1 },
  })
})
afterAll(() => box.close())

describe('helpers', () => {
  it('tells which are on, where, and how many connections use them', async () => {
    const { out, code } = await bauta('helpers', box.socket)
    expect(code).toBe(0)
    expect(out).toMatch(/^ftp +on +tcp 21 +3 +FTP$/m)
    expect(out).toMatch(/^quake +off +udp 26000,27000 +0 +Quake$/m)
    expect(JSON.parse((await bauta('helpers --json', box.socket)).out)).toEqual(COUNTERS.helpers)
  })
})

describe('the machine', () => {
  it('log tells the newest last, and nothing that would move a terminal', async () => {
    const { out, code } = await bauta('log --source pppd --errors --limit 2 CHAP', box.socket)
    expect(code).toBe(0)
    expect(out).toBe(
      '2025-11-20 10:00:00    dnsmasq: started\n2025-11-20 10:00:01 !! pppd: CHAP failed?[2J\n',
    )
    expect(box.asked.at(-1)).toBe('/v1/system/log?q=CHAP&limit=2&level=error&source=pppd')
  })
  it('reboot asks for it; a factory reset only with --yes', async () => {
    expect(await bauta('reboot', box.socket)).toMatchObject({ code: 0, out: 'The machine starts again.\n' })
    const before = box.asked.length
    expect(await bauta('factory-reset', box.socket)).toMatchObject({ code: 2 })
    expect(box.asked).toHaveLength(before)
    expect(await bauta('factory-reset --yes', box.socket)).toMatchObject({ code: 0 })
    expect(box.asked.at(-1)).toBe('/v1/system/factory-reset')
  })
})

describe('bauta ipchains', () => {
  it('-L -n lists the rules that run', async () => {
    expect(await bauta('ipchains -L -n', box.socket)).toEqual({
      code: 0,
      err: '',
      out: `Chain input (policy DENY):
target     prot opt     source                destination           ports
ACCEPT     all  ------  0.0.0.0/0            0.0.0.0/0             n/a
ACCEPT     all  ------  0.0.0.0/0            0.0.0.0/0             n/a [known]
Chain forward (policy DENY):
target     prot opt     source                destination           ports
DENY       tcp  ------  192.168.77.12        0.0.0.0/0             * ->   80
MASQ       all  ------  0.0.0.0/0            0.0.0.0/0             n/a [in lan0]
Chain output (policy ACCEPT):
`,
    })
  })

  it('-L forward -n -v counts, and shows the device behind the role', async () => {
    const { out } = await bauta('ipchains -L forward -n -v --line-numbers', box.socket)
    expect(out).toBe(`Chain forward (policy DENY: 5 packets, 300 bytes):
num   pkts bytes target     prot opt    tosa tosx  ifname     mark       outsize  source                destination           ports
1        2   120 DENY       tcp  ------ 0xFF 0x00  *                              192.168.77.12        0.0.0.0/0             * ->   80
2       33  1686 MASQ       all  ------ 0xFF 0x00  ppp0                           0.0.0.0/0            0.0.0.0/0             n/a [in lan0]
`)
  })

  it('-L takes names where it finds them, and only what can be a host name', async () => {
    const names = { ...noNames, host: async () => 'tv.home.arpa' }
    expect((await bauta('ipchains -L forward', box.socket, names)).out.split('\n')[2]).toBe(
      'DENY       tcp  ------  tv.home.arpa         anywhere              any ->   http',
    )
    const evil = { ...noNames, host: async () => 'a\u001b[2Jb' }
    expect((await bauta('ipchains -L forward', box.socket, evil)).out).toContain(' 192.168.77.12 ')
  })

  it('-L of a chain that is not there says so as ipchains did', async () => {
    expect(await bauta('ipchains -L forwrd', box.socket)).toEqual({
      code: 1,
      out: '',
      err: 'ipchains: No chain by that name\n',
    })
  })

  it('-C tells what would become of a packet', async () => {
    const test = async (line: string) => (await bauta(`ipchains -C ${line}`, box.socket)).out
    expect(await test('input -i lan0 -p tcp -s 192.168.77.12 1024 -d 192.168.77.1 80 -y')).toBe('accepted\n')
    expect(await test('forward -i ppp0 -p tcp -s 192.168.77.12 1024 -d 1.2.3.4 80')).toBe('denied\n')
    expect(await test('output -i eth9 -p icmp -s 1.1.1.1 8 -d 2.2.2.2 0')).toBe('accepted\n')
    expect((await bauta('ipchains -C nope -i x -p icmp -s 1.1.1.1 8 -d 2.2.2.2 0', box.socket)).code).toBe(1)
  })

  it('a change goes to the web process, and says when that is not there', async () => {
    const asked: unknown[] = []
    const web = await fakeDataplane({
      '/v1/command': (_: URLSearchParams) => {
        asked.push('command')
        return { exit: 0, out: 'told\n', err: 'ipchains: noted\n', revision: 5 }
      },
    })
    expect(await bauta('ipchains -A forward -j MASQ', box.socket, noNames, web.socket)).toEqual({
      code: 0,
      out: 'told\n',
      err: 'ipchains: noted\n',
    })
    expect(asked).toHaveLength(1)
    await web.close()
    const { code, err } = await bauta('ipchains -F', box.socket, noNames, '/nowhere/commands.sock')
    expect(code).toBe(1)
    expect(err).toMatch(/nothing was changed: no answer on \/nowhere\/commands.sock/)
  })

  it('iptables has nothing to say on classic rules, and names what has', async () => {
    expect(await bauta('iptables -L', box.socket)).toMatchObject({
      code: 1,
      err: expect.stringContaining('the two do not live together'),
    })
    expect((await bauta('iptables-save', box.socket)).code).toBe(1)
    expect((await bauta('iptables -h', box.socket)).out).toContain('MASQUERADE')
  })

  it('ipfwadm lists the same rules in its own columns, and its protocols small', async () => {
    expect(
      (await bauta('ipfwadm -F -l -n', box.socket)).out,
    ).toBe(`IP firewall forward rules, default policy: deny
type  prot source               destination          ports
deny  tcp  192.168.77.12        0.0.0.0/0            * -> 80
acc/m all  0.0.0.0/0            0.0.0.0/0            n/a [in lan0]
`)
    expect((await bauta('ipfwadm -M -l -n', box.socket)).out.split('\n')[2]).toMatch(/^tcp {2}14:59.99/)
  })

  it('export prints a script, and what the language cannot say on the error output', async () => {
    const { out, err } = await bauta('export ipchains', box.socket)
    expect(out).toContain('ipchains -P forward DENY\n')
    expect(out).toContain('ipchains -A forward -p tcp -s 192.168.77.12 --dport 80 -j DENY\n')
    expect(err).toContain('ipchains cannot say rule 2 of forward: it asks for the way in (@lan)')
  })

  it('-M -L -n reads the masquerade table', async () => {
    expect((await bauta('ipchains -M -L -n', box.socket)).out).toBe(`IP masquerading entries
prot expire   source               destination          ports
TCP  14:59.99 192.168.1.2          208.140.112.99       1128 (63072) -> 21
ICMP 00:59.99 192.168.1.2          24.1.240.33          512 (61000) -> 8
`)
  })

  it('-M -L -n -v shows sequence numbers', async () => {
    const { out } = await bauta('ipchains -M -L -n -v', box.socket)
    expect(out.split('\n')[2]).toBe(
      'TCP  14:59.99  439041101     3    -2 192.168.1.2          208.140.112.99       1128 (63072) -> 21',
    )
  })

  it('-h helps', async () => {
    expect((await bauta('ipchains -h', box.socket)).out).toContain('--line-numbers')
  })
})

describe('bauta proc', () => {
  it('prints the file byte for byte', async () => {
    expect((await bauta('proc net/ip_masquerade', box.socket)).out).toBe(MASQUERADE)
  })

  it('says so where there is none', async () => {
    expect(await bauta('proc net/ip_conntrack', box.socket)).toEqual({
      code: 1,
      out: '',
      err: 'bauta: the dataplane said no: there is no such file\n',
    })
  })
})

describe('bauta status', () => {
  it('is one screen of text, without control characters of others', async () => {
    expect((await bauta('status', box.socket)).out).toBe(`Bauta 0.1.0, up 3 h 12 min, settings of revision 4

Internet       online for 2 min; 203.0.113.24 on ppp0, gateway 203.0.113.1, MTU 1492
Rate           12.3 Mbit/s down, 1.00 kbit/s up
Connections    812 of 131072: TCP 700, UDP 100, ICMP 12
Free ports     UDP 40959, TCP 40956, ICMP 40960 of 4096
DNS            1234 queries, 600 from the cache, 2 upstream servers
Devices        3
Packet thread  13 % of one CPU
Attention      warn: few ports are left?[2J

Interface  Role  State   Addresses        Received   Sent
lan0       lan   up      192.168.77.1/24   1.23 MB  999 B
ppp0       wan   absent  -                     0 B    0 B
`)
  })

  it('--json is what the dataplane said', async () => {
    expect(JSON.parse((await bauta('status --json', box.socket)).out)).toEqual(STATUS)
  })
})

describe('bauta connections', () => {
  it('passes the filter on and prints a table', async () => {
    const { out } = await bauta('connections proto:udp', box.socket)
    expect(
      out,
    ).toBe(`Prot  Expires   Client               Masq                Server             State      Out       In     Rate  Names
UDP   14:59.99  192.168.77.11:50000  203.0.113.24:61000  93.184.216.34:443  UDP    1.50 kB  2.00 MB  0 bit/s
1 of 1200 connections match
`)
    expect(box.asked.at(-1)).toContain('q=proto%3Audp')
  })

  it('asks page by page up to the limit', async () => {
    const before = box.asked.length
    const { out } = await bauta('connections --limit 1100', box.socket)
    expect(out.split('\n').at(-2)).toBe('1200 connections; 1100 are shown (--limit shows more)')
    expect(out.split('\n')).toHaveLength(1103)
    expect(box.asked.slice(before).map((url) => /limit=\d+&offset=\d+/.exec(url)?.[0])).toEqual([
      'limit=500&offset=0',
      'limit=500&offset=500',
      'limit=100&offset=1000',
    ])
  })
})

describe('bauta counters', () => {
  it('shows what happened, and with --all also what never did', async () => {
    expect((await bauta('counters', box.socket)).out).toBe(`Packets  Bytes  Rule
      2    120  forward -s 192.168.77.12 -p tcp --dport 80 -j DENY
     33   1686  forward -i @lan -o @wan -j MASQ
      5    300  policy of forward

Packets  Bytes  Path
     33   1686  forwarded  masqueraded and sent on

Dropped  Reason
      7  forward-denied  a rule of forward said DENY
`)
    expect((await bauta('counters --all', box.socket)).out).toContain('ttl-zero')
  })

  it('--json is what the dataplane said', async () => {
    expect(JSON.parse((await bauta('counters --json', box.socket)).out)).toEqual(COUNTERS)
  })
})

describe('when something is wrong', () => {
  it('a wrong command line gives 2 and points to -h', async () => {
    expect(await bauta('stauts', box.socket)).toEqual({
      code: 2,
      out: '',
      err: 'bauta: there is no command “stauts”\nTry “bauta -h” for what there is.\n',
    })
    const { code, err } = await bauta('ipchains -q', box.socket)
    expect([code, err.split('\n')[1]]).toEqual([
      2,
      "Try `ipchains -h' or 'ipchains --help' for more information.",
    ])
  })

  it('a dataplane that is not there gives 1 and says where it was looked for', async () => {
    const { code, err } = await bauta('status', '/nowhere/dataplane.sock')
    expect(code).toBe(1)
    expect(err).toMatch(/does not answer on \/nowhere\/dataplane\.sock.*\nIs it running\?/)
  })

  it('an answer that makes no sense gives 1', async () => {
    const odd = await fakeDataplane({ '/v1/status': 'no JSON', '/v1/counters': { rules: 7 } })
    const replies = [await bauta('status', odd.socket), await bauta('counters', odd.socket)]
    await odd.close()
    for (const { code, err } of replies) {
      expect(code).toBe(1)
      expect(err).toContain('is it of another version?')
    }
  })

  it('help needs no dataplane', async () => {
    expect(await bauta('help', '/nowhere')).toMatchObject({ code: 0, err: '' })
  })
})

describe('main.ts', () => {
  const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const start = (...words: string[]) => promisify(execFile)(node, [main, ...words])

  it('is the program', async () => {
    const { stdout } = await start('proc', 'net/ip_masquerade', '--socket', box.socket)
    expect(stdout).toBe(MASQUERADE)
    await expect(start('nonsense')).rejects.toMatchObject({ code: 2 })
  })

  it('ends quietly when its reader does', async () => {
    const script = `"${node}" "${main}" connections --limit 1200 --json --socket "${box.socket}" | head -c 10`
    const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-c', script])
    expect([stdout.length, stderr]).toEqual([10, ''])
  })
})
