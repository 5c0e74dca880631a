import { type Forwards, forwardsSchema, NO_FORWARDS } from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listPortfw, runIpmasqadm } from './ipmasqadm.ts'
import { listMfw } from './ipmasqadm-mfw.ts'

function run(...lines: string[]) {
  let forwards: Forwards = NO_FORWARDS
  let id = 1
  let last = null as ReturnType<typeof runIpmasqadm> | null
  for (const line of lines) {
    last = runIpmasqadm(line.split(' '), forwards, () => id++)
    if (last.kind === 'changed') forwards = last.forwards
    forwardsSchema.parse(forwards)
  }
  return { forwards, last: last! }
}
const told = (...lines: string[]) => {
  const { last } = run(...lines)
  return last.kind === 'refused' ? `${last.exit} ${last.text.split('\n')[0]}` : last.kind
}
const WEB = 'portfw -a -P tcp -L 111.222.121.212 80 -R 192.168.0.10 8080'

describe('ipmasqadm portfw', () => {
  it('adds, and lists as ipmasqadm did', () => {
    const { forwards } = run(WEB)
    expect(forwards.list).toMatchObject([
      {
        protocol: 'tcp',
        ports: { from: 80, to: 80 },
        targetPort: 8080,
        targets: [{ address: '192.168.0.10', turns: 10 }],
      },
    ])
    expect(listPortfw(forwards, '111.222.121.212')).toBe(
      'prot localaddr            rediraddr               lport    rport  pcnt  pref\n' +
        'TCP  111.222.121.212      192.168.0.10               80     8080    10    10\n',
    )
  })
  it('a second target takes turns, the same one once more sets its preference', () => {
    const second = 'portfw -a -P tcp -L 111.222.121.212 80 -R 192.168.0.11 8080 -p 3'
    expect(run(WEB, second, `${WEB} -p 7`).forwards.list[0]!.targets).toEqual([
      { address: '192.168.0.11', turns: 3 },
      { address: '192.168.0.10', turns: 7 },
    ])
    expect(told(WEB, 'portfw -a -P tcp -L 1.2.3.4 80 -R 192.168.0.11 81')).toContain(
      '1 portfw: port 80 leads to port 8080 already',
    )
  })
  it('deletes one target, or the whole, or everything', () => {
    const second = 'portfw -a -P tcp -L 1.2.3.4 80 -R 192.168.0.11 8080'
    const { forwards } = run(WEB, second, 'portfw -d -P tcp -L 1.2.3.4 80 -R 192.168.0.10 8080')
    expect(forwards.list[0]!.targets.map(({ address }) => address)).toEqual(['192.168.0.11'])
    expect(run(WEB, second, 'portfw -d -P tcp -L 1.2.3.4 80').forwards.list).toEqual([])
    expect(run(WEB, 'portfw -f').forwards.list).toEqual([])
    expect(told(WEB, 'portfw -d -P udp -L 1.2.3.4 80')).toBe(
      '1 portfw: No such process (there is no forward like this one)',
    )
  })
  it.each([
    ['portfw', '2 portfw: no command specified'],
    ['portfw -a -L 1.2.3.4 80 -R 1.2.3.5 80', '2 portfw: -P tcp or -P udp must be given'],
    ['portfw -a -P gre -L 1.2.3.4 80', "2 portfw: invalid protocol specified (`gre'); there are tcp and udp"],
    ['portfw -a -P tcp -L 1.2.3 80 -R 1.2.3.5 80', "2 portfw: invalid address specified (`1.2.3')"],
    [
      'portfw -a -P tcp -L 1.2.3.4 61000 -R 1.2.3.5 80',
      "2 portfw: invalid port specified (`61000'); 1 to 60999",
    ],
    [
      'portfw -a -P tcp -L 1.2.3.4 80 -R 1.2.3.5 80 -p 0',
      "2 portfw: invalid preference value specified (`0'); a number from 1 to 10000",
    ],
    ['portfw -a -d', '2 portfw: multiple commands specified'],
    ['lost', "2 lost: unknown module `lost' (there are portfw, autofw, mfw, user)"],
  ])('says of %s: %s', (line, message) => {
    expect(told(line)).toBe(message)
  })
})

describe('ipmasqadm autofw', () => {
  const REAL = 'autofw -A -r udp 6970 7170 -c tcp 7070'
  it('opens a range for who asks the control port, as RealAudio needs it', () => {
    expect(run(REAL).forwards.triggers).toMatchObject([
      {
        control: { protocol: 'tcp', port: 7070 },
        opens: { protocol: 'udp', from: 6970, to: 7170 },
        anyServer: false,
      },
    ])
    expect(run(REAL, `${REAL} -i`).forwards.triggers).toMatchObject([{ anyServer: true }])
    expect(run(REAL, REAL.replace('-A', '-D')).forwards.triggers).toEqual([])
    expect(run(REAL, 'autofw -F').forwards.triggers).toEqual([])
    expect(told(REAL.replace('-A', '-D'))).toBe('1 autofw: No such process (there is no entry like this one)')
  })
  it('leads a range to one host', () => {
    const line = 'autofw -A -r tcp 5000 5010 -h 192.168.0.9'
    expect(run(line).forwards.list).toMatchObject([
      { ports: { from: 5000, to: 5010 }, targets: [{ address: '192.168.0.9' }] },
    ])
    expect(run(line, line.replace('-A', '-D')).forwards.list).toEqual([])
  })
})

it('takes any words without a throw', () => {
  const word = fc.constantFrom(
    ...'portfw autofw mfw -a -d -f -l -n -A -D -F -P tcp udp -L -R 1.2.3.4 80 0 70000 -p -r 10 20 -c -h -i -u ! - --x'.split(
      ' ',
    ),
    '',
  )
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 12 }), { maxLength: 5 }), (lines) => {
      let forwards: Forwards = NO_FORWARDS
      let id = 1
      for (const words of lines) {
        const ran = runIpmasqadm(words, forwards, () => id++)
        if (ran.kind === 'changed') forwards = ran.forwards
      }
      expect(forwards.list.length).toBeLessThan(20)
    }),
    { numRuns: 2000 },
  )
})

describe('ipmasqadm mfw', () => {
  const FIRST = 'mfw -A -m 1 -r 192.168.0.10 80'
  const SECOND = 'mfw -A -m 0x1 -r 192.168.0.11 80 -p 3'
  const targets = (...lines: string[]) =>
    run(...lines).forwards.marks.flatMap((marked) =>
      marked.targets.map(({ address, turns }) => [address, turns]),
    )

  it('adds behind and before the others of a mark, and lists as ipmasqadm did', () => {
    const { forwards } = run(FIRST, SECOND, 'mfw -I -m 1 -r 192.168.0.12 80 -p 0')
    expect(forwards.marks).toMatchObject([{ mark: 1, targetPort: 80 }])
    expect(listMfw(forwards)).toBe(
      [
        'fwmark   rediraddr               rport  pcnt  pref',
        '1        192.168.0.12               80     0     0',
        '1        192.168.0.10               80    10    10',
        '1        192.168.0.11               80     3     3',
        '',
      ].join('\n'),
    )
  })

  it('sets preferences, has the next one serve, deletes one or all', () => {
    expect(targets(FIRST, SECOND, 'mfw -E -m 1 -r 192.168.0.10 -p 5')).toEqual([
      ['192.168.0.10', 5],
      ['192.168.0.11', 3],
    ])
    expect(targets(FIRST, SECOND, 'mfw -S -m 1')[0]).toEqual(['192.168.0.11', 3])
    expect(targets(FIRST, SECOND, 'mfw -D -m 1 -r 192.168.0.10 80')).toEqual([['192.168.0.11', 3]])
    expect(targets(FIRST, SECOND, 'mfw -D -m 1')).toEqual([])
    expect(targets(FIRST, 'mfw -A -m 2 -r 192.168.0.11', 'mfw -F')).toEqual([])
    expect(run('mfw -A -m 2 -r 192.168.0.11').forwards.marks[0]!.targetPort).toBeNull()
  })

  it.each([
    ['mfw', '2 mfw: no command specified'],
    ['mfw -A -r 1.2.3.4', '2 mfw: -m MARK must be given'],
    ['mfw -A -m 0 -r 1.2.3.4', "2 mfw: invalid mark specified (`0'); a number from 1 to 2147483647"],
    ['mfw -A -m 1', '2 mfw: -r ADDRESS [PORT] must be given'],
    ['mfw -D -m 4', '1 mfw: No such process (there is no entry like this one)'],
    ['mfw -A -D -m 1', '2 mfw: multiple commands specified'],
    ['mfw -L -n', 'list'],
  ])('%s: %s', (line, says) => expect(told(line)).toBe(says))

  it('all machines of one mark have the same port', () => {
    expect(told(FIRST, 'mfw -A -m 1 -r 192.168.0.11 81')).toContain('mark 1 leads to port 80 already')
  })
})
