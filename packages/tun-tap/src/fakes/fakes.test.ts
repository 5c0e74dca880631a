import { describe, expect, test } from 'vitest'
import { type Device, MAX_FRAME, VNET_HEADER } from '../device.ts'
import { type Bench, deviceContract, samplePacket } from '../device-contract.ts'
import { FaultDevice, type Faults } from './fault-device.ts'
import { MemoryDevice } from './memory-device.ts'
import { PcapDevice, readPcap, writePcap } from './pcap-device.ts'
import { TracerDevice } from './tracer-device.ts'

function around(wrap: (inner: Device) => Device): Bench {
  const memory = new MemoryDevice('memory')
  return {
    device: wrap(memory),
    send: (packets) => packets.forEach((packet) => void memory.give(packet)),
    received: () => memory.take(),
  }
}

/** A capture is fixed when its device is made: the bench makes the device at the first need. */
function pcapBench(): Bench {
  let device = new PcapDevice('pcap')
  let seen = 0
  return {
    get device() {
      return device
    },
    send: (packets) => {
      device = new PcapDevice('pcap', writePcap(packets))
    },
    received: () => {
      const written = readPcap(device.recorded())
      const fresh = written.slice(seen)
      seen = written.length
      return fresh
    },
  }
}

deviceContract('memory', () => around((inner) => inner))
deviceContract('pcap', pcapBench)
deviceContract('fault without faults', () => around((inner) => new FaultDevice(inner, { seed: 1 })))
deviceContract('tracer', () => around((inner) => new TracerDevice(inner, () => {})))

describe('fault device', () => {
  /** @returns the fill byte of every packet that came through, -1 for a damaged one, reading and writing */
  function through(faults: Faults, count: number): { read: number[]; written: number[] } {
    const memory = new MemoryDevice('memory')
    const device = new FaultDevice(memory, faults)
    const buffer = new Uint8Array(MAX_FRAME)
    const intact = (packet: Uint8Array) =>
      Buffer.compare(packet, samplePacket(packet[5]!, 20)) === 0 ? packet[5]! : -1
    const read: number[] = []
    for (let i = 0; i < count; i++) memory.give(samplePacket(i % 200, 20))
    for (let n = device.read(buffer); n > 0; n = device.read(buffer))
      read.push(intact(buffer.subarray(VNET_HEADER, n)))
    for (let i = 0; i < count; i++) {
      const frame = new Uint8Array(VNET_HEADER + 48)
      frame.set(samplePacket(i % 200, 20), VNET_HEADER)
      expect(device.write(frame, frame.length)).toBe(frame.length)
    }
    return { read, written: memory.take().map(intact) }
  }

  test('the same seed brings the same faults, another seed others', () => {
    const faults = { loss: 0.2, duplicate: 0.1, corrupt: 0.1 }
    expect(through({ seed: 7, ...faults }, 300)).toEqual(through({ seed: 7, ...faults }, 300))
    expect(through({ seed: 7, ...faults }, 300)).not.toEqual(through({ seed: 8, ...faults }, 300))
  })

  test('chances are kept in both directions', () => {
    for (const lost of Object.values(through({ seed: 0, loss: 0.3 }, 5000))) {
      expect(lost.length).toBeGreaterThan(3300)
      expect(lost.length).toBeLessThan(3700)
    }
    for (const doubled of Object.values(through({ seed: 3, duplicate: 0.3 }, 5000))) {
      expect(doubled.length).toBeGreaterThan(6300)
      expect(doubled.length).toBeLessThan(6700)
    }
    for (const damaged of Object.values(through({ seed: 3, corrupt: 1 }, 100)))
      expect(damaged).toEqual(new Array(100).fill(-1))
  })

  test("damage on the way out does not reach the caller's buffer", () => {
    const device = new FaultDevice(new MemoryDevice('memory'), { seed: 1, corrupt: 1 })
    const frame = new Uint8Array(VNET_HEADER + 48)
    frame.set(samplePacket(1, 20), VNET_HEADER)
    const before = frame.slice()
    device.write(frame, frame.length)
    expect(frame).toEqual(before)
  })
})

describe('tracer device', () => {
  test('tells direction, length and result', () => {
    const seen: unknown[] = []
    const memory = new MemoryDevice('memory')
    const device = new TracerDevice(memory, (direction, frame, length, result) =>
      seen.push([direction, frame[VNET_HEADER + 5], length, result]),
    )
    memory.give(samplePacket(4, 10))
    const buffer = new Uint8Array(MAX_FRAME)
    device.read(buffer)
    device.read(buffer)
    device.write(buffer, 48)
    device.close()
    device.write(buffer, 48)
    expect(seen).toEqual([
      ['in', 4, 48, 48],
      ['out', 4, 48, 48],
      ['out', 4, 48, -9],
    ])
  })
})

describe('pcap', () => {
  test('big-endian, nanosecond and Ethernet captures are understood, other frames passed over', () => {
    const packet = samplePacket(6, 4)
    const frame = (type: number) => [...new Array(12).fill(2), type >>> 8, type & 255]
    const record = (bytes: number[]) => [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, bytes.length, 0, 0, 0, 99, ...bytes]
    const header = [0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 1]
    const file = [
      ...header,
      ...record([...frame(0x0806), ...new Array(28).fill(0)]),
      ...record([...frame(0x0800), ...packet]),
    ]
    expect(readPcap(new Uint8Array(file))).toEqual([packet])
  })

  test('a capture that was cut off gives the packets that are whole', () => {
    const file = writePcap([samplePacket(1, 9), samplePacket(2, 9)])
    expect(readPcap(file.subarray(0, file.length - 1))).toEqual([samplePacket(1, 9)])
  })

  test('anything else is refused in words', () => {
    expect(() => readPcap(new Uint8Array(3))).toThrow('no pcap file')
    expect(() => readPcap(new Uint8Array(100))).toThrow('no pcap file')
    const strange = writePcap([])
    strange[20] = 127
    expect(() => readPcap(strange)).toThrow('link type 127')
  })
})
