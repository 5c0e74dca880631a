import { defaultSnapshot, emptyRules, rulesSchema } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { listChains } from '../list-chains.ts'
import type { Subject } from './edit.ts'
import { runCommand } from './run-command.ts'

export const classic = (): Subject => ({
  rules: emptyRules('classic'),
  timeouts: defaultSnapshot().timeouts,
})

/** Runs lines one after the other. @returns the settings after them, and the last line's outcome */
function run(...lines: string[]) {
  let subject = classic()
  let id = 1
  let last = null as ReturnType<typeof runCommand> | null
  for (const line of lines) {
    last = runCommand('ipchains', line.split(' ').filter(Boolean), subject, () => id++)
    if (last.kind === 'changed') subject = last.subject
    rulesSchema.parse(subject.rules)
  }
  return { subject, last: last! }
}
const listed = (chain: string, ...lines: string[]) =>
  listChains(run(...lines).subject.rules, { numeric: true, chain })
const told = (line: string, ...before: string[]) => {
  const { last } = run(...before, line)
  return last.kind === 'refused' ? `${last.exit} ${last.text.split('\n')[0]}` : last.kind
}

describe('ipchains', () => {
  it('appends, inserts, replaces and deletes by number', () => {
    expect(
      listed(
        'forward',
        '-A forward -s 192.168.0.0/16 -j MASQ',
        '-I forward -d 10.0.0.1 -j DENY',
        '-I forward 2 -d 10.0.0.2 -j REJECT',
        '-R forward 1 -d 10.0.0.3 -j ACCEPT',
        '-D forward 2',
      ),
    ).toBe(
      'Chain forward (policy ACCEPT):\n' +
        'target     prot opt     source                destination           ports\n' +
        'ACCEPT     all  ------  0.0.0.0/0            10.0.0.3              n/a\n' +
        'MASQ       all  ------  192.168.0.0/16       0.0.0.0/0             n/a\n',
    )
  })
  it('deletes the first rule that says the same', () => {
    const { subject } = run(
      '-A input -p tcp -d 0/0 80 -j DENY',
      '-A input -p tcp --dport www -j DENY -m 3',
      '-D input -p 6 -d any/0 80 -j DENY',
    )
    expect(subject.rules.chains[0]!.rules).toHaveLength(1)
    expect(told('-D input -j DENY')).toBe('1 ipchains: bad rule (does a matching rule exist in that chain?)')
  })
  it('a user chain with MASQ inside is a target', () => {
    expect(listed('ipmasq', '-N ipmasq', '-A forward -j ipmasq', '-A ipmasq -i ppp0 -j MASQ')).toContain(
      'Chain ipmasq (1 references):',
    )
    const { subject } = run('-N ipmasq', '-A forward -j ipmasq', '-A ipmasq -i ppp0 -j MASQ')
    expect(subject.rules.chains[3]!.rules[0]).toMatchObject({
      outInterface: { name: 'ppp0' },
      target: { verdict: 'MASQ' },
    })
  })
  it('an interface of a chain that only input calls is the way in, also when it was filled before', () => {
    const { subject } = run('-N fromnet', '-A fromnet -i ppp0 -j DENY', '-A input -j fromnet')
    expect(subject.rules.chains[3]!.rules[0]).toMatchObject({
      inInterface: { name: 'ppp0' },
      outInterface: null,
    })
  })
  it('-b makes two rules with everything turned round', () => {
    expect(listed('input', '-A input -b -p tcp -s 10.0.0.1 1024: -d ! 10.0.0.2 ! 80 -j ACCEPT')).toContain(
      'ACCEPT     tcp  ------  10.0.0.1             !10.0.0.2              1024:65535 ->  !80\n' +
        'ACCEPT     tcp  ------ !10.0.0.2             10.0.0.1             !80 ->   1024:65535\n',
    )
  })
  it.each([
    ['-A forward -s 10.0.0.1 -j MASQ -A input', "2 ipchains: Can't use -A with -A"],
    ['! -A input', '2 ipchains: unexpected ! flag'],
    ['-A input ! -j DENY', '2 ipchains: cannot have ! before -j'],
    ['-A input -p ! ! tcp', "2 ipchains: unknown protocol `!' specified"],
    ['! ! -A input', '2 ipchains: multiple consecutive ! not allowed'],
    ['-A input -s 1.2.3.4 -s 1.2.3.5', '2 ipchains: multiple -s flags not allowed'],
    ['-D input 0', "2 ipchains: Invalid rule number `0'"],
    ['-R input -j DENY', '2 ipchains: -R requires a rule number'],
    ['-P input', '2 ipchains: -P requires a chain and a policy'],
    ['-P forward -j deny', '2 ipchains: -P requires a chain and a policy'],
    ['-P input deny', "2 ipchains: Invalid policy `deny' for -P"],
    ['-P input MASQ', "2 ipchains: `-P MASQ' only valid for `forward' chain."],
    ['-P mine DENY', '2 ipchains: Can only set policy in built-in chains.'],
    ['-M -S 10 20', '2 ipchains: -S requires 3 timeout values'],
    ['-M -S 10 20 x', "2 ipchains: invalid timeout value `x' specified"],
    ['-M', '2 ipchains: -M/--masquerading requires -L/--list or -S/--set'],
    ['-A input -p nonsense', "2 ipchains: unknown protocol `nonsense' specified"],
    ['-A input -s nowhere.example', "2 ipchains: host/network `nowhere.example' not found"],
    ['-A input -s 10.0.0.0/33', "2 ipchains: invalid mask `33' specified"],
    ['-A input -d 0/0 80', '2 ipchains: can only specify ports for icmp, tcp or udp'],
    ['-A input -p ! tcp -d 0/0 80', '2 ipchains: no ports allowed without specific protocol'],
    ['-A input -p udp -y', '2 ipchains: -y only allowed with TCP protocol'],
    ['-A input -p tcp -f -d 0/0 80', '2 ipchains: no ports allowed with -f'],
    ['-A input -p tcp -f -y', '2 ipchains: -y not allowed with -f'],
    ['-A input -t 01 100', "2 ipchains: invalid hexbyte `100' specified"],
    ['-A input -t fe 00', '2 ipchains: TOS manipulation cannot alter bit 0 (RFC1349)'],
    ['-A input -t 01 0c', '2 ipchains: TOS manipulation cannot set multiple TOS bits (RFC1349)'],
    ['-A input -m x', "2 ipchains: Bad value `x' for -m."],
    ['-A input -o 70000', "2 ipchains: -o argument must be 0-65535, not `70000'"],
    ['-A input -j REDIRECT', '2 ipchains: redirecting only allowed with TCP or UDP'],
    ['-A forward -p tcp -j REDIRECT 80', '2 ipchains: redirect not allowed for output and forward chains'],
    ['-A input -j MASQ', '2 ipchains: masquerading not allowed for input and output chains'],
    ['-N muchtoolong', "2 ipchains: chain name `muchtoolong' too long (must be under 8 chars)"],
    ['-A input -j muchtoolong', "2 ipchains: Invalid target name `muchtoolong' (8 chars max)"],
    ['-L -j DENY', "2 ipchains: Illegal option `-j' with this command"],
    ['-A input -n', "2 ipchains: Illegal option `-n' with this command"],
    ['-C input -p tcp', '2 ipchains: one port required with source/destination address for -C'],
    ['-L -Z input', '2 ipchains: -L with -Z does not allow chain to be specified'],
    ['-A input !', '2 ipchains: nothing appropriate following !'],
    ['', '2 ipchains: no command specified'],
    ['-A', '2 ipchains: option requires an argument -- A'],
    ['-q', '2 ipchains: invalid option -- q'],
    ['--nonsense', "2 ipchains: unrecognized option `--nonsense'"],
    [
      '-A input -p icmp --icmp-type time',
      "2 ipchains: Ambiguous ICMP `time' : `time-exceeded' or `timestamp-request'?",
    ],
    ['-A input -p icmp --icmp-type ! ping', "2 ipchains: Can't invert named ICMP types"],
    ['-A mine -j DENY', '1 ipchains: No chain by that name'],
    ['-A input -j mine', '1 ipchains: No target by that name'],
    ['-A input -j forward', '1 ipchains: No target by that name'],
    ['-X input', '1 ipchains: Device or resource busy (this is a built-in chain)'],
    ['-D input 1', '1 ipchains: Bad rule number (the chain has fewer rules)'],
    ['-I input 3 -j DENY', '1 ipchains: Bad rule number (the chain has fewer rules)'],
  ])('says of %s: %s', (line, message) => {
    expect(told(line)).toBe(message)
  })
  it('-N, -X: not twice, not while it has rules, not while it is called', () => {
    expect(told('-N a', '-N a')).toBe('1 ipchains: Chain already exists')
    expect(told('-X a', '-N a', '-A a -j DENY')).toBe('1 ipchains: Chain is not empty')
    expect(told('-X a', '-N a', '-A input -j a')).toBe(
      '1 ipchains: Device or resource busy (other rules jump to this chain)',
    )
    expect(run('-N a', '-N b', '-A input -j a', '-F', '-X').subject.rules.chains).toHaveLength(3)
  })
  it('-M -S sets the three timeouts, and 0 keeps one; -S alone will do', () => {
    const { subject } = run('-M -S 7200 0 160', '-S 0 10 0')
    expect(subject.timeouts).toMatchObject({ tcp: 7200, tcpfin: 10, udp: 160 })
  })
  it('host bits outside the mask are cut off, and told', () => {
    const { last } = run('-I forward -s 192.168.0.0/16 -d ! 210.56.12.64/25 -j MASQ')
    expect(last).toMatchObject({ kind: 'changed', notes: [expect.stringContaining('210.56.12.0/25')] })
  })
  it('every writing of one host is the same rule', () => {
    const lines = ['/32', '/255.255.255.255', ''].map((mask) => `-A forward -d 10.10.34.216${mask} -j MASQ`)
    const [one, two, three] = run(...lines).subject.rules.chains[1]!.rules.map((rule) => ({ ...rule, id: 0 }))
    expect(two).toEqual(one)
    expect(three).toEqual(one)
  })
  it('keeps log, mark, TOS and the port of REDIRECT', () => {
    expect(
      run('-A input -p tcp -d 0/0 80 -l -m 0x10 -t 01 10 -j REDIRECT 3128').subject.rules.chains[0]!.rules[0],
    ).toMatchObject({
      log: true,
      setMark: { value: 16, add: false },
      setTos: { and: 1, xor: 16 },
      target: { verdict: 'REDIRECT', ports: { from: 3128, to: 3128 } },
    })
  })
})
