import { expect, it } from 'vitest'
import { copyTable } from './copy-table.ts'
import { Masquerader } from './masquerader.ts'
import { bench, LAN1, LAN2, SERVER, sendNew, standard, TCP, tcp, UDP, udp, WAN } from './testing.ts'

const nothing = { random: () => 0 }

it('has the connections, ports and figures of the original, and leaves the original alone', () => {
  const { masq, table } = bench(64)
  sendNew(masq, tcp(LAN1, 2000, SERVER, 80), 10)
  sendNew(masq, udp(LAN1, 2000, SERVER, 53), 10)
  sendNew(masq, tcp(LAN2, 3000, SERVER, 80), 10)
  masq.remove(1, 20)
  const before = table.memory.bytes.slice()
  const copy = copyTable(table)
  const other = new Masquerader(copy, nothing)
  other.configure(standard, 20)
  expect([copy.count, copy.limit, copy.used(1)]).toEqual([2, 3, false])
  expect(copy.lookupOut(TCP, LAN1, 2000, SERVER, 80)).toBe(0)
  expect(copy.lookupIn(TCP, WAN, 3000, SERVER, 80)).toBe(2)
  expect(copy.masqPort(0)).toBe(table.masqPort(0))
  // The port of somebody else is as taken there as here.
  const clash = sendNew(other, tcp(LAN2, 2000, SERVER, 443), 20)
  expect(copy.masqPort(clash)).not.toBe(2000)
  expect([other.free.tcp, masq.free.tcp]).toEqual([masq.free.tcp - 1, masq.free.tcp])
  other.remove(0, 20)
  expect(table.memory.bytes).toEqual(before)
  expect(table.lookupOut(UDP, LAN1, 2000, SERVER, 53)).toBe(-1)
})

it('leaves out what is being replaced at that moment', () => {
  const { masq, table } = bench(64)
  sendNew(masq, tcp(LAN1, 2000, SERVER, 80), 10)
  sendNew(masq, tcp(LAN1, 2001, SERVER, 80), 10)
  table.memory.words[table.memory.slotsAt / 4]! |= 1
  const copy = copyTable(table)
  new Masquerader(copy, nothing)
  expect([copy.count, copy.used(0), copy.used(1)]).toEqual([1, false, true])
})
