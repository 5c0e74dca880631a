import { expect, it } from 'vitest'
import { byAddress, freeAddress, rangeSize, SIZES, sizeOf, splitProposal } from './lan-words.ts'

it('says which network an address makes, and who fits into it', () => {
  expect(sizeOf({ address: '192.168.77.1', bits: 24 })).toEqual({ network: '192.168.77.0/24', room: 253 })
  expect(sizeOf({ address: '10.77.3.9', bits: 22 })).toEqual({ network: '10.77.0.0/22', room: 1021 })
  expect(sizeOf({ address: '10.77.', bits: 22 })).toBeNull()
  for (const { bits, label } of SIZES) {
    const { room } = sizeOf({ address: '10.0.0.1', bits })!
    expect(label.replaceAll(' ', '')).toContain(`:${room}machines`)
  }
})

it('takes a proposal apart', () => {
  expect(splitProposal('10.77.0.1/24')).toEqual({ address: '10.77.0.1', bits: 24 })
  expect(splitProposal('10.77.0.1')).toBeNull()
})

it('counts a range with both its ends', () => {
  expect(rangeSize('192.168.77.100', '192.168.77.249')).toBe(150)
  expect(rangeSize('192.168.77.9', '192.168.77.1')).toBe(0)
})

it('orders addresses by number and finds a free one', () => {
  const rows = ['192.168.77.100', '192.168.77.20'].map((address) => ({ address }))
  expect(rows.sort(byAddress)[0]!.address).toBe('192.168.77.20')
  expect(freeAddress('10.0.0.1', '10.0.0.3', new Set(['10.0.0.1']))).toBe('10.0.0.2')
  expect(freeAddress('10.0.0.1', '10.0.0.1', new Set(['10.0.0.1']))).toBeNull()
})
