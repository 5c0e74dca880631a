import { HELPER_NAMES, HELPERS } from '@bauta/config'
import { expect, test } from 'vitest'
import { Bench, LAN } from '../path/bench.ts'
import { HELPER_SETTINGS } from '../path/golden-helpers.ts'
import { framesFromText } from '../path/packet-text.ts'
import { ipMasqAppText, masqHelpers } from './ip-masq-app.ts'

test('every port of a helper that is on has a line, with its live connections, named as 2.2 named its modules', () => {
  const bench = new Bench(HELPER_SETTINGS.helpers)
  const send = (text: string) => bench.receive(LAN, framesFromText(text)[0]!)
  send('tcp 192.168.77.11:40000 > 93.184.216.34:21 [S]')
  send('tcp 192.168.77.12:40000 > 93.184.216.34:21 [S]')
  send('tcp 192.168.77.11:40001 > 93.184.216.34:80 [S]')
  const on = ['ftp', 'irc', 'raudio', 'quake', 'vdolive']
  const list = HELPER_NAMES.map((name) => ({
    name,
    enabled: on.includes(name),
    ports: [...HELPERS[name].ports],
  }))
  const lines = ipMasqAppText(masqHelpers({ list }, bench.table)).split('\n').slice(0, -1)
  expect(lines.map((line) => line.trimEnd())).toEqual([
    'prot port    n_attach name',
    'UDP  26000   0        Quake_26',
    'TCP  21      2        ftp',
    'TCP  7070    0        RealAudio',
    'UDP  27000   0        Quake_27',
    'TCP  6667    0        irc',
    'TCP  7000    0        VDOlive',
  ])
  expect(lines.every((line) => line.length === 39)).toBe(true)
})
