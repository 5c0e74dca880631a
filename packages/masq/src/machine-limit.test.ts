import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MachineLimit } from './machine-limit.ts'
import { MACHINE_LIMIT } from './no-slot.ts'
import { bench, LAN1, LAN2, open, SERVER, SYN, sendNew, standard, tcp, udp, WAN } from './testing.ts'

const limited = { ...standard, ports: { ...standard.ports, perMachine: 20 } }

it('counts like a map does, whatever comes and goes', () => {
  const steps = fc.array(fc.record({ machine: fc.integer({ min: 1, max: 40 }), add: fc.boolean() }), {
    maxLength: 300,
  })
  fc.assert(
    fc.property(steps, (list) => {
      const limit = new MachineLimit()
      const model = new Map<number, number>()
      for (const { machine, add } of list) {
        // so far apart that some share a place
        const address = (machine * 0x01000193) | 0
        const before = model.get(address) ?? 0
        if (add) limit.add(address)
        else limit.remove(address)
        model.set(address, add ? before + 1 : Math.max(0, before - 1))
      }
      for (const [address, count] of model) expect(limit.countOf(address)).toBe(count)
    }),
    { numRuns: 300 },
  )
})

it('a machine gets as many connections as it may have, of whatever protocol, and others are not held up', () => {
  const { masq } = bench(128, limited)
  const ask = (client: number, i: number) =>
    masq.openOut(
      i % 2 ? tcp(client, 2000 + i, SERVER, 80, SYN) : udp(client, 2000 + i, SERVER, 53),
      WAN,
      1,
      1,
      0,
    )
  for (let i = 0; i < 20; i++) expect(ask(LAN1, i)).toBeGreaterThanOrEqual(0)
  expect(ask(LAN1, 20)).toBe(MACHINE_LIMIT)
  expect(ask(LAN2, 20)).toBeGreaterThanOrEqual(0)
  masq.remove(3, 0)
  expect(ask(LAN1, 21)).toBeGreaterThanOrEqual(0)
  expect(ask(LAN1, 22)).toBe(MACHINE_LIMIT)
})

it('is counted anew after a restart; 0 is no limit', () => {
  const { masq, memory } = bench(128, limited)
  for (let i = 0; i < 20; i++) sendNew(masq, tcp(LAN1, 2000 + i, SERVER, 80, SYN), 0)
  const after = open(memory, 128, limited)
  const ask = () => after.masq.openOut(tcp(LAN1, 3000, SERVER, 80, SYN), WAN, 1, 1, 0)
  expect(ask()).toBe(MACHINE_LIMIT)
  after.masq.configure({ ...limited, ports: { ...limited.ports, perMachine: 0 } }, 0)
  expect(ask()).toBeGreaterThanOrEqual(0)
})
