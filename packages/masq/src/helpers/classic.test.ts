import { expect, test } from 'vitest'
import { bench, classic, LAN1, SERVER, sendNew, tcp } from '../testing.ts'
import { Dialogue, withHelpers } from './dialogue.ts'

test('with the ports of 2.2 PORT names one of 61000 and up, and its data connection gives it back', () => {
  const on = bench(8192, { ...classic, helpers: withHelpers('ftp').helpers! })
  const dialogue = new Dialogue(21, { on })
  dialogue.answers('220 welcome\r\n')
  dialogue.says('USER a\r\n')
  const said = dialogue.says('PORT 192,168,77,11,156,65\r\n')!
  const [high = 0, low = 0] = said.trim().split(',').slice(4).map(Number)
  const port = high * 256 + low
  expect(port).toBeGreaterThanOrEqual(61_000)
  for (let i = 0; i < 100; i++) sendNew(on.masq, tcp(LAN1, 10_000 + i, SERVER, 80), 100)
  const slot = dialogue.comes(port)
  expect([on.table.client(slot), on.table.clientPort(slot)]).toEqual([LAN1, 40_001])
  const free = on.masq.free.tcp
  on.masq.remove(slot, 100)
  expect(on.masq.free.tcp).toBe(free + 1)
})
