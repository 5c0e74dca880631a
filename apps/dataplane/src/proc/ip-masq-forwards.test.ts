import { type Forward, NO_FORWARDS, parseAddress } from '@bauta/config'
import { expect, it } from 'vitest'
import { ipMasqAutofwText, ipMasqMfwRecords, ipMasqPortfwRecords } from './ip-masq-forwards.ts'

const web: Forward = {
  id: 1,
  enabled: true,
  comment: '',
  protocol: 'tcp',
  ports: { from: 80, to: 80 },
  targets: [{ address: '192.168.0.10', turns: 10 }],
  targetPort: 8080,
  source: null,
}
const WAN = parseAddress('111.222.121.212')!
const text = (list: Forward[], turn: { next: number; left: number } | null = null) =>
  [...ipMasqPortfwRecords({ ...NO_FORWARDS, list }, WAN, () => turn)].join('')

it('portfw is that of 2.2 byte for byte', () => {
  const expected = [
    'Prot LAddr    LPort > RAddr    RPort PrCnt  Pref',
    'TCP  6FDE79D4    80 > C0A8000A  8080    10    10',
  ]
  expect(text([web])).toBe(expected.map((line) => `${line.padEnd(63)}\n`).join(''))
})

it('portfw has an entry for every port and machine, UDP first, in the order in which they serve', () => {
  const game: Forward = { ...web, id: 2, protocol: 'both', ports: { from: 5000, to: 5001 }, targetPort: null }
  const turns = [
    { address: '192.168.0.10', turns: 3 },
    { address: '192.168.0.11', turns: 1 },
  ]
  const rows = text(
    [
      { ...game, targets: turns },
      { ...web, enabled: false },
    ],
    { next: 1, left: 1 },
  )
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trimEnd())
  expect(rows).toEqual([
    'UDP  6FDE79D4  5000 > C0A8000B  5000     1     1',
    'UDP  6FDE79D4  5000 > C0A8000A  5000     3     3',
    'UDP  6FDE79D4  5001 > C0A8000B  5001     1     1',
    'UDP  6FDE79D4  5001 > C0A8000A  5001     3     3',
    'TCP  6FDE79D4  5000 > C0A8000B  5000     1     1',
    'TCP  6FDE79D4  5000 > C0A8000A  5000     3     3',
    'TCP  6FDE79D4  5001 > C0A8000B  5001     1     1',
    'TCP  6FDE79D4  5001 > C0A8000A  5001     3     3',
  ])
})

it('mfw is that of 2.2 byte for byte', () => {
  const targets = [
    { address: '192.168.0.11', turns: 3 },
    { address: '192.168.0.10', turns: 10 },
  ]
  const marks = [{ id: 3, enabled: true, comment: '', mark: 1, targets, targetPort: 80 }]
  const expected = [
    'FwMark > RAddr    RPort PrCnt  Pref',
    '0x1 > C0A8000A    80    10    10',
    '0x1 > C0A8000B    80     3     3',
  ]
  const said = [...ipMasqMfwRecords({ ...NO_FORWARDS, marks }, () => ({ next: 1, left: 10 }))].join('')
  expect(said).toBe(expected.map((line) => `${line.padEnd(63)}\n`).join(''))
})

it('autofw is that of 2.2 for a range behind a control port', () => {
  const trigger = {
    id: 1,
    enabled: true,
    comment: '',
    control: { protocol: 'tcp', port: 7070 },
    opens: { protocol: 'udp', from: 6970, to: 7170 },
    anyServer: false,
  } as const
  const armed = { client: parseAddress('192.168.1.2')!, server: parseAddress('208.140.112.99')!, left: 1499 }
  const triggers = [trigger]
  expect(ipMasqAutofwText({ ...NO_FORWARDS, triggers }, () => armed)).toContain(
    '   1   11 1B3A-1C02/0000 0000 C0A80102 D08C7063 0006 1B9E   1499    6\n',
  )
  expect(ipMasqAutofwText({ ...NO_FORWARDS, triggers }, () => null)).toBe(
    'Type Prot Low  High Vis  Hid  Where    Last     CPto CPrt Timer Flags\n' +
      '   1   11 1B3A-1C02/0000 0000 00000000 00000000 0006 1B9E      0    6\n',
  )
})
