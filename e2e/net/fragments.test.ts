/** Fragments in any order come through whole; overlapping ones do not; a UDP checksum of zero stays zero. */
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES } from '../lab/plan.ts'
import { Capture } from './harness/capture.ts'
import { dropsOf, growth } from './harness/counters.ts'
import { describeLab } from './harness/lab-test.ts'
import { macOf } from './harness/mac.ts'
import { ethernet, fragments, ipv4, PROTOCOL, read, udp } from './harness/packets.ts'

const ECHO = SERVERS['echo.example.org']
const PORT = 40_400
const ENDS = { from: LAN.lan1, to: ECHO, fromPort: PORT, toPort: SERVICES.echo }

/** Every order of n things. */
function orders(n: number): number[][] {
  if (n === 0) return [[]]
  return orders(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
  )
}

describeLab('fragments', { wan: 'eth' }, (stage) => {
  let nextId = 100
  const toRouter = () => ({ to: macOf(stage.lab, 'router', 'lan0'), from: macOf(stage.lab, 'lan1', 'eth0') })
  const send = (packets: Buffer[]) => {
    const mac = toRouter()
    return stage.on.lan1.sendFrames({
      device: 'eth0',
      frames: packets.map((one) => ethernet(mac.to, mac.from, one)),
    })
  }
  const cut = (payload: Buffer, size: number) =>
    fragments({ from: LAN.lan1, to: ECHO, protocol: PROTOCOL.udp, id: nextId++ }, udp(ENDS, payload), size)

  it('of one datagram arrive in all 24 orders of 4', async () => {
    const payload = Buffer.from('the same datagram, in four parts of different content '.repeat(3))
    const capture = await Capture.start(stage.lab, 'isp', 'line0', `udp and dst host ${ECHO}`)
    for (const order of orders(4)) {
      const parts = cut(payload, 48)
      expect(parts).toHaveLength(4)
      expect(await send(order.map((i) => parts[i]!))).toBe(4)
    }
    await capture.find('the last datagram', () => wholeOnes(capture, payload) === 24)
    await capture.stop()
    expect(wholeOnes(capture, payload)).toBe(24)
    expect(capture.packets.every((packet) => read(packet).from === stage.wan.address)).toBe(true)
  })

  it('doubled exactly do no harm, overlapping ones drop the datagram under a named reason', async () => {
    const payload = Buffer.alloc(200, 'd')
    const capture = await Capture.start(stage.lab, 'isp', 'line0', `udp and dst host ${ECHO}`)
    const before = await dropsOf(stage.dataplane)
    const doubled = cut(payload, 104)
    await send([doubled[0]!, doubled[0]!, doubled[1]!])
    await capture.find('the datagram', () => wholeOnes(capture, payload) === 1)
    const parts = cut(payload, 104)
    const lie = ipv4(
      { from: LAN.lan1, to: ECHO, protocol: PROTOCOL.udp, id: nextId - 1, offset: 96, moreFragments: false },
      Buffer.alloc(112, 'x'),
    )
    await send([parts[0]!, lie, parts[1]!])
    const handle = await stage.on.lan1.udpOpen({ localPort: 0 })
    expect(await stage.on.lan1.udpAsk({ handle, to: { address: ECHO, port: 7 }, text: 'still there' })).toBe(
      'still there',
    )
    await capture.stop()
    expect(wholeOnes(capture, payload)).toBe(1)
    const grown = Object.keys(growth(before, await dropsOf(stage.dataplane)))
    console.log(`overlap counted as: ${grown.join(', ')}`)
    expect(grown.some((reason) => reason.startsWith('fragment'))).toBe(true)
  })

  it('of TCP and ICMP come through as well: ping of 20 KB', () => {
    const said = stage.lab.run('lan2', ['ping', '-c', '3', '-i', '0.05', '-W', '2', '-s', '20000', ECHO])
    expect(said).toContain('3 received')
  })

  it('leave a UDP checksum of zero alone', async () => {
    const capture = await Capture.start(stage.lab, 'isp', 'line0', `udp and dst host ${ECHO}`)
    const datagram = udp(ENDS, Buffer.from('no checksum, thank you'), { checksum: 0 })
    await send([ipv4({ from: LAN.lan1, to: ECHO, protocol: PROTOCOL.udp, id: nextId++ }, datagram)])
    const seen = read(await capture.find('the datagram', () => true))
    await capture.stop()
    expect(seen.from).toBe(stage.wan.address)
    expect(seen.body.readUInt16BE(6)).toBe(0)
    expect(seen.body.subarray(8).toString()).toBe('no checksum, thank you')
  })

  /** Counts what arrived whole, however it was cut on the way. */
  function wholeOnes(capture: Capture, payload: Buffer): number {
    const byId = new Map<number, Buffer[]>()
    for (const packet of capture.packets) {
      const id = packet.readUInt16BE(4)
      byId.set(id, [...(byId.get(id) ?? []), packet])
    }
    return [...byId.values()].filter((packets) => {
      const parts = packets.map(read).sort((a, b) => a.offset - b.offset)
      return Buffer.concat(parts.map((part) => part.body))
        .subarray(8)
        .equals(payload)
    }).length
  }
})
