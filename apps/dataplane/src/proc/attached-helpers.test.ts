import { HELPER_NAMES, HELPERS_AT_FIRST, helperOf, withHelper } from '@bauta/config'
import { type ConnectionTable, FLAG } from '@bauta/masq'
import { expect, test } from 'vitest'
import { attachedHelpers } from './attached-helpers.ts'
import { ipMasqAppText, masqHelpers } from './ip-masq-app.ts'

interface Row {
  helper: string | null
  asked: number
  own?: number
  fromOutside?: boolean
}

/** As much of a table as is looked at. */
const tableOf = (rows: Row[]) =>
  ({
    limit: rows.length,
    used: (slot: number) => rows[slot]!.asked !== 0,
    helper: (slot: number) => HELPER_NAMES.indexOf(rows[slot]!.helper as 'ftp') + 1,
    flags: (slot: number) => (rows[slot]!.fromOutside ? FLAG.fromOutside : 0),
    askedPort: (slot: number) => rows[slot]!.asked,
    clientPort: (slot: number) => rows[slot]!.own ?? 40_000,
  }) as unknown as ConnectionTable

const on = (...names: (typeof HELPER_NAMES)[number][]) =>
  names.reduce(
    (all, name) => withHelper(all, { ...helperOf(all, name), enabled: true }),
    withHelper(HELPERS_AT_FIRST, { name: 'ftp', enabled: true, ports: [21, 2121] }),
  )

test('connections are counted by helper and port, those of servers at home by their own port', () => {
  const table = tableOf([
    { helper: 'ftp', asked: 21 },
    { helper: 'ftp', asked: 2121 },
    { helper: 'ftp', asked: 21 },
    { helper: 'ftp', asked: 50_000, own: 21, fromOutside: true },
    { helper: null, asked: 21 },
    // the data connection of one, read along by nobody's port
    { helper: 'ftp', asked: 50_001 },
    { helper: 'irc', asked: 6667 },
    { helper: 'ftp', asked: 0 },
  ])
  expect(attachedHelpers(table, on())).toEqual([
    { name: 'ftp', protocol: 6, port: 21, attached: 3 },
    { name: 'ftp', protocol: 6, port: 2121, attached: 1 },
  ])
})

test('/proc/net/ip_masq/app of a box with many helpers is what 2.2 printed with its modules loaded', () => {
  const helpers = on('irc', 'raudio', 'rtsp', 'vdolive', 'cuseeme', 'quake')
  const table = tableOf([{ helper: 'ftp', asked: 21 }])
  const text = ipMasqAppText(masqHelpers(helpers, table))
  expect(text.length % 40).toBe(0)
  expect(
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .sort(),
  ).toEqual(
    [
      'prot port    n_attach name',
      'TCP  21      1        ftp',
      'TCP  2121    0        ftp',
      'TCP  6667    0        irc',
      'TCP  554     0        RealAudio',
      'TCP  7070    0        RealAudio',
      'UDP  26000   0        Quake_26',
      'UDP  27000   0        Quake_27',
      'TCP  7000    0        VDOlive',
      'UDP  7648    0        cuseeme',
      '',
    ].sort(),
  )
})
