import { expect, test } from 'vitest'
import { PacketView } from './view.ts'
import { clearVnetHeader, readVnetHeader, setPartial, VNET_HEADER } from './virtio.ts'

test('a super-packet from the kernel: NEEDS_CSUM, TCPv4, little-endian numbers', () => {
  const buffer = Uint8Array.of(0xee, 1, 1, 66, 0, 0xa8, 0x05, 32, 0, 16, 0)
  const view = new PacketView()
  readVnetHeader(view, buffer, 1)
  expect(view).toMatchObject({
    checksumPartial: true,
    checksumKnownGood: false,
    checksumStart: 1 + VNET_HEADER + 32,
    checksumOffset: 16,
    gsoSize: 1448,
  })
})

test('what was set for one packet is gone for the next', () => {
  const view = new PacketView()
  const buffer = new Uint8Array(VNET_HEADER)
  setPartial(buffer, 0, 20, 6)
  readVnetHeader(view, buffer, 0)
  expect(view).toMatchObject({ checksumPartial: true, checksumStart: 30, checksumOffset: 6, gsoSize: 0 })
  clearVnetHeader(buffer, 0)
  expect(buffer).toEqual(new Uint8Array(VNET_HEADER))
  readVnetHeader(view, buffer, 0)
  expect(view).toMatchObject({ checksumPartial: false, checksumStart: -1, gsoSize: 0 })
})

test('a segment size without a kind of segment counts for nothing', () => {
  const view = new PacketView()
  readVnetHeader(view, Uint8Array.of(2, 0, 0, 0, 9, 9, 0, 0, 0, 0), 0)
  expect(view).toMatchObject({ checksumKnownGood: true, gsoSize: 0 })
})
