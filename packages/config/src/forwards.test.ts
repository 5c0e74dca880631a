import { describe, expect, it } from 'vitest'
import { describeNoun } from './describe.ts'
import { forwardWords } from './describe-forwards.ts'
import { NO_FORWARDS } from './forward-protocols.ts'
import { type Forward, type Forwards, forwardsSchema, type Trigger } from './forwards.ts'
import { anyRule } from './rules.ts'
import { applianceSnapshot, defaultSnapshot, faultsOf, type Snapshot, snapshotSchema } from './snapshot.ts'
import { faultsTogether, withNoun } from './together.ts'

const web: Forward = {
  id: 1,
  enabled: true,
  comment: 'web server',
  protocol: 'tcp',
  ports: { from: 80, to: 80 },
  targets: [{ address: '192.168.77.20', turns: 10 }],
  targetPort: 8080,
  source: null,
}
const trigger: Trigger = {
  id: 9,
  enabled: true,
  comment: '',
  control: { protocol: 'tcp', port: 7070 },
  opens: { protocol: 'udp', from: 6970, to: 7170 },
  anyServer: false,
}
const faults = (...list: Partial<Forward>[]) => {
  const value = { ...NO_FORWARDS, list: list.map((fields, i) => ({ ...web, id: i + 1, ...fields })) }
  const parsed = forwardsSchema.safeParse(value)
  return parsed.success
    ? []
    : faultsOf(parsed.error).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const marked: Forwards['marks'][number] = {
  id: 9,
  enabled: true,
  comment: '',
  mark: 7,
  targets: [{ address: '192.168.77.20', turns: 0 }],
  targetPort: 8080,
}

describe('a forward', () => {
  it.each<[string, Partial<Forward>, RegExp]>([
    ['no port', { ports: null }, /list.0.ports: which port/],
    ['port 0', { ports: { from: 0, to: 3 } }, /list.0.ports.from: ports begin at 1/],
    [
      'a range turned round',
      { ports: { from: 9, to: 3 } },
      /list.0.ports.to: the range ends before it begins/,
    ],
    [
      'a range that does not fit',
      { ports: { from: 1, to: 9 }, targetPort: 65530 },
      /the last port would be 65538/,
    ],
    ['no machine', { targets: [] }, /list.0.targets: which machine/],
    ['a machine twice', { targets: [web.targets[0]!, web.targets[0]!] }, /listed twice/],
    ['a name for an address', { targets: [{ address: 'nas', turns: 1 }] }, /“nas” is not an IPv4 address/],
    ['a source that is none', { source: '10.0.0.1/8' }, /did you mean 10.0.0.0\/8/],
    ['a DMZ host with ports', { protocol: 'all' }, /leave the ports empty/],
  ])('is refused with %s', (_, fields, message) => {
    expect(faults(fields).join('\n')).toMatch(message)
  })

  it('may not take what another has already, as far as one can tell', () => {
    expect(faults({}, { comment: 'again' })).toEqual([
      'list.1.ports: TCP port 80 already leads to 192.168.77.20 port 8080',
    ])
    expect(faults({ ports: { from: 70, to: 90 } }, { protocol: 'both' })).toHaveLength(1)
    expect(faults({}, { protocol: 'udp' })).toEqual([])
    expect(faults({}, { enabled: false })).toEqual([])
    expect(faults({ source: '10.0.0.0/8' }, {})).toEqual([])
    expect(faults({ source: '10.0.0.0/8' }, { source: '10.1.0.0/16' })).toHaveLength(1)
    const dmz = { protocol: 'all', ports: null, targetPort: null } as const
    expect(faults(dmz, {})).toEqual([])
    expect(faults(dmz, dmz)[0]).toMatch(/only one DMZ host/)
  })
})

describe('with the other settings', () => {
  const box = (change: (snapshot: Snapshot) => void): string[] => {
    const snapshot = applianceSnapshot([
      { name: 'enp1s0', role: 'wan' },
      { name: 'enp2s0', role: 'lan' },
    ])
    change(snapshot)
    return faultsTogether(snapshot).map(({ path, message }) => `${path.join('.')}: ${message}`)
  }
  const forwarding = (fields: Partial<Forward>) =>
    box((snapshot) => snapshot.forwards.list.push({ ...web, ...fields }))

  it.each([
    ['192.168.77.1', /is the box itself/],
    ['192.168.78.20', /is not in the home network 192.168.77.0\/24/],
    ['192.168.77.255', /cannot be a machine/],
    ['224.0.0.1', /is not the address of a machine/],
  ])('%s is no machine to forward to', (address, message) => {
    expect(forwarding({ targets: [{ address, turns: 1 }] })).toEqual([
      expect.stringMatching(/^forwards.list.0.targets.0.address: /),
    ])
    expect(forwarding({ targets: [{ address, turns: 1 }] })[0]).toMatch(message)
    expect(forwarding({ targets: [{ address, turns: 1 }], enabled: false })).toEqual([])
  })

  it('so many ports that the household could not go out any more are refused; the DMZ host is the way', () => {
    expect(forwarding({ ports: { from: 1, to: 65535 }, targetPort: null })).toEqual([
      'forwards.list.0.ports: this leaves 0 of 64512 ports to the household’s own connections; forward fewer, or make the machine the DMZ host',
    ])
    expect(forwarding({ protocol: 'udp', ports: { from: 20_000, to: 65_000 }, targetPort: null })).toEqual([])
    expect(forwarding({ ports: { from: 1, to: 1000 }, targetPort: null })).toEqual([])
  })

  it('ports of the box’s own are refused, with the reason', () => {
    expect(forwarding({})).toEqual([])
    expect(forwarding({ protocol: 'both', ports: { from: 60, to: 70 } })[0]).toMatch(
      /UDP port 68 is the box’s own/,
    )
    const opened = box((snapshot) => {
      snapshot.rules.chains[0]!.rules.push({
        ...anyRule(77),
        comment: 'shell from outside',
        inInterface: { name: '@wan', invert: false },
        protocol: { number: 6, invert: false },
        destinationPorts: { from: 22, to: 22, invert: false },
        target: { verdict: 'ACCEPT' },
      })
      snapshot.forwards.list.push({ ...web, ports: { from: 20, to: 25 } })
    })
    expect(opened).toEqual([
      'forwards.list.0.ports: 22 is a port of the box’s own: the rule “shell from outside” of input lets the Internet in there; remove it first, or take another port',
    ])
  })

  it('machines move with the home network', () => {
    const start = applianceSnapshot([{ name: 'enp2s0', role: 'lan' }])
    start.forwards = {
      list: [web],
      triggers: [trigger],
      consoles: ['192.168.77.30'],
      marks: [marked],
    }
    const { forwards } = withNoun(start, 'lan', { ...start.lan, address: '10.77.0.1' })
    expect(forwards.list[0]!.targets[0]!.address).toBe('10.77.0.20')
    expect(forwards.consoles).toEqual(['10.77.0.30'])
  })

  it('settings of the time before there were forwards have none', () => {
    const { forwards: _, ...old } = defaultSnapshot()
    expect(snapshotSchema.parse(old).forwards).toEqual(NO_FORWARDS)
  })
})

describe('in words', () => {
  it('what it does', () => {
    expect(forwardWords(web)).toBe('TCP port 80 to 192.168.77.20 port 8080')
    const range = { ...web, protocol: 'both', ports: { from: 5000, to: 5010 }, targetPort: 6000 } as const
    expect(forwardWords(range)).toBe('ports 5000–5010 to 192.168.77.20 ports 6000–6010')
    const several = [...web.targets, { address: '192.168.77.21', turns: 1 }]
    expect(forwardWords({ ...web, targets: several, targetPort: null, source: '10.0.0.0/8' })).toBe(
      'TCP port 80 to 192.168.77.20 and 192.168.77.21 in turn for 10.0.0.0/8',
    )
  })

  it('what changed', () => {
    const next = {
      list: [{ ...web, enabled: false, targetPort: null }],
      triggers: [trigger],
      consoles: ['192.168.77.30'],
      marks: [marked],
    }
    expect(describeNoun('forwards', { ...NO_FORWARDS, list: [web] }, next)).toEqual([
      'Forward switched off: TCP port 80 to 192.168.77.20',
      'Forward changed: TCP port 80 to 192.168.77.20 port 8080 → TCP port 80 to 192.168.77.20',
      'Trigger added: TCP port 7070 opens UDP ports 6970–7170 for whom it asked',
      'Forward by mark added: mark 7 to 192.168.77.20 port 8080',
      'Machines open to everybody they have sent from: none → 192.168.77.30',
    ])
  })
})

describe('forwards by mark', () => {
  const faults = (...marks: Forwards['marks']) =>
    forwardsSchema
      .safeParse({ ...NO_FORWARDS, list: [], marks })
      .error?.issues.map(({ path }) => path.join('.'))

  it('are there or not: settings from before there were any have none', () => {
    const { marks: _, ...before } = NO_FORWARDS
    expect(forwardsSchema.parse(before)).toEqual(NO_FORWARDS)
    expect(faults(marked)).toBeUndefined()
  })

  it('have a mark of their own, a number of their own, and each machine once', () => {
    expect(faults(marked, { ...marked, id: 10 })).toEqual(['marks.1.mark'])
    expect(faults(marked, { ...marked, mark: 8 })).toEqual(['marks.1.id'])
    expect(faults({ ...marked, mark: 0 })).toEqual(['marks.0.mark'])
    expect(faults({ ...marked, targets: [...marked.targets, ...marked.targets] })).toEqual([
      'marks.0.targets.1.address',
    ])
  })
})
