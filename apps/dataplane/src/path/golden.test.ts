/**
 * Golden cases: packets in, packets and counters out, as text in golden/*.txt.
 *
 *   # a sentence that says what the case proves; the next such line begins another case, with a fresh box
 *   ! settings          takes settings of SETTINGS into use
 *   > lan0 packet       a packet comes in by an interface, or from `box`
 *   < lan0 packet       what was written, to which device
 *   wait 61             seconds pass
 *   drops …             every drop reason that happened, at the end
 *   connections …       what is in the table, at the end
 *
 * `GOLDEN=write npx vitest run apps/dataplane/src/path/golden.test.ts` writes the lines that begin with <, drops and
 * connections anew; read the difference before you commit it. `GOLDEN_PCAP=folder` writes what came in and went out of
 * each case as a capture file as well, for tcpdump and Wireshark.
 *
 * Text and not capture files, because whoever reviews a change of the path must be able to read what changed in it. What
 * a line does not show is checked beside: the checksums of every packet written are computed anew.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { anyRule, formatAddress, NO_FORWARDS, PORT_PRESETS, type Rule, type Snapshot } from '@bauta/config'
import { FLAG } from '@bauta/masq'
import { expect, test } from 'vitest'
import { Bench, type BenchOptions, benchSnapshot, indexOf } from './bench.ts'
import { Capture } from './capture.ts'
import { DNS_SETTINGS } from './golden-dns.ts'
import { HELPER_SETTINGS } from './golden-helpers.ts'
import { led, MARKED, NETFILTER_SETTINGS } from './golden-netfilter.ts'
import { TARGET_SETTINGS } from './golden-targets.ts'
import { framesFromText, textFromFrame } from './packet-text.ts'
import { wrongSum } from './true-sums.ts'

function rules(chain: 0 | 1 | 2, ...added: Partial<Rule>[]): Snapshot {
  const snapshot = benchSnapshot()
  const fresh = added.map((rule, i) => ({ ...anyRule(100 + i), ...rule }))
  snapshot.rules.chains[chain]!.rules.unshift(...fresh)
  return snapshot
}

const target = (verdict: 'ACCEPT' | 'DENY' | 'REJECT' | 'MASQ') => ({ target: { verdict } })
const tcp = (port: number): Partial<Rule> => ({
  protocol: { number: 6, invert: false },
  destinationPorts: { from: port, to: port, invert: false },
})
const redirectTo = (port: number): Partial<Rule> => ({
  target: { verdict: 'REDIRECT', ports: port === 0 ? null : { from: port, to: port } },
})
const to = (network: string) => ({ destination: { network, invert: false } })

function forwarding(forwards: Partial<Snapshot['forwards']>, ...input: Partial<Rule>[]): BenchOptions {
  const snapshot = rules(0, ...input)
  return { snapshot: { ...snapshot, forwards: { ...NO_FORWARDS, ...forwards } } }
}

const range = (from: number, to = from) => ({ from, to })
const machine = (address: string, turns = 10) => ({ address, turns })

const SETTINGS: Record<string, BenchOptions> = {
  ...NETFILTER_SETTINGS,
  ...HELPER_SETTINGS,
  ...DNS_SETTINGS,
  ...TARGET_SETTINGS,
  default: {},
  'wan-moved': { wanAddress: '198.51.100.9' },
  'wan-down': { wanAddress: null },
  'wan-1492': { wanMtu: 1492 },
  'input-open': { snapshot: rules(0, target('ACCEPT')) },
  'input-rejects': { snapshot: rules(0, { ...to('192.168.77.1'), ...target('REJECT') }) },
  'few-ports': {
    snapshot: { ...benchSnapshot(), ports: { ...PORT_PRESETS.standard, from: 61_000, to: 61_001 } },
  },
  'few-slots': { capacity: 2 },
  'forward-denies': { snapshot: rules(1, { ...to('93.184.216.34'), ...target('DENY') }) },
  'forward-rejects': { snapshot: rules(1, { ...to('93.184.216.34'), ...target('REJECT') }) },
  'forward-routes': { snapshot: rules(1, { ...target('ACCEPT') }) },
  'output-rejects': { snapshot: rules(2, { ...to('93.184.216.34'), ...target('REJECT') }) },
  'output-counts': { snapshot: rules(2, { ...to('93.184.216.34'), ...target('ACCEPT') }) },
  forwards: forwarding({
    list: [
      led(1, { targetPort: 8080 }),
      led(2, { protocol: 'udp', ports: range(5000, 5010), targetPort: 6000 }),
      led(3, { protocol: 'both', ports: range(22), source: '203.0.113.0/24' }),
      led(4, { ports: range(443), enabled: false }),
    ],
  }),
  'forwards-and-a-ban': forwarding(
    { list: [led(1, { targetPort: 8080 })] },
    { source: { network: '203.0.113.0/24', invert: false }, ...target('DENY') },
  ),
  turns: forwarding({
    list: [led(1, { targets: [machine('192.168.77.20', 2), machine('192.168.78.21', 1)] })],
  }),
  dmz: forwarding(
    { list: [led(7, { protocol: 'all', ports: null }), led(1, { targetPort: 8080 })] },
    {
      protocol: { number: 6, invert: false },
      destinationPorts: { from: 22, to: 22, invert: false },
      ...target('ACCEPT'),
    },
  ),
  triggers: forwarding({
    triggers: [
      {
        id: 3,
        enabled: true,
        comment: 'RealAudio',
        control: { protocol: 'tcp', port: 7070 },
        opens: { protocol: 'udp', from: 6970, to: 7170 },
        anyServer: false,
      },
    ],
  }),
  marks: forwarding(
    { marks: [MARKED] },
    {
      ...tcp(80),
      inInterface: { name: 'wan0', invert: false },
      ...target('ACCEPT'),
      setMark: { value: 7, add: false },
    },
    {
      ...tcp(81),
      inInterface: { name: 'wan0', invert: false },
      ...target('DENY'),
      setMark: { value: 7, add: false },
    },
    { ...tcp(82), ...target('ACCEPT'), setMark: { value: 9, add: false } },
  ),
  console: forwarding({ consoles: ['192.168.77.11'] }),
  redirects: {
    snapshot: rules(0, { ...tcp(80), ...redirectTo(3128) }, { ...tcp(8025), ...redirectTo(0) }),
  },
  'redirects-from-outside': { snapshot: rules(0, { ...tcp(80), ...redirectTo(8080) }) },
  'output-denies-lan': { snapshot: rules(2, { ...to('192.168.77.0/24'), ...target('DENY') }) },
}

let carriedInAll = 0

const FOLDER = join(import.meta.dirname, 'golden')
const CAPTURES = process.env.GOLDEN_PCAP
const WRITE = process.env.GOLDEN === 'write'

/** What cannot change while the box runs, the size of the table, is taken from settings before the first packet. */
function firstSettings(lines: readonly string[]): BenchOptions {
  const [, second = ''] = lines
  return second.startsWith('! ') ? SETTINGS[second.slice(2)]! : {}
}

function play(lines: readonly string[], capture: Capture, carried = false): string[] {
  const bench = new Bench({ ...firstSettings(lines), carried })
  const out: string[] = []
  const detailed = lines.some((line) => /^> .* (say|seq) /.test(line))
  for (const line of lines) {
    if (/^(<|drops|connections)/.test(line)) continue
    out.push(line)
    const [sign, first = '', ...rest] = line.split(' ')
    if (sign === '!') bench.configure(SETTINGS[first]!)
    if (sign === 'wait') bench.passTime(Number(first))
    if (sign === '>')
      for (const frame of framesFromText(rest.join(' '))) {
        capture.add(bench.now, frame)
        bench.receive(indexOf(first), frame)
      }
    for (const { device, frame } of bench.taken()) {
      capture.add(bench.now, frame)
      expect(wrongSum(frame), `${line}\n< ${device} ${textFromFrame(frame)}`).toBeNull()
      out.push(`< ${device} ${textFromFrame(frame, detailed)}`)
    }
  }
  bench.settle()
  carriedInAll += bench.kernel?.carried ?? 0
  return [...out, ...summary(bench), '']
}

function summary(bench: Bench): string[] {
  const drops = Object.entries(bench.drops()).map(([name, packets]) => `${name} ${packets}`)
  const { table } = bench
  const connections: string[] = []
  for (let slot = 0; slot < table.limit; slot++) {
    if (!table.used(slot)) continue
    const who = `${formatAddress(table.client(slot))}:${table.clientPort(slot)} via ${table.masqPort(slot)}`
    const flags = table.flags(slot)
    const kind = flags & FLAG.local ? ' box' : flags & FLAG.forwarded ? ' forwarded' : ''
    connections.push(`${who} ${table.stateName(slot)} rule ${table.ruleId(slot)}${kind}`)
  }
  return [`drops ${drops.join(', ') || 'none'}`, `connections ${connections.join(', ') || 'none'}`]
}

for (const file of readdirSync(FOLDER)) {
  const path = join(FOLDER, file)
  const cases = readFileSync(path, 'utf8').split(/^(?=# )/m)
  const group = file.replace('.txt', '')
  const written = [...cases]
  test.each(cases.map((text, number) => [text.split('\n')[0]!.slice(2), number, text] as const))(
    `${group}: %s`,
    (_, number, text) => {
      const capture = new Capture()
      const lines = text.split('\n').filter((line) => line !== '')
      const played = play(lines, capture).join('\n')
      if (CAPTURES) writeFileSync(join(CAPTURES, `${group}-${number + 1}.pcap`), capture.bytes())
      written[number] = played
      if (WRITE) writeFileSync(path, written.join(''))
      else {
        expect(played).toBe(text)
        expect(play(lines, new Capture(), true).join('\n'), 'with the kernel carrying').toBe(text)
      }
    },
  )
}

test('the kernel had its part in the cases above', () => {
  if (!WRITE) expect(carriedInAll).toBeGreaterThan(0)
})
