import { defaultSnapshot, emptyRules, rulesSchema } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { listIpfwadm } from './list-ipfwadm.ts'
import { runCommand } from './run-command.ts'

const { timeouts } = defaultSnapshot()

function run(...lines: string[]) {
  let subject = { rules: emptyRules('classic'), timeouts }
  let id = 1
  let last = null as ReturnType<typeof runCommand> | null
  for (const line of lines) {
    last = runCommand('ipfwadm', line.split(' ').filter(Boolean), subject, () => id++)
    if (last.kind === 'changed') subject = last.subject as typeof subject
    rulesSchema.parse(subject.rules)
  }
  return { subject, rules: subject.rules, last: last! }
}
const told = (line: string) => {
  const { last } = run(line)
  return last.kind === 'refused' ? `${last.exit} ${last.text.split('\n')[0]}` : last.kind
}

describe('ipfwadm', () => {
  it('-F -l -e prints acc/m as the book shows it', () => {
    const { rules } = run('-F -a accept -m -S 192.168.1.0/24 -D 0/0')
    expect(listIpfwadm(rules, 'forward', { verbose: true })).toBe(
      'IP firewall forward rules, default policy: accept\n' +
        ' pkts bytes type  prot opt  tosa tosx ifname  ifaddress       source               destination          ports\n' +
        '    0     0 acc/m all  ---- 0xFF 0x00 any     any             192.168.1.0/24       anywhere             n/a\n',
    )
  })
  it('lists without -e, numeric, with a redirected port', () => {
    const { rules } = run('-I -a accept -P tcp -S 0/0 -D 0/0 80 -r 3128', '-I -p deny')
    expect(listIpfwadm(rules, 'input', { numeric: true })).toBe(
      'IP firewall input rules, default policy: deny\n' +
        'type  prot source               destination          ports\n' +
        'acc/r tcp  0.0.0.0/0            0.0.0.0/0            * -> 80 => 3128\n',
    )
  })
  it('counts in chains of their own, with the direction in the first column', () => {
    const { rules } = run('-A in -a -S 10.0.0.0/8', '-A out -a -D 10.0.0.0/8', '-A -a -P tcp -D 0/0 80')
    expect(rules.chains.map(({ name }) => name).slice(3)).toEqual(['acctin', 'acctout', 'acctboth'])
    expect(rules.chains[0]!.rules.map(({ target }) => target)).toEqual([
      { chain: 'acctboth' },
      { chain: 'acctin' },
    ])
    expect(listIpfwadm(rules, 'accounting', { numeric: true })).toBe(
      'IP accounting rules\n' +
        ' pkts bytes dir prot source               destination          ports\n' +
        '    0     0 in  all  10.0.0.0/8           0.0.0.0/0            n/a\n' +
        '    0     0 out all  0.0.0.0/0            10.0.0.0/8           n/a\n' +
        '    0     0 i/o tcp  0.0.0.0/0            0.0.0.0/0            * -> 80\n',
    )
  })
  it('makes one rule of each port of a list, and deletes them the same way', () => {
    const line = '-P tcp -S 0/0 -D 10.0.0.1 25 80 110:119'
    expect(
      run(`-I -a deny ${line}`).rules.chains[0]!.rules.map(({ destinationPorts }) => destinationPorts),
    ).toEqual([
      { from: 25, to: 25, invert: false },
      { from: 80, to: 80, invert: false },
      { from: 110, to: 119, invert: false },
    ])
    expect(run(`-I -a deny ${line}`, `-I -d deny ${line}`).rules.chains[0]!.rules).toEqual([])
  })
  it('-b, -k, -y, -o, -W, -t: both directions, ACK, SYN, log, interface, TOS', () => {
    const { rules } = run(
      '-F -a accept -b -P tcp -S 10.0.0.1 80 -D 10.0.0.2 -W eth0 -o -t 01 10',
      '-I -a deny -P tcp -k',
      '-I -a deny -P tcp -y',
    )
    expect(rules.chains[1]!.rules).toMatchObject([
      {
        source: { network: '10.0.0.1' },
        sourcePorts: { from: 80 },
        outInterface: { name: 'eth0' },
        log: true,
        setTos: { and: 1, xor: 16 },
      },
      { source: { network: '10.0.0.2' }, destinationPorts: { from: 80 } },
    ])
    expect(rules.chains[0]!.rules.map(({ tcpFlags }) => tcpFlags)).toEqual([
      { mask: 16, set: 16, invert: false },
      { mask: 22, set: 2, invert: false },
    ])
  })
  it('sets the timeouts with -s, and with the S that a book prints', () => {
    expect(run('-M -s 7200 10 160').subject.timeouts).toMatchObject({ tcp: 7200, tcpfin: 10, udp: 160 })
    expect(run('-M -S 0 10 0').subject.timeouts).toMatchObject({
      tcp: timeouts.tcp,
      tcpfin: 10,
      udp: timeouts.udp,
    })
  })
  it('policies: accept, deny, reject, and masquerade as it was called before -m', () => {
    expect(run('-F -p masquerade').rules.chains[1]!.policy).toBe('MASQ')
    expect(run('-F -p den', '-I -p rej').rules.chains.map(({ policy }) => policy)).toEqual([
      'REJECT',
      'DENY',
      'ACCEPT',
    ])
  })
  it.each([
    ['-F -I -l', '2 ipfwadm: multiple categories specified'],
    ['-F -l -f', '2 ipfwadm: multiple commands specified'],
    ['-a accept', '2 ipfwadm: missing -A, -F, -I, -O, or -M flag'],
    ['-F', '2 ipfwadm: no command specified'],
    ['-F -a -S 10.0.0.1', '2 ipfwadm: policy required for firewall entries'],
    ['-A -a accept', '2 ipfwadm: no policy allowed with non-firewall entries'],
    ['-A -p deny', '2 ipfwadm: specify either -F, -I, or -O for changing the policy'],
    ['-F -s 1 2 3', '2 ipfwadm: setting masquerading timeouts requires -M flag'],
    ['-M -s 1 2', '2 ipfwadm: -s requires 3 timeout values'],
    ['-M -f', '2 ipfwadm: -M only allowed in combination with -s or -l command'],
    ['-F -a maybe', '2 ipfwadm: invalid policy "maybe" specified'],
    ['-F -a accept -P gre', '2 ipfwadm: invalid protocol "gre" specified'],
    ['-F -a accept -D 0/0 80', '2 ipfwadm: no ports allowed without specific protocol'],
    ['-F -a accept -P icmp -D 0/0 8', '2 ipfwadm: ICMP types only allowed with -S, not with -D'],
    ['-I -a accept -m', '2 ipfwadm: masquerading only allowed in combination with -F'],
    ['-F -a deny -m', '2 ipfwadm: masquerading only allowed with policy accept'],
    ['-F -a accept -m -P icmp', '2 ipfwadm: masquerading not allowed with protocol ICMP'],
    ['-F -a accept -r 80', '2 ipfwadm: redirecting only allowed in combination with -I'],
    ['-F -l -b', '2 ipfwadm: bidirectional flag (-b) only allowed with insert/append/delete'],
    [
      '-F -a accept -P tcp -D 0/0 1 2 3 4 5 6 7 8 9 10 11',
      '2 ipfwadm: too many ports specified (maximum 10)',
    ],
    ['-F -a accept -P tcp -D 0/0 1:2 3:4', '2 ipfwadm: multiple ranges not allowed'],
    ['-F -a accept -P tcp -D 0/0 9:3', '2 ipfwadm: invalid range of ports (9 > 3)'],
    ['-F -a accept -S 10.0.0.0/40', '2 ipfwadm: invalid mask "40" specified'],
    ['-F -a accept -S nowhere.example', '2 ipfwadm: host/network "nowhere.example" not found'],
    ['-F -a accept extra words', '2 ipfwadm: unknown arguments found on commandline'],
    ['-F -f extra', '2 ipfwadm: unknown arguments found on commandline'],
    ['-F -c -P tcp', '2 ipfwadm: interface name (-W) required for this command'],
    ['-A sideways -l', '2 ipfwadm: invalid direction "sideways" specified'],
    [
      '-F -a accept -V 10.0.0.1',
      '1 ipfwadm: an interface is not known by its address (-V 10.0.0.1) here; name it with -W, as in -W eth0',
    ],
    ['-F -d accept -S 10.0.0.1', '1 ipfwadm: bad rule (does a matching rule exist in that chain?)'],
  ])('says of %s: %s', (line, message) => {
    expect(told(line)).toBe(message)
  })
})
