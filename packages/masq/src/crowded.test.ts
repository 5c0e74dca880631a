/** RFC 4787 REQ-11: with 95 % of all ports taken a mapping is what it is on an idle box. */
import { expect, it } from 'vitest'
import { bench, LAN1, LAN2, SERVER, tcp, udp, WAN } from './testing.ts'

const FILLED = Math.ceil(64_512 * 0.95)
const SERVERS = 5

it.each([
  ['udp', udp],
  ['tcp', tcp],
] as const)(
  'at 95 % fill %s has one port for one LAN socket whatever the server, and no two share it',
  (_, packet) => {
    const { masq, table } = bench(131_072)
    const given = new Set<number>()
    for (let i = 0; i < FILLED; i++)
      given.add(
        table.masqPort(masq.openOut(packet(LAN1 + (i & 1), 1 + (i >>> 1), SERVER, 443), WAN, 1, 1, 0)),
      )
    expect(given.size).toBe(FILLED)
    for (let socket = 0; socket < 1000; socket++) {
      const ports = new Set<number>()
      for (let server = 0; server < SERVERS; server++) {
        const slot = masq.openOut(packet(LAN2 + 7, 2000 + socket, SERVER + server, 443), WAN, 1, 1, 0)
        expect(slot).toBeGreaterThanOrEqual(0)
        ports.add(table.masqPort(slot))
      }
      expect(ports.size).toBe(1)
      for (const port of ports) expect(given.has(port)).toBe(false)
      for (const port of ports) given.add(port)
    }
    expect(given.size).toBe(FILLED + 1000)
  },
  60_000,
)
