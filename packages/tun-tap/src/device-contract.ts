/**
 * The contract of Device as tests. Whoever makes a device runs them: the fakes beside their source, the real TUN inside a network
 * namespace (e2e/net/tun-tap.test.ts). What a fake passes here, the packet thread may rely on with the kernel.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Device, MAX_FRAME, VNET_HEADER } from './device.ts'

/** A device together with what stands on its other side. */
export interface Bench {
  device: Device
  /** The other side sends these IPv4 packets to the device. A router on the way may take one off the TTL. */
  send(packets: readonly Uint8Array[]): void
  /** @returns the IPv4 packets that arrived on the other side since the last call */
  received(): Uint8Array[]
}

/** UDP, 192.0.2.2 to 198.51.100.2 (RFC 5737: documentation addresses), TTL 9, payload of one repeated byte. */
export function samplePacket(fill: number, payload: number): Uint8Array {
  const packet = new Uint8Array(28 + payload).fill(fill, 28)
  const view = new DataView(packet.buffer)
  packet.set([0x45, 0, 0, 0, 0, fill, 0x40, 0, 9, 17])
  view.setUint16(2, packet.length)
  packet.set([192, 0, 2, 2, 198, 51, 100, 2], 12)
  let sum = 0
  for (let i = 0; i < 20; i += 2) sum += view.getUint16(i)
  view.setUint16(10, ~((sum & 0xffff) + (sum >>> 16)))
  view.setUint16(20, 5000 + fill)
  view.setUint16(22, 9) // discard; UDP checksum 0: none
  view.setUint16(24, 8 + payload)
  return packet
}

/** What must be equal on both sides: everything but TTL and header checksum, which a router between changes. */
function withoutHop(packet: Uint8Array): Uint8Array {
  const copy = packet.slice()
  copy.fill(0, 8, 9)
  copy.fill(0, 10, 12)
  return copy
}

function frameOf(packet: Uint8Array): Uint8Array {
  const frame = new Uint8Array(VNET_HEADER + packet.length)
  frame.set(packet, VNET_HEADER)
  return frame
}

/** @param make called before every test; the device is closed after it */
export function deviceContract(name: string, make: () => Bench): void {
  describe(`device contract: ${name}`, () => {
    let bench: Bench
    const buffer = new Uint8Array(MAX_FRAME + 8)

    beforeEach(() => {
      bench = make()
      buffer.fill(0xee)
    })
    afterEach(() => bench.device.close())

    test('has a name', () => {
      expect(bench.device.name).toMatch(/^.{1,15}$/)
    })

    test('read answers 0 while nothing waits, and leaves the buffer alone', () => {
      expect(bench.device.read(buffer)).toBe(0)
      expect(buffer.every((byte) => byte === 0xee)).toBe(true)
    })

    test('read hands over one packet behind an empty virtio-net header', () => {
      const packet = samplePacket(1, 100)
      bench.send([packet])
      expect(bench.device.read(buffer)).toBe(VNET_HEADER + packet.length)
      expect(buffer.subarray(0, VNET_HEADER)).toEqual(new Uint8Array(VNET_HEADER))
      expect(withoutHop(buffer.slice(VNET_HEADER, VNET_HEADER + packet.length))).toEqual(withoutHop(packet))
      expect(buffer[VNET_HEADER + packet.length]).toBe(0xee)
      expect(bench.device.read(buffer)).toBe(0)
    })

    test('packets keep their order and their borders', () => {
      const lengths = [0, 1400, 3, 700]
      bench.send(lengths.map((length, i) => samplePacket(i + 1, length)))
      for (const [i, length] of lengths.entries()) {
        expect(bench.device.read(buffer)).toBe(VNET_HEADER + 28 + length)
        expect(buffer[VNET_HEADER + 5]).toBe(i + 1)
      }
      expect(bench.device.read(buffer)).toBe(0)
    })

    test('write answers the length and the other side gets the packet; bytes behind it do not count', () => {
      const packet = samplePacket(2, 333)
      buffer.set(frameOf(packet))
      expect(bench.device.write(buffer, VNET_HEADER + packet.length)).toBe(VNET_HEADER + packet.length)
      expect(bench.received().map(withoutHop)).toEqual([withoutHop(packet)])
    })

    test('what is written may be changed at once afterwards', () => {
      const packet = samplePacket(3, 50)
      const frame = frameOf(packet)
      bench.device.write(frame, frame.length)
      frame.fill(0)
      expect(bench.received().map(withoutHop)).toEqual([withoutHop(packet)])
    })

    test('a frame that is too short or no IP is refused with an error number, and the device goes on', () => {
      expect(bench.device.write(buffer, 5)).toBeLessThan(0)
      expect(bench.device.write(buffer, VNET_HEADER)).toBeLessThan(0)
      expect(bench.device.write(new Uint8Array(VNET_HEADER + 40), VNET_HEADER + 40)).toBeLessThan(0)
      expect(bench.received()).toEqual([])
      const frame = frameOf(samplePacket(4, 4))
      expect(bench.device.write(frame, frame.length)).toBe(frame.length)
      expect(bench.received()).toHaveLength(1)
    })

    test('a closed device answers -1 to read, an error number to write, and can be closed again', () => {
      const frame = frameOf(samplePacket(5, 4))
      bench.device.close()
      expect(bench.device.read(buffer)).toBe(-1)
      expect(bench.device.write(frame, frame.length)).toBeLessThan(0)
      bench.device.close()
    })
  })
}
