import { defaultSnapshot, emptyRules } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import type { Names } from '../names.ts'
import { COMMANDS, LISTINGS, REFUSALS } from './fixtures/iptables-golden.ts'
import { listIptables } from './list-iptables.ts'
import { iptablesCommands, iptablesSave } from './print-iptables.ts'
import { runCommand } from './run-command.ts'
import { readShell } from './shell-lines.ts'

const { timeouts } = defaultSnapshot()
const wordsOf = (line: string) => readShell(`iptables ${line}`)[0]?.words.slice(1) ?? []

const loaded = (() => {
  let subject = { rules: emptyRules('netfilter'), timeouts }
  let id = 1
  for (const line of COMMANDS) {
    const ran = runCommand('iptables', wordsOf(line), subject, () => id++)
    if (ran.kind !== 'changed') throw new Error(`${line}: ${JSON.stringify(ran)}`)
    subject = ran.subject as typeof subject
  }
  return subject
})()

const SERVICES = new Map([
  ['53/17', 'domain'],
  ['80/6', 'http'],
  ['443/6', 'https'],
])
const NAMES: Names = {
  host: () => null,
  service: (port, protocol) => SERVICES.get(`${port}/${protocol}`) ?? null,
}

describe('iptables', () => {
  it.each(LISTINGS)('prints $table with -$as as iptables itself does', ({ table, as, text }) => {
    const printed =
      as === 'S'
        ? iptablesCommands(loaded.rules, table)
        : listIptables(loaded.rules, table, as === 'L' ? { names: NAMES } : { numeric: true, verbose: true })
    expect(printed.trimEnd().split('\n')).toEqual(text.trimEnd().split('\n'))
  })

  // iptables lets chains be renamed to what is there in another case; and an empty rule is the same here.
  it.each(REFUSALS.filter(([line]) => !line.startsWith('-L nope')))(
    'refuses “%s” with exit code %i and its own words',
    (line, exit, text) => {
      const ran = runCommand('iptables', wordsOf(line), loaded, () => 1000)
      expect(ran).toEqual({ kind: 'refused', exit, text })
    },
  )

  it('lists the nat table as a book shows it', () => {
    let subject = { rules: emptyRules('netfilter'), timeouts }
    for (const line of ['-t nat -P POSTROUTING DROP', '-t nat -A POSTROUTING -o ppp0 -j MASQUERADE']) {
      const ran = runCommand('iptables', line.split(' '), subject, () => 1)
      if (ran.kind === 'changed') subject = ran.subject as typeof subject
    }
    expect(listIptables(subject.rules, 'nat')).toBe(
      [
        'Chain PREROUTING (policy ACCEPT)',
        'target     prot opt source               destination         ',
        '',
        'Chain OUTPUT (policy ACCEPT)',
        'target     prot opt source               destination         ',
        '',
        'Chain POSTROUTING (policy DROP)',
        'target     prot opt source               destination         ',
        'MASQUERADE  all  --  anywhere             anywhere            ',
        '',
      ].join('\n'),
    )
  })

  it('-F, -X and -Z: all rules, all user chains, all counters of a table', () => {
    const run = (line: string, subject = loaded) => {
      const ran = runCommand('iptables', line.split(' '), subject, () => 1)
      if (ran.kind !== 'changed') throw new Error(JSON.stringify(ran))
      return ran
    }
    const zeroed = run('-Z').zeroed
    expect(zeroed.policies.map(({ name }) => name)).toEqual(['INPUT', 'FORWARD', 'OUTPUT'])
    expect(zeroed.rules).toHaveLength(24)
    const flushed = run('-X', run('-F').subject as typeof loaded).subject.rules
    expect(flushed.chains.filter(({ table }) => table === 'filter').map(({ name }) => name)).toEqual([
      'INPUT',
      'FORWARD',
      'OUTPUT',
    ])
    expect(
      flushed.chains.find(({ name, table }) => name === 'POSTROUTING' && table === 'nat')!.rules,
    ).toHaveLength(3)
  })

  it('widens with -x and shortens great numbers without', () => {
    const counters = {
      rule: () => ({ packets: 123_456, bytes: 98_765_432_100 }),
      policy: () => ({ packets: 1, bytes: 150_000 }),
    }
    const line = (exact: boolean) =>
      listIptables(loaded.rules, 'nat', {
        numeric: true,
        verbose: true,
        exact,
        chain: 'POSTROUTING',
        counters,
      }).split('\n')
    expect(line(false)[0]).toBe('Chain POSTROUTING (policy ACCEPT 1 packets, 150K bytes)')
    expect(line(false)[2]).toMatch(/^ 123K {3}99G MASQUERADE/)
    expect(line(true)[1]).toMatch(/^ {4}pkts {6}bytes target/)
    expect(line(true)[2]).toMatch(/^ {2}123456 98765432100 MASQUERADE/)
  })

  it('saves tables with their policies and counters', () => {
    const counters = { rule: () => ({ packets: 2, bytes: 120 }), policy: () => ({ packets: 1, bytes: 60 }) }
    const text = iptablesSave(loaded.rules, ['nat'], counters, true)
    expect(text.split('\n').slice(0, 5)).toEqual([
      '*nat',
      ':PREROUTING ACCEPT [1:60]',
      ':OUTPUT ACCEPT [1:60]',
      ':POSTROUTING ACCEPT [1:60]',
      '[2:120] -A PREROUTING -d 10.2.0.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 192.168.1.2:8080',
    ])
    expect(text.endsWith('COMMIT\n')).toBe(true)
  })
})

describe('the two dialects', () => {
  it('do not live together, and each says so', () => {
    const classic = { rules: emptyRules('classic'), timeouts }
    expect(runCommand('iptables', ['-A', 'FORWARD', '-j', 'DROP'], classic, () => 1)).toMatchObject({
      kind: 'refused',
      exit: 1,
      text: expect.stringContaining('the two do not live together. Use ipchains or ipfwadm'),
    })
    expect(runCommand('ipchains', ['-L'], loaded, () => 1)).toMatchObject({
      kind: 'refused',
      exit: 1,
      text: expect.stringContaining('Use iptables'),
    })
  })
})
