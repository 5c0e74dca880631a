/** Whatever is typed: no parser throws, hangs or leaves half of a command behind; and what is printed reads back as what it was. */
import {
  anyRule,
  type Dialect,
  defaultSnapshot,
  emptyRules,
  LIMIT_PERIODS,
  REJECT_WITH,
  type Rule,
  type Rules,
  rulesSchema,
} from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Program } from './commands.ts'
import { ipchainsScript, ipfwadmScript } from './print-classic.ts'
import { iptablesCommands, iptablesSave } from './print-iptables.ts'
import { restoreIptables } from './restore.ts'
import { runCommand } from './run-command.ts'
import { readScript } from './script.ts'
import { readShell } from './shell-lines.ts'

const { timeouts, ports, forwards, helpers } = defaultSnapshot()
const settings = (rules: Rules) => ({ rules, timeouts, ports, forwards, helpers })

const WORDS = [
  ...'-A -D -I -R -L -F -Z -N -X -P -M -S -C -E -s -d -p -i -o -j -y -f -b -l -m -t -n -v -x -h -V -W -a -z -c -e -k -r -O -g'.split(
    ' ',
  ),
  ...'input forward output INPUT FORWARD OUTPUT POSTROUTING PREROUTING nat mangle filter mine ! accept deny reject'.split(
    ' ',
  ),
  ...'ACCEPT DENY REJECT MASQ REDIRECT RETURN DROP LOG SNAT DNAT MASQUERADE NETMAP MARK TOS DSCP TTL TCPMSS QUEUE'.split(
    ' ',
  ),
  ...'tcp udp icmp all gre 0/0 10.0.0.0/8 192.168.1.1 1.2.3.4/255.0.255.0 80 1024: :1023 20:21 www 1 2 0 -1 99999 0xff +3 eth0 ppp+'.split(
    ' ',
  ),
  ...'--sport --dport --syn --tcp-flags SYN,ACK SYN --icmp-type echo-request ping --state NEW,ESTABLISHED --limit 3/s --limit-burst'.split(
    ' ',
  ),
  ...'--to-source --to-destination 1.2.3.4-1.2.3.9:80-90 --to-ports --to --set-mark --mark --mac-source 00:11:22:33:44:55 --log-prefix'.split(
    ' ',
  ),
  ...'state limit mac mark multiport tos length conntrack comment --comment --dports 1,2,3 --reject-with tcp-reset --line-numbers'.split(
    ' ',
  ),
  ...[
    '',
    '-',
    '--',
    '-nvL',
    '-Linput',
    '--nonsense',
    '\u0000',
    '\u202e',
    '__proto__',
    'constructor',
    '--toString',
    'hasOwnProperty',
  ],
]
const word = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string() },
)
const line = fc.array(word, { maxLength: 14 })

describe.each<[Program, Dialect]>([
  ['ipchains', 'classic'],
  ['ipfwadm', 'classic'],
  ['iptables', 'netfilter'],
])('%s', (program, dialect) => {
  it('takes any words without a throw, and its rules are always whole', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        let subject = { rules: emptyRules(dialect), timeouts }
        let id = 1
        for (const words of lines) {
          const before = JSON.stringify(subject)
          const ran = runCommand(program, words, subject, () => id++)
          expect(JSON.stringify(subject)).toBe(before)
          if (ran.kind !== 'changed') continue
          subject = ran.subject as typeof subject
          expect(rulesSchema.safeParse(subject.rules).error).toBeUndefined()
        }
      }),
      { numRuns: 4000 },
    )
  })
})

describe('a script', () => {
  it('of any text is read to its end', () => {
    const piece = fc.oneof(
      line.map((words) => `ipchains ${words.join(' ')}`),
      line.map((words) => `iptables ${words.join(' ')}`),
      fc.constantFrom(
        '"',
        "'",
        '`',
        '\\',
        '$X',
        '${',
        '$(',
        'if x; then',
        'fi',
        'for i in 1',
        'done',
        'X=1',
        '#',
        '*nat',
        'COMMIT',
        ':A - [0:0]',
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('\n', ' ', ';'), (pieces, joint) => {
        const text = pieces.join(joint)
        readShell(text)
        const read = readScript(text, settings(emptyRules('classic')))
        expect(rulesSchema.safeParse(read.settings.rules).error).toBeUndefined()
      }),
      { numRuns: 3000 },
    )
  })
  it('of two thousand rules is read in a moment', () => {
    const text = Array.from(
      { length: 2000 },
      (_, i) => `ipchains -A input -s 10.${i >> 8}.${i & 255}.1 -j DENY`,
    ).join('\n')
    const read = readScript(text, settings(emptyRules('classic')))
    expect(read.lines.every(({ fate }) => fate === 'done')).toBe(true)
    expect(read.settings.rules.chains[0]!.rules).toHaveLength(2000)
  })
})

const flag = fc.boolean()
const network = fc
  .tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 32 }))
  .map(([address, bits]) => {
    const cut = bits === 32 ? address : (address & (0xffffffff << (32 - bits))) >>> 0
    return `${cut >>> 24}.${(cut >>> 16) & 255}.${(cut >>> 8) & 255}.${cut & 255}${bits === 32 ? '' : `/${bits}`}`
  })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const range = fc
  .tuple(fc.integer({ min: 0, max: 65535 }), fc.integer({ min: 0, max: 65535 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
const device = fc.constantFrom('eth0', 'ppp+', 'lo', '@lan', '@wan')
const inverted = <T extends object>(arbitrary: fc.Arbitrary<T>) =>
  fc.tuple(arbitrary, flag).map(([value, invert]) => ({ ...value, invert }))
/** The whole range says nothing, and is left out when read back. */
const someRange = range.filter(({ from, to }) => from > 0 || to < 65535)

interface Picked {
  number: number | null
  from: { from: number; to: number; invert: boolean } | null
  to: { from: number; to: number; invert: boolean } | null
  icmp: { type: number; code: number | null; invert: boolean } | null
  syn: { invert: boolean } | null
}
const picked = fc.record<Picked>({
  number: fc.constantFrom(null, 1, 6, 17, 47),
  from: maybe(inverted(someRange)),
  to: maybe(inverted(someRange)),
  icmp: maybe(
    fc.record({
      type: fc.integer({ min: 0, max: 254 }),
      code: maybe(fc.integer({ min: 0, max: 255 })),
      invert: flag,
    }),
  ),
  syn: maybe(fc.record({ invert: flag })),
})

const base = fc
  .record({
    picked,
    source: maybe(inverted(fc.record({ network }))),
    destination: maybe(inverted(fc.record({ network }))),
  })
  .map(({ picked: { number, from, to, icmp, syn }, source, destination }): Partial<Rule> => {
    const ported = number === 6 || number === 17
    return {
      source,
      destination,
      protocol: number === null ? null : { number, invert: false },
      sourcePorts: ported ? from : null,
      destinationPorts: ported ? to : null,
      icmp: number === 1 && icmp ? { ...icmp, invert: icmp.invert && icmp.code === null } : null,
      tcpFlags: number === 6 && syn ? { mask: 0x16, set: 2, invert: syn.invert } : null,
    }
  })

const numbered = (rules: readonly Rule[]) => rules.map((rule, i) => ({ ...rule, id: i + 1 }))
const filled = (dialect: Dialect, lists: Readonly<Record<string, Rule[]>>, own: string[] = []): Rules => {
  const rules = emptyRules(dialect)
  const chains = [
    ...rules.chains,
    ...own.map((name) => ({ table: 'filter' as const, name, policy: null, rules: [] as Rule[] })),
  ]
  let id = 1
  return {
    ...rules,
    chains: chains.map((chain) => ({
      ...chain,
      rules: (lists[`${chain.table} ${chain.name}`] ?? []).map((rule) => ({ ...rule, id: id++ })),
    })),
  }
}
const withoutIds = (rules: Rules) => ({
  ...rules,
  chains: rules.chains.map((chain) => ({ ...chain, rules: chain.rules.map((rule) => ({ ...rule, id: 0 })) })),
})

describe('what is printed reads back as what it was', () => {
  const classicRule = fc
    .record({
      base,
      device: maybe(inverted(fc.record({ name: device }))),
      fragment: maybe(fc.record({ invert: flag })),
      log: flag,
      setMark: maybe(fc.record({ value: fc.integer({ min: 1, max: 0xffffffff }), add: flag })),
      setTos: maybe(fc.constantFrom({ and: 1, xor: 16 }, { and: 0xe1, xor: 8 })),
      verdict: fc.constantFrom('ACCEPT', 'DENY', 'REJECT', 'MASQ', 'RETURN', 'mine', null),
    })
    .map(({ base: fields, device: outInterface, fragment, log, setMark, setTos, verdict }): Rule => {
      const later = fragment && !fragment.invert
      return {
        ...anyRule(1),
        ...fields,
        ...(later ? { sourcePorts: null, destinationPorts: null, icmp: null, tcpFlags: null } : {}),
        outInterface,
        fragment,
        log,
        setMark,
        setTos,
        target:
          verdict === null ? null : verdict === 'mine' ? { chain: 'mine' } : { verdict: verdict as 'DENY' },
      }
    })

  it('in ipchains', () => {
    fc.assert(
      fc.property(
        fc.array(classicRule, { maxLength: 5 }),
        fc.array(classicRule, { maxLength: 3 }),
        (forward, mine) => {
          const rules = filled(
            'classic',
            {
              'filter forward': numbered(forward),
              'filter mine': mine.filter(({ target }) => !target || 'verdict' in target),
            },
            ['mine'],
          )
          expect(rulesSchema.safeParse(rules).error).toBeUndefined()
          const { text, unsaid } = ipchainsScript(rules)
          expect(unsaid).toEqual([])
          const read = readScript(text, settings(emptyRules('classic')))
          expect(read.lines.filter(({ fate }) => fate === 'problem')).toEqual([])
          expect(withoutIds(read.settings.rules)).toEqual(withoutIds(rules))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('in ipfwadm, what it can say', () => {
    fc.assert(
      fc.property(fc.array(classicRule, { maxLength: 6 }), (forward) => {
        const rules = filled('classic', {
          'filter forward': forward.filter(({ target }) => !target || 'verdict' in target),
        })
        const { text, unsaid } = ipfwadmScript(rules)
        const read = readScript(text, settings(emptyRules('classic')))
        expect(read.lines.filter(({ fate }) => fate === 'problem')).toEqual([])
        const left = new Set(unsaid.map(({ place }) => place))
        const said = rules.chains[1]!.rules.filter((_, i) => !left.has(i + 1))
        expect(read.settings.rules.chains[1]!.rules.map((rule) => ({ ...rule, id: 0 }))).toEqual(
          said.map((rule) => ({ ...rule, id: 0 })),
        )
      }),
      { numRuns: 500 },
    )
  })

  const mask32 = fc.integer({ min: 0, max: 0xffffffff })
  const filterTarget = fc.oneof(
    fc.constantFrom<Rule['target']>(
      ...([
        { verdict: 'ACCEPT' },
        { verdict: 'DENY' },
        { verdict: 'RETURN' },
        { verdict: 'QUEUE' },
        { chain: 'mine' },
        null,
      ] as const),
    ),
    fc
      .constantFrom(...REJECT_WITH.filter((one) => one !== 'tcp-reset'))
      .map((kind) => ({ verdict: 'REJECT' as const, with: kind })),
    fc.record({
      action: fc.constant('LOG' as const),
      level: fc.integer({ min: 0, max: 7 }),
      prefix: fc.string({ maxLength: 29, unit: fc.constantFrom(...'ab "\\$\'#;:-.') }),
      tcpSequence: flag,
      tcpOptions: flag,
      ipOptions: flag,
    }),
  )
  const matches = fc
    .record({
      base,
      inInterface: maybe(inverted(fc.record({ name: device }))),
      fragment: maybe(fc.record({ invert: fc.constant(true) })),
      states: maybe(
        fc.record({
          list: fc.constantFrom<('NEW' | 'ESTABLISHED' | 'RELATED')[]>(['NEW'], ['ESTABLISHED', 'RELATED']),
          invert: flag,
        }),
      ),
      multiport: fc.array(
        fc.record({
          side: fc.constantFrom('source' as const, 'destination' as const, 'either' as const),
          ranges: fc.array(range, { minLength: 1, maxLength: 3 }),
          invert: flag,
        }),
        { maxLength: 2 },
      ),
      mark: maybe(
        fc
          .tuple(mask32, mask32, flag)
          .map(([value, mask, invert]) => ({ value: (value & mask) >>> 0, mask, invert })),
      ),
      tos: maybe(
        fc
          .tuple(fc.nat(255), fc.nat(255), flag)
          .map(([value, mask, invert]) => ({ value: value & mask, mask, invert })),
      ),
      mac: maybe(fc.record({ address: fc.constant('00:1a:2b:3c:4d:5e'), invert: flag })),
      limit: maybe(
        fc.record({
          rate: fc.integer({ min: 1, max: 10_000 }),
          per: fc.constantFrom(...LIMIT_PERIODS),
          burst: fc.integer({ min: 1, max: 10_000 }),
        }),
      ),
      length: maybe(inverted(range)),
      comment: fc
        .string({ maxLength: 20, unit: fc.constantFrom(...'ab "\\$\'#;!*') })
        .map((text) => text.trim()),
    })
    .map(({ base: fields, ...more }): Partial<Rule> => {
      const ported = fields.protocol?.number === 6 || fields.protocol?.number === 17
      return { ...fields, ...more, multiport: ported ? more.multiport : [] }
    })

  const netfilterRules = fc
    .tuple(
      fc.array(fc.tuple(matches, filterTarget), { maxLength: 4 }),
      fc.array(matches, { maxLength: 2 }),
      fc.array(fc.tuple(matches, mask32, mask32), { maxLength: 2 }),
    )
    .map(([forward, nat, mangle]) =>
      filled(
        'netfilter',
        {
          'filter FORWARD': forward.map(([fields, target]) => ({ ...anyRule(1), ...fields, target })),
          'nat PREROUTING': nat.map((fields) => ({
            ...anyRule(1),
            ...fields,
            target: {
              verdict: 'DNAT' as const,
              ranges: [{ from: '10.0.0.1', to: '10.0.0.9' }],
              ports: fields.protocol?.number === 6 ? { from: 80, to: 81 } : null,
              persistent: true,
              random: false,
            },
          })),
          'mangle PREROUTING': mangle.map(([fields, value, mask]) => ({
            ...anyRule(1),
            ...fields,
            target: { action: 'MARK' as const, value, mask },
          })),
        },
        ['mine'],
      ),
    )

  it('in iptables -S, table by table', () => {
    fc.assert(
      fc.property(netfilterRules, (rules) => {
        expect(rulesSchema.safeParse(rules).error).toBeUndefined()
        const text = (['filter', 'nat', 'mangle'] as const)
          .flatMap((table) =>
            iptablesCommands(rules, table)
              .trimEnd()
              .split('\n')
              .map((line) => `iptables -t ${table} ${line.replaceAll('$', '\\$')}`),
          )
          .join('\n')
        const read = readScript(text, settings(emptyRules('netfilter')))
        expect(read.lines.filter(({ fate }) => fate === 'problem')).toEqual([])
        expect(withoutIds(read.settings.rules)).toEqual(withoutIds(rules))
      }),
      { numRuns: 500 },
    )
  })

  it('in the file of iptables-save', () => {
    fc.assert(
      fc.property(netfilterRules, (rules) => {
        let id = 1
        const restored = restoreIptables(
          iptablesSave(rules),
          { rules: emptyRules('netfilter'), timeouts },
          () => id++,
        )
        if (restored.kind !== 'restored') throw new Error(JSON.stringify(restored.fault))
        expect(withoutIds(restored.subject.rules)).toEqual(withoutIds(rules))
      }),
      { numRuns: 500 },
    )
  })
})
