/** Ways in that programs ask for: ip_masq_user of 2.2. */
import { describe, expect, it } from 'vitest'
import { IN } from '../key-index.ts'
import { bench, LAN1, LAN2, open, SERVER, sendNew, UDP, udp, WAN } from '../testing.ts'
import type { Announcement } from './opening.ts'

const wish = (fields: Partial<Announcement> = {}): Announcement => ({
  protocol: UDP,
  near: LAN1,
  nearPort: 7079,
  masqPort: 7078,
  far: 0,
  farPort: 0,
  seconds: 60,
  ...fields,
})
const OTHER = SERVER + 1

function comes({ masq }: ReturnType<typeof bench>, from: number, now: number): number {
  const view = udp(from, 9000, WAN, 7078)
  const place = masq.findExpected(view, IN)
  return place < 0 ? -1 : masq.openExpected(view, place, WAN, 0, 1, now)
}

describe('a way in that a program asks for', () => {
  it('leads everybody to the machine until its time is over, and the port is free again', () => {
    const on = bench()
    const free = on.masq.free.udp
    expect(on.masq.helpers.announce(wish(), WAN, 0)).toBe(true)
    expect(on.masq.free.udp).toBe(free - 1)
    const slot = comes(on, SERVER, 10)
    expect([on.table.client(slot), on.table.clientPort(slot)]).toEqual([LAN1, 7079])
    expect(comes(on, OTHER, 20)).toBeGreaterThanOrEqual(0)
    on.masq.expire(6001, 1000)
    expect(comes(on, OTHER + 1, 6001)).toBe(-1)
    for (const one of [slot, slot + 1]) on.masq.remove(one, 6002)
    on.masq.expire(30_000, 1000)
    expect(on.masq.free.udp).toBe(free)
  })
  it('who is named with his port is one connection; who is named without, as many as come from him', () => {
    const on = bench()
    on.masq.helpers.announce(wish({ far: SERVER, farPort: 9000 }), WAN, 0)
    expect(comes(on, OTHER, 1)).toBe(-1)
    expect(comes(on, SERVER, 1)).toBeGreaterThanOrEqual(0)
    const view = udp(SERVER, 9001, WAN, 7078)
    expect(on.masq.findExpected(view, IN)).toBe(-1)
    on.masq.helpers.announce(wish({ far: SERVER }), WAN, 2)
    expect(on.masq.findExpected(view, IN)).toBeGreaterThanOrEqual(0)
  })
  it('asked again it is the new one alone; taken back it is over', () => {
    const on = bench()
    on.masq.helpers.announce(wish(), WAN, 0)
    on.masq.helpers.announce(wish({ near: LAN2 }), WAN, 1)
    expect(on.table.client(comes(on, SERVER, 2))).toBe(LAN2)
    expect(on.masq.helpers.withdraw(UDP, 7078, 3)).toBe(true)
    expect(on.masq.helpers.withdraw(UDP, 7078, 3)).toBe(false)
    expect(comes(on, OTHER, 4)).toBe(-1)
  })
  it.each([
    ['a port below 1024', { masqPort: 53 }],
    ['a machine’s port below 1024', { nearPort: 22 }],
    ['X11', { protocol: 6, nearPort: 6000 }],
  ])('%s is opened for nobody', (_, fields) => {
    expect(bench().masq.helpers.announce(wish(fields), WAN, 0)).toBe(false)
  })
  it('nor a port that another machine has, or the box itself', () => {
    const on = bench()
    sendNew(on.masq, udp(LAN2, 7078, SERVER, 53), 0)
    expect(on.masq.helpers.announce(wish(), WAN, 1)).toBe(false)
    on.masq.setReserved(UDP, 7080, true)
    expect(on.masq.helpers.announce(wish({ masqPort: 7080 }), WAN, 1)).toBe(false)
  })
  it('is over when the WAN address changes, and not when the packet thread starts again', () => {
    const on = bench()
    on.masq.helpers.announce(wish(), WAN, 0)
    const again = { memory: on.memory, ...open(on.memory, 1024) }
    expect(comes(again, SERVER, 1)).toBeGreaterThanOrEqual(0)
    again.masq.retainOnly(WAN + 1, 2)
    expect(comes(again, OTHER, 3)).toBe(-1)
  })
})
