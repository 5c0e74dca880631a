/** What a helper announced meets what is there already: with the whole Masquerader, without the packet path. */
import { HELPERS_AT_FIRST, helperOf, withHelper } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { IN } from '../key-index.ts'
import { CLASH } from '../no-slot.ts'
import { bench, LAN1, LAN2, packet, SERVER, sendNew, standard, UDP, udp, WAN } from '../testing.ts'
import { linesOf } from './testing.ts'

const MEDIA = 7078
const sip = helperOf(HELPERS_AT_FIRST, 'sip')
const settings = { ...standard, helpers: withHelper(HELPERS_AT_FIRST, { ...sip, enabled: true }) }
const OTHER = SERVER + 1

const invite = () =>
  packet({
    protocol: UDP,
    source: LAN1,
    sourcePort: 5060,
    destination: SERVER,
    destinationPort: 5060,
    payload: linesOf(
      'INVITE sip:bob@sip.example SIP/2.0',
      'Content-Type: application/sdp',
      '',
      'c=IN IP4 192.168.77.11',
      `m=audio ${MEDIA} RTP/AVP 0`,
    ),
  })

/** LAN1 has announced its socket, which is known by one port already and is now expected at another. */
function announced() {
  const { masq, table } = bench(64, settings)
  sendNew(masq, udp(LAN2, MEDIA, OTHER, 9), 0)
  const before = sendNew(masq, udp(LAN1, MEDIA, OTHER, 9), 0)
  // No pair can be made of it: the neighbour is somebody else's.
  sendNew(masq, udp(LAN2, table.masqPort(before) + 1, OTHER, 9), 0)
  const view = invite()
  sendNew(masq, view, 0)
  const text = String.fromCharCode(...view.buffer.subarray(view.l4 + 8, view.ip + view.totalLength))
  const port = Number(/m=audio (\d+)/.exec(text)![1])
  expect(port).not.toBe(table.masqPort(before))
  return { masq, table, port }
}

describe('somebody comes to an announced socket that has sent to him already', () => {
  it('by another port, and nobody has answered there: the announced one takes its place', () => {
    const { masq, table, port } = announced()
    const ahead = sendNew(masq, udp(LAN1, MEDIA, SERVER, 4000), 1)
    expect(table.masqPort(ahead)).not.toBe(port)
    const media = udp(SERVER, 4000, WAN, port)
    const place = masq.findExpected(media, IN)
    const slot = masq.openExpected(media, place, WAN, 0, 1, 2)
    expect(slot).toBeGreaterThanOrEqual(0)
    masq.inbound(media, slot, 2)
    expect([media.destination, media.destinationPort]).toEqual([LAN1, MEDIA])
    const back = udp(LAN1, MEDIA, SERVER, 4000)
    masq.outbound(back, masq.findOut(back), 3)
    expect(back.sourcePort).toBe(port)
  })
  it('and he has answered there: that connection stays, and this packet has none', () => {
    const { masq, table, port } = announced()
    const ahead = sendNew(masq, udp(LAN1, MEDIA, SERVER, 4000), 1)
    const answer = udp(SERVER, 4000, WAN, table.masqPort(ahead))
    masq.inbound(answer, masq.findIn(answer), 2)
    const media = udp(SERVER, 4000, WAN, port)
    expect(masq.openExpected(media, masq.findExpected(media, IN), WAN, 0, 1, 3)).toBe(CLASH)
    expect(table.used(ahead)).toBe(true)
  })
})
