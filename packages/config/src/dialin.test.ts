import { describe, expect, it } from 'vitest'
import { type Dialin, describeDialin, dialinSchema, isDialinDevice, NO_DIALIN } from './dialin.ts'
import { pathInterfaces } from './path-interfaces.ts'
import { SECRET_KEPT, snapshotWithoutSecrets, withoutSecrets, withSecrets } from './secrets.ts'
import { applianceSnapshot, faultsOf, type Snapshot, snapshotSchema } from './snapshot.ts'
import { faultsTogether, withNoun } from './together.ts'

const LINE = {
  protocol: 'ppp',
  device: '/dev/ttyS0',
  speed: 115_200,
  kind: 'modem',
  init: 'ATS0=1',
  address: '192.168.77.50',
} as const
const ON: Dialin = {
  enabled: true,
  pap: false,
  lines: [LINE, { ...LINE, device: '/dev/ttyS1', kind: 'direct', address: '192.168.77.51' }],
  accounts: [
    { name: 'anna', password: 'tr0ub4dor' },
    { name: 'old-machine', password: 'x' },
  ],
}
const ports = [
  { name: 'enp1s0', role: 'wan' as const },
  { name: 'enp2s0', role: 'lan' as const },
]
const box = (dialin: Dialin = ON): Snapshot => ({ ...applianceSnapshot(ports), dialin })
const faults = (change: object) => {
  const judged = dialinSchema.safeParse({ ...ON, ...change })
  return judged.success
    ? []
    : faultsOf(judged.error).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('the settings of dialling in', () => {
  it('are off in a fresh box, and in settings from before they existed', () => {
    const { dialin, ...older } = applianceSnapshot(ports)
    expect(dialin).toEqual(NO_DIALIN)
    expect(snapshotSchema.parse(older).dialin).toEqual(NO_DIALIN)
    expect(dialinSchema.parse(ON)).toEqual(ON)
  })

  it.each([
    [{ device: 'ttyS0' }, 'lines.0.device: a serial line is called /dev/ttyS0, for instance'],
    [{ device: '/dev/ttyS1' }, 'lines.1.device: /dev/ttyS1 is listed twice'],
    [{ protocol: 'ax25' }, 'lines.0.protocol: write ppp, slip, cslip or slip-adaptive'],
    [{ speed: 1200 }, 'lines.0.speed: a speed of serial lines, such as 115200'],
    [{ kind: 'fax' }, 'lines.0.kind: write modem or direct'],
    [{ init: 'S0=1' }, 'lines.0.init: a modem is told something that begins with AT, such as ATS0=1'],
    [
      { init: 'ATS0=1\nATD112' },
      'lines.0.init: a modem is told something that begins with AT, such as ATS0=1',
    ],
    [{ address: '' }, 'lines.0.address: the address is missing'],
    [{ address: '192.168.77.300' }, 'lines.0.address: “192.168.77.300” is not an IPv4 address'],
    [{ address: '192.168.77.51' }, 'lines.1.address: 192.168.77.51 is given on another line already'],
  ])('a line with %j is refused', (change, message) => {
    expect(faults({ lines: [{ ...LINE, ...change }, ON.lines[1]] })).toEqual([message])
  })

  it.each([
    [{ name: '*' }, 'accounts.0.name: a name has 1 to 32 letters, digits or . _ @ -'],
    [{ name: 'old-machine' }, 'accounts.1.name: old-machine is listed twice'],
    [{ password: '' }, 'accounts.0.password: the password is missing'],
    [{ password: 'a\nb' }, 'accounts.0.password: the password: no line ends or control characters, please'],
    [{ password: '@/etc/shadow' }, 'accounts.0.password: the password cannot begin with @/'],
  ])('an account with %j is refused', (change, message) => {
    expect(faults({ accounts: [{ ...ON.accounts[0], ...change }, ON.accounts[1]] })).toEqual([message])
  })

  it('speak PPP on lines from before they had a protocol', () => {
    const { protocol, ...older } = LINE
    expect(dialinSchema.parse({ ...ON, lines: [older] }).lines).toEqual([LINE])
  })

  it('SLIP asks nobody over a cable, and so needs no account; at a modem it does', () => {
    const cable = { ...LINE, protocol: 'slip', kind: 'direct' }
    expect(faults({ lines: [cable], accounts: [] })).toEqual([])
    const missing = ['accounts: an account is missing: nobody would be let in']
    expect(faults({ lines: [{ ...LINE, protocol: 'cslip' }], accounts: [] })).toEqual(missing)
    expect(faults({ lines: [cable, ON.lines[1]], accounts: [] })).toEqual(missing)
  })

  it('answering needs a line and an account, and has room for 8 and 32', () => {
    expect(faults({ lines: [], accounts: [] })).toEqual([
      'lines: a line is missing: nobody can call',
      'accounts: an account is missing: nobody would be let in',
    ])
    expect(faults({ enabled: false, lines: [], accounts: [] })).toEqual([])
    const lines = Array.from({ length: 9 }, (_, i) => ({
      ...LINE,
      device: `/dev/ttyUSB${i}`,
      address: `192.168.77.${i + 2}`,
    }))
    const accounts = Array.from({ length: 33 }, (_, i) => ({ name: `n${i}`, password: 'p' }))
    expect(faults({ lines, accounts })).toEqual(['lines: at most 8 lines', 'accounts: at most 32 accounts'])
  })
})

describe('an address for a caller', () => {
  it.each([
    ['10.0.0.9', '10.0.0.9 is not in the home network 192.168.77.0/24'],
    ['192.168.77.0', '192.168.77.0 cannot be given to a machine'],
    ['192.168.77.255', '192.168.77.255 cannot be given to a machine'],
    ['192.168.77.1', '192.168.77.1 is the box itself'],
    ['192.168.77.30', '192.168.77.30 is reserved for printer'],
    [
      '192.168.77.100',
      '192.168.77.100 is one of those that DHCP gives away (192.168.77.100 to 192.168.77.249); take one outside',
    ],
  ])('%s: %s', (address, message) => {
    const snapshot = box({ ...ON, lines: [{ ...LINE, address }] })
    snapshot.dhcp.reservations = [{ mac: '3c:22:fb:10:20:30', address: '192.168.77.30', name: 'printer' }]
    expect(faultsTogether(snapshot)).toEqual([{ path: ['dialin', 'lines', 0, 'address'], message }])
    expect(faultsTogether({ ...snapshot, dialin: { ...snapshot.dialin, enabled: false } })).toEqual([])
  })

  it('is the operating system’s affair where that makes the home network', () => {
    const snapshot = box({ ...ON, lines: [{ ...LINE, address: '10.0.0.9' }] })
    const lan = { ...snapshot.lan, addressing: 'system' as const }
    expect(faultsTogether({ ...snapshot, lan, dhcp: { ...snapshot.dhcp, enabled: false } })).toEqual([])
  })

  it('moves with the home network', () => {
    const start = box()
    const next = withNoun(start, 'lan', { ...start.lan, address: '10.77.0.1' })
    expect(next.dialin.lines.map(({ address }) => address)).toEqual(['10.77.0.50', '10.77.0.51'])
    expect(faultsTogether(next)).toEqual([])
  })
})

it('no line both dials out and answers', () => {
  const snapshot = box()
  snapshot.internet.connections.push({
    name: 'Modem',
    method: {
      kind: 'serial',
      device: '/dev/ttyS0',
      speed: 9600,
      phone: '1',
      chat: [],
      user: 'u',
      password: 'p',
    },
    when: 'manual',
    idleSeconds: 300,
  })
  expect(faultsTogether(snapshot)).toEqual([
    {
      path: ['dialin', 'lines', 0, 'device'],
      message: '/dev/ttyS0 is the line by which “Modem” dials out',
    },
  ])
})

it('each line is an interface of the household, behind its wires; none is while nobody is answered', () => {
  expect(pathInterfaces(box()).slice(-3)).toEqual([
    { name: 'br-lan', role: 'lan' },
    { name: 'dialin0', role: 'lan' },
    { name: 'dialin1', role: 'lan' },
  ])
  expect(pathInterfaces(box({ ...ON, enabled: false })).some(({ name }) => isDialinDevice(name))).toBe(false)
})

describe('passwords of accounts', () => {
  it('never leave in what is shown, and stay where the mark comes back', () => {
    const shown = withoutSecrets('dialin', ON)
    expect(JSON.stringify(shown)).not.toContain('tr0ub4dor')
    expect(JSON.stringify(snapshotWithoutSecrets(box()))).not.toContain('tr0ub4dor')
    expect(withSecrets('dialin', shown, ON)).toEqual(ON)
  })

  it('stay with one that is renamed, and are asked for where there was none', () => {
    const shown = withoutSecrets('dialin', ON)
    shown.accounts[0]!.name = 'annabel'
    expect(withSecrets('dialin', shown, ON)).toMatchObject({ accounts: [{ password: 'tr0ub4dor' }, {}] })
    const more = { ...ON, accounts: [...ON.accounts, { name: 'new', password: SECRET_KEPT }] }
    expect(withSecrets('dialin', more, ON)).toMatchObject({ accounts: [{}, {}, { password: '' }] })
  })
})

it('changes in words, without passwords', () => {
  expect(describeDialin(NO_DIALIN, ON)).toEqual([
    'Dialling in switched on',
    'Line /dev/ttyS0 added: modem (ATS0=1), 115200 baud, 192.168.77.50',
    'Line /dev/ttyS1 added: direct cable, 115200 baud, 192.168.77.51',
    'anna may dial in',
    'old-machine may dial in',
  ])
  const next: Dialin = {
    ...ON,
    pap: true,
    lines: [{ ...LINE, speed: 38_400 }],
    accounts: [{ name: 'anna', password: 'other' }],
  }
  expect(describeDialin(ON, next)).toEqual([
    'Callers prove who they are by CHAP or PAP',
    'Line /dev/ttyS0: modem (ATS0=1), 115200 baud, 192.168.77.50 → modem (ATS0=1), 38400 baud, 192.168.77.50',
    'Line /dev/ttyS1 removed',
    'Password of anna for dialling in changed',
    'old-machine may no longer dial in',
  ])
  expect(describeDialin(ON, ON)).toEqual([])
  const slip: Dialin = { ...ON, lines: [LINE, { ...ON.lines[1]!, protocol: 'slip-adaptive' }] }
  expect(describeDialin(ON, slip)).toEqual([
    'Line /dev/ttyS1: direct cable, 115200 baud, 192.168.77.51 → direct cable, SLIP or compressed SLIP, 115200 baud, 192.168.77.51',
  ])
})
