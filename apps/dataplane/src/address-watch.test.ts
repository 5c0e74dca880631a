import { expect, test } from 'vitest'
import { AddressWatch, readAddressEvents } from './address-watch.ts'

/** One message as the kernel writes it: ifaddrmsg with IFA_ADDRESS (the peer) and IFA_LOCAL. */
function message(type: number, peer: number[], local: number[]): number[] {
  const attributes = [8, 0, 1, 0, ...peer, 8, 0, 2, 0, ...local]
  const length = 16 + 8 + attributes.length
  return [length, 0, 0, 0, type, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 32, 0, 0, 3, 0, 0, 0, ...attributes]
}

test('addresses that came and went, the own end of a point-to-point link', () => {
  const bytes = Uint8Array.from([
    ...message(21, [203, 0, 113, 1], [203, 0, 113, 24]),
    ...message(16, [9, 9, 9, 9], [9, 9, 9, 9]),
    ...message(20, [198, 51, 100, 2], [198, 51, 100, 2]),
  ])
  const seen: [number, boolean][] = []
  const told = (address: number, here: boolean) => seen.push([address, here])
  readAddressEvents(bytes, bytes.length, told)
  expect(seen).toEqual([
    [0xcb007118, false],
    [0xc6336402, true],
  ])
  for (let cut = 0; cut < bytes.length; cut++) readAddressEvents(bytes, cut, told)
})

test('the kernel gives the socket, and nothing has gone yet', () => {
  const watch = new AddressWatch()
  expect(watch.fd).toBeGreaterThan(2)
  watch.read()
  expect(watch.isGone(0x7f000001)).toBe(false)
})
