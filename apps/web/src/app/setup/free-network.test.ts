import { LAN_BY_SYSTEM, LAN_PROPOSALS } from '@bauta/config'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { overlaps, proposeNetwork } from './free-network.ts'

const lan = { ...LAN_BY_SYSTEM, addressing: 'box' as const }

it('keeps the present network where nothing is in its way', () => {
  for (const outside of [[], ['203.0.113.24/24'], ['192.168.1.7/24'], ['10.0.0.2/8']])
    expect(proposeNetwork(lan, outside)).toEqual({ address: '192.168.77.1', bits: 24, clash: null })
})

it('moves away from the provider’s network, whichever of the two is larger', () => {
  expect(proposeNetwork(lan, ['192.168.77.20/24'])).toEqual({
    address: '192.168.177.1',
    bits: 24,
    clash: '192.168.77.0/24',
  })
  expect(proposeNetwork(lan, ['192.168.0.9/16'])).toMatchObject({
    address: '10.77.0.1',
    clash: '192.168.0.0/16',
  })
  expect(proposeNetwork({ ...lan, address: '192.168.0.1', bits: 16 }, ['192.168.1.7/24'])).toMatchObject({
    address: '192.168.77.1',
    clash: '192.168.1.0/24',
  })
  expect(proposeNetwork(lan, ['192.168.77.20/24', '192.168.177.4/24', '10.1.2.3/8'])).toMatchObject({
    address: '172.29.77.1',
  })
})

it('never proposes what clashes, unless everything does', () => {
  const cidr = fc
    .tuple(
      fc.constantFrom('10', '172', '192', '203'),
      fc.nat(255),
      fc.nat(255),
      fc.nat(255),
      fc.integer({ min: 8, max: 30 }),
    )
    .map(([a, b, c, d, bits]) => `${a}.${b}.${c}.${d}/${bits}`)
  fc.assert(
    fc.property(fc.array(cidr, { maxLength: 4 }), (outside) => {
      const { address, bits } = proposeNetwork(lan, outside)
      const free = (own: string) => !outside.some((other) => overlaps(own, other))
      return free(`${address}/${bits}`) || LAN_PROPOSALS.every((own) => !free(own))
    }),
  )
})
