/**
 * The real TUN keeps the contract of devices, and what only a real one can show: super-packets, errors in words, costs. This thread
 * enters a network namespace of its own (setns), so the devices are opened in-process, as the packet thread does it.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import {
  type Device,
  errnoName,
  MAX_FRAME,
  monotonicTicks,
  openTun,
  Poller,
  TUN_OFFLOAD,
  tunOffload,
  VNET_HEADER,
} from '@bauta/tun-tap'
import { type Bench, deviceContract, samplePacket } from '@bauta/tun-tap/device-contract'
import koffi from 'koffi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { complaintOfNobody } from './harness/as-nobody.ts'

const root = process.getuid?.() === 0
const NAMESPACE = `bauta-${process.pid}-tun`
const CLONE_NEWNET = 0x40000000
const GSO_TCPV4 = 1
const GSO_UDP_L4 = 5

if (!root) console.log('skipped: TUN devices need root, in a network namespace')

const run = (...argv: string[]) => execFileSync(argv[0]!, argv.slice(1), { encoding: 'utf8' })

/** Moves this thread, and what it starts from now on. @param namespace as an open file of /run/netns or /proc */
function enter(namespace: number): void {
  const setns = koffi.load('libc.so.6').func('setns', 'int', ['int', 'int'])
  const result = setns(namespace, CLONE_NEWNET)
  closeSync(namespace)
  if (result !== 0) throw new Error(`cannot change the network namespace: ${errnoName(koffi.errno())}`)
}

/** Two TUNs with the kernel's router between them: what is written to one is read from the other, one hop later. */
function routedPair(): { near: Device; far: Device } {
  const [near, far] = [openTun('t-near'), openTun('t-far')]
  for (const [device, other, table] of [
    ['t-near', 't-far', '101'],
    ['t-far', 't-near', '102'],
  ] as const) {
    writeFileSync(`/proc/sys/net/ipv4/conf/${device}/forwarding`, '1')
    writeFileSync(`/proc/sys/net/ipv4/conf/${device}/rp_filter`, '0')
    run('ip', 'link', 'set', device, 'up', 'mtu', '65535')
    run('ip', 'link', 'set', other, 'up')
    run('ip', 'route', 'replace', 'default', 'dev', other, 'table', table)
    spawnSync('ip', ['rule', 'del', 'iif', device, 'lookup', table])
    run('ip', 'rule', 'add', 'iif', device, 'lookup', table)
  }
  return { near, far }
}

function tunBench(): Bench {
  const { near, far } = routedPair()
  const frame = new Uint8Array(MAX_FRAME)
  const device: Device = {
    name: near.name,
    fd: near.fd,
    read: (buffer) => near.read(buffer),
    write: (buffer, length) => near.write(buffer, length),
    close: () => {
      near.close()
      far.close()
    },
  }
  return {
    device,
    send: (packets) => {
      for (const packet of packets) {
        frame.fill(0, 0, VNET_HEADER)
        frame.set(packet, VNET_HEADER)
        expect(far.write(frame, VNET_HEADER + packet.length)).toBe(VNET_HEADER + packet.length)
      }
    },
    received: () => {
      const packets: Uint8Array[] = []
      for (let n = far.read(frame); n > 0; n = far.read(frame)) packets.push(frame.slice(VNET_HEADER, n))
      return packets
    },
  }
}

/** @returns a frame whose packet stands for many segments, its checksum left to whoever sends it */
function superPacket(protocol: 6 | 17, payload: number, segment: number): Uint8Array {
  const l4Length = protocol === 6 ? 20 : 8
  const packet = samplePacket(1, l4Length - 8 + payload)
  const frame = new Uint8Array(VNET_HEADER + packet.length)
  const view = new DataView(frame.buffer)
  frame.set(packet, VNET_HEADER)
  frame[0] = 1 // VIRTIO_NET_HDR_F_NEEDS_CSUM
  frame[1] = protocol === 6 ? GSO_TCPV4 : GSO_UDP_L4
  view.setUint16(2, 20 + l4Length, true)
  view.setUint16(4, segment, true)
  view.setUint16(6, 20, true)
  view.setUint16(8, protocol === 6 ? 16 : 6, true)
  if (protocol === 6) {
    frame[VNET_HEADER + 9] = 6
    view.setUint16(VNET_HEADER + 10, view.getUint16(VNET_HEADER + 10) + 17 - 6)
    frame.set([0x50, 0x10], VNET_HEADER + 32)
  }
  return frame
}

describe.runIf(root)('the real TUN', () => {
  let home: number
  beforeAll(() => {
    home = openSync('/proc/thread-self/ns/net', 'r')
    run('ip', 'netns', 'add', NAMESPACE)
    enter(openSync(`/run/netns/${NAMESPACE}`, 'r'))
    writeFileSync('/proc/sys/net/ipv4/conf/all/rp_filter', '0')
    writeFileSync('/proc/sys/net/ipv6/conf/default/disable_ipv6', '1')
  })
  afterAll(() => {
    enter(home)
    run('ip', 'netns', 'del', NAMESPACE)
  })

  deviceContract('TUN', tunBench)

  test.for([
    [6, 1448, 'TCP'],
    [17, 1200, 'UDP'],
  ] as const)('super-packets stay whole, their checksums unfinished: %s', ([protocol, segment], { skip }) => {
    if (protocol === 17 && (tunOffload() & TUN_OFFLOAD.uso) === 0)
      skip('the TUN devices of this kernel know no super-packets of UDP')
    const { near, far } = routedPair()
    const buffer = new Uint8Array(MAX_FRAME)
    const frame = superPacket(protocol, 20 * segment, segment)
    expect(far.write(frame, frame.length)).toBe(frame.length)
    expect(near.read(buffer)).toBe(frame.length)
    expect(buffer[0]! & 1).toBe(1)
    expect(buffer[1]).toBe(frame[1])
    expect(new DataView(buffer.buffer).getUint16(4, true)).toBe(segment)
    expect(near.read(buffer)).toBe(0)
    near.close()
    far.close()
  })

  test('a device that is down refuses packets with EIO, a device taken away reads as gone', () => {
    const device = openTun('t-down')
    const frame = new Uint8Array(VNET_HEADER + 28)
    frame.set(samplePacket(1, 0), VNET_HEADER)
    expect(errnoName(-device.write(frame, frame.length))).toBe('EIO')
    const poller = new Poller([device.fd])
    run('ip', 'link', 'del', 't-down')
    expect(poller.wait(1000)).toBe(1)
    expect(device.read(new Uint8Array(MAX_FRAME))).toBe(-1)
    expect(device.write(frame, frame.length)).toBeLessThan(0)
    device.close()
  })

  test('a persistent device outlives its holder and is taken over, another does not', () => {
    openTun('t-stays', { persist: true }).close()
    expect(run('ip', 'link', 'show', 't-stays')).toContain('t-stays')
    openTun('t-stays').close()
    expect(spawnSync('ip', ['link', 'show', 't-stays']).status).not.toBe(0)
  })

  test('what cannot be opened says why', () => {
    const held = openTun('t-held')
    expect(() => openTun('t-held')).toThrow('t-held is held by another process')
    held.close()
    expect(() => openTun('lo')).toThrow('lo exists already and is no TUN device of ours')
    expect(() => openTun('')).toThrow('1 to 15 characters')
    expect(() => openTun('sixteen-letters-')).toThrow('1 to 15 characters')
    // the mode of /dev/net/tun and the rights in the namespace differ from system to system; either way it is told in words
    const open = `import('@bauta/tun-tap').then(({ openTun }) => openTun('t-user'))`
    const complaint = complaintOfNobody(open, import.meta.dirname)
    expect(complaint).toMatch(/no permission to (open \/dev\/net\/tun|make the TUN device t-user)/)
  })

  test('calls leave no garbage', () => {
    const { near, far } = routedPair()
    const buffer = new Uint8Array(MAX_FRAME)
    const frame = new Uint8Array(VNET_HEADER + 60)
    frame.set(samplePacket(1, 32), VNET_HEADER)
    const poller = new Poller([near.fd, far.fd])
    const calls: Record<string, () => unknown> = {
      'read, nothing there': () => near.read(buffer),
      'poll of two': () => poller.wait(0),
      'monotonic ticks': () => monotonicTicks(),
      'write, route, read 60 bytes': () => near.write(frame, frame.length) + far.read(buffer),
    }
    for (const [name, call] of Object.entries(calls)) {
      const count = 100_000
      for (let i = 0; i < 10_000; i++) call()
      const heap = process.memoryUsage().heapUsed
      const start = process.hrtime.bigint()
      for (let i = 0; i < count; i++) call()
      const nanoseconds = Number(process.hrtime.bigint() - start) / count
      const garbage = (process.memoryUsage().heapUsed - heap) / count
      console.log(`${name}: ${nanoseconds.toFixed(0)} ns, ${garbage.toFixed(2)} bytes of heap`)
      // one object would be 16 bytes or more
      expect(garbage).toBeLessThan(8)
    }
    near.close()
    far.close()
  })
})
