import { PROTOCOL } from '@bauta/packet'
import { describe, expect, test } from 'vitest'
import { type Bench, bench, LAN1, LAN2, open, SERVER, sendNew, udp, WAN } from '../testing.ts'
import { Dialogue, withHelpers } from './dialogue.ts'
import { MOST_OF_ONE } from './expectations.ts'
import type { Conversation, Expectation, Helper } from './helper.ts'
import { READS } from './helper.ts'

/** What a test wants done with the conversation at hand. */
let act: (talk: Conversation) => void = () => undefined
const scripted: Helper = { name: 'ftp', reads: READS.both, read: (talk) => act(talk) }

function scriptedBench(): Bench {
  const made = bench(1024, withHelpers('ftp'))
  made.masq.helpers.substitute(scripted)
  return made
}

/** @returns what `work` answers, done by the helper of a connection */
function during<T>(dialogue: Dialogue, work: (talk: Conversation) => T): T {
  let answer: T | undefined
  act = (talk) => {
    answer = work(talk)
  }
  dialogue.says('x')
  act = () => undefined
  return answer as T
}

const waiting = (talk: Conversation, fields: Partial<Expectation>): number =>
  talk.expect(Object.assign(talk.expectation(), fields))

describe('what helpers may wait for', () => {
  test('the port is the one that the LAN socket has already (endpoint-independent), and is held meanwhile', () => {
    const on = scriptedBench()
    const dialogue = new Dialogue(21, { on })
    // The other machine has the number, so this one's socket has another.
    sendNew(on.masq, udp(LAN2, 5000, SERVER, 53), 100)
    const slot = sendNew(on.masq, udp(LAN1, 5000, SERVER, 53), 100)
    const port = during(dialogue, (talk) => waiting(talk, { protocol: PROTOCOL.udp, nearPort: 5000 }))
    expect(port).toBe(on.table.masqPort(slot))
    on.masq.remove(slot, 200)
    on.masq.expire(200, 1000)
    expect(during(dialogue, (talk) => talk.ownerOf(PROTOCOL.udp, port))).toBe(LAN1)
  })

  test('asked twice it is one; the port is given back when it is over', () => {
    const on = scriptedBench()
    const dialogue = new Dialogue(21, { on })
    const free = on.masq.free.tcp
    const ask = () => during(dialogue, (talk) => waiting(talk, { nearPort: 40_001 }))
    expect([ask(), ask()]).toEqual([40_001, 40_001])
    expect(on.masq.free.tcp).toBe(free - 1)
    on.masq.expire(100 + 120 * 100 - 1, 1000)
    expect(on.masq.free.tcp).toBe(free - 1)
    on.masq.expire(100 + 120 * 100, 1000)
    expect(on.masq.free.tcp).toBe(free)
  })

  test('of another machine, a system port and X11’s are refused, and counted', () => {
    const on = scriptedBench()
    const dialogue = new Dialogue(21, { on })
    const answers = during(dialogue, (talk) => [
      waiting(talk, { near: LAN2, nearPort: 40_001 }),
      waiting(talk, { nearPort: 1023 }),
      waiting(talk, { nearPort: 6000 }),
      waiting(talk, { nearPort: 0 }),
    ])
    expect(answers).toEqual([-1, -1, -1, -1])
    expect(on.masq.helpers.refused).toBe(4)
  })

  test('one connection may wait for so many and no more', () => {
    const dialogue = new Dialogue(21, { on: scriptedBench() })
    const ports = during(dialogue, (talk) =>
      Array.from({ length: MOST_OF_ONE + 2 }, (_, i) => waiting(talk, { nearPort: 41_000 + i })),
    )
    expect(ports.filter((port) => port < 0)).toHaveLength(2)
  })

  test('a pair has an even port and the one behind it, also where the own numbers cannot be had', () => {
    const on = scriptedBench()
    const dialogue = new Dialogue(21, { on })
    const pair = (nearPort: number) =>
      during(dialogue, (talk) =>
        talk.expectPair(Object.assign(talk.expectation(), { protocol: PROTOCOL.udp, nearPort })),
      )
    expect([pair(5004), pair(5004)]).toEqual([5004, 5004])
    sendNew(on.masq, udp(LAN2, 6005, SERVER, 53), 100)
    const other = pair(6004)
    expect(other & 1).toBe(0)
    expect(other).not.toBe(6004)
    const slots = [other, other + 1].map((port) => dialogue.comes(port, SERVER, 7000, PROTOCOL.udp))
    expect(slots.map((slot) => on.table.clientPort(slot))).toEqual([6004, 6005])
  })

  test('what is controlled ends with its controller, what is not goes on; a permanent one is met again and again', () => {
    const on = scriptedBench()
    const dialogue = new Dialogue(21, { on })
    during(dialogue, (talk) => {
      waiting(talk, { nearPort: 41_000 })
      waiting(talk, { nearPort: 41_001, controlled: false, permanent: true })
    })
    dialogue.ends()
    expect(dialogue.comes(41_000)).toBe(-1)
    expect(
      [dialogue.comes(41_001, SERVER, 1), dialogue.comes(41_001, SERVER, 2)].every((slot) => slot >= 0),
    ).toBe(true)
  })

  test('a controller that runs out while it controls others is kept for two minutes more, as in 2.2 (n_control, TIME_WAIT)', () => {
    const on = scriptedBench()
    const { masq, table } = on
    const dialogue = new Dialogue(21, { on })
    during(dialogue, (talk) => waiting(talk, { nearPort: 41_000, seconds: 9000 }))
    const until = table.expiresAt(dialogue.slot)
    dialogue.now = until - 500
    const child = dialogue.comes(41_000)
    masq.expire(until, 1 << 20)
    expect([table.used(dialogue.slot), table.expiresAt(dialogue.slot)]).toEqual([true, until + 120 * 100])
    masq.remove(child, until + 1)
    masq.expire(until + 120 * 100, 1 << 20)
    expect(table.used(dialogue.slot)).toBe(false)
  })

  test('everything waited for is over when the WAN address changes', () => {
    const on = scriptedBench()
    const dialogue = new Dialogue(21, { on })
    during(dialogue, (talk) => waiting(talk, { nearPort: 41_000, controlled: false }))
    on.masq.retainOnly(WAN + 1, 200)
    expect(dialogue.comes(41_000)).toBe(-1)
  })

  test('after a restart of the packet thread it is still waited for, its port is still held, and links are counted anew', () => {
    const on = scriptedBench()
    const dialogue = new Dialogue(21, { on })
    during(dialogue, (talk) => {
      waiting(talk, { nearPort: 41_000 })
      waiting(talk, { nearPort: 41_001 })
    })
    dialogue.comes(41_000)
    const free = on.masq.free.tcp
    const again = open(on.memory, 1024, withHelpers('ftp'), 300)
    const later = Object.assign(dialogue.bench, again)
    expect(later.masq.free.tcp).toBe(free)
    expect(later.table.controls(dialogue.slot)).toBe(1)
    const slot = dialogue.comes(41_001)
    expect(later.table.controller(slot)).toBe(dialogue.slot)
    expect(later.table.controls(dialogue.slot)).toBe(2)
  })
})

describe('GRE calls of PPTP', () => {
  test('a number is promised to the server, translated back for the client, and the tunnel belongs to the control connection', () => {
    const on = scriptedBench()
    const { table } = on
    const dialogue = new Dialogue(21, { on })
    const other = new Dialogue(21, { on, clientPort: 40_005 })
    const first = during(dialogue, (talk) => talk.reserveCall(7))
    const second = during(other, (talk) => talk.reserveCall(7))
    expect(first).toBe(7)
    expect(second).not.toBe(7)
    expect(
      during(dialogue, (talk) => [talk.clientCallOf(7), talk.openCall(7, 99), talk.clientCallOf(7)]),
    ).toEqual([7, true, 7])
    expect(during(other, (talk) => talk.openCall(second, 98))).toBe(true)
    const tunnel = table.lookupIn(47, WAN, second, SERVER, 0)
    expect([table.client(tunnel), table.note(tunnel), table.controller(tunnel)]).toEqual([
      LAN1,
      7,
      other.slot,
    ])
    expect(table.lookupOut(47, LAN1, 0, SERVER, 99)).toBeGreaterThanOrEqual(0)
    during(other, (talk) => talk.endCall(second))
    expect([table.used(tunnel), table.controls(other.slot)]).toEqual([false, 0])
  })
})
