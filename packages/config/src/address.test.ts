import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bitsOfMask,
  formatAddress,
  formatNetwork,
  maskOfBits,
  parseAddress,
  parseNetwork,
} from './address.ts'

const address = fc.integer({ min: 0, max: 0xffffffff })

describe('addresses', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(address, (value) => {
        expect(parseAddress(formatAddress(value))).toBe(value)
      }),
    )
  })
  it.each(['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1.2.3.04', ' 1.2.3.4', '1.2.3.x', '0x1.2.3.4'])(
    'refuses %j',
    (text) => {
      expect(parseAddress(text)).toBeNull()
    },
  )
  it('is unsigned above 127.255.255.255', () => {
    expect(parseAddress('255.255.255.255')).toBe(4294967295)
    expect(maskOfBits(1)).toBe(0x80000000)
  })
})

describe('networks', () => {
  it('takes /32, a dotted mask and a bare address as equal', () => {
    const one = { address: 0xc0a80107, mask: 0xffffffff }
    for (const text of ['192.168.1.7', '192.168.1.7/32', '192.168.1.7/255.255.255.255'])
      expect(parseNetwork(text)).toEqual(one)
  })
  it('reads back what it writes, whatever the mask', () => {
    fc.assert(
      fc.property(address, address, (value, mask) => {
        const network = { address: (value & mask) >>> 0, mask }
        expect(parseNetwork(formatNetwork(network))).toEqual(network)
      }),
    )
  })
  it('keeps a mask with holes dotted', () => {
    expect(bitsOfMask(0xff00ff00)).toBeNull()
    expect(formatNetwork({ address: 0x0a000100, mask: 0xff00ff00 })).toBe('10.0.1.0/255.0.255.0')
  })
  it('offers the clean form when host bits are set', () => {
    expect(parseNetwork('210.56.12.64/25')).toContain('did you mean 210.56.12.0/25?')
  })
  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/x', 'lan2'])(
    'refuses %j with a sentence',
    (text) => {
      expect(parseNetwork(text)).toBeTypeOf('string')
    },
  )
})
