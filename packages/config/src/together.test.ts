import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress } from './address.ts'
import { applianceSnapshot, type Snapshot, snapshotSchema } from './snapshot.ts'
import { faultsTogether, withNoun } from './together.ts'

const box = (): Snapshot =>
  applianceSnapshot([
    { name: 'enp1s0', role: 'wan' },
    { name: 'enp2s0', role: 'lan' },
  ])

describe('what the nouns owe each other', () => {
  it('the settings of a fresh appliance fit together', () => {
    expect(faultsTogether(box())).toEqual([])
    expect(snapshotSchema.parse(box())).toEqual(box())
  })

  it('an appliance with a single port starts without a way out, and its settings fit together', () => {
    expect(faultsTogether(applianceSnapshot([{ name: 'enp1s0', role: 'lan' }]))).toEqual([])
  })

  it('moves what DHCP gives away together with the home network', () => {
    const start = box()
    start.dhcp.reservations = [
      { mac: '3c:22:fb:10:20:30', address: '192.168.77.30', name: 'printer' },
      { mac: '3c:22:fb:10:20:31', address: null, name: 'tv' },
    ]
    const next = withNoun(start, 'lan', { ...start.lan, address: '10.77.0.1' })
    expect(next.dhcp).toMatchObject({ from: '10.77.0.100', to: '10.77.0.249' })
    expect(next.dhcp.reservations.map(({ address }) => address)).toEqual(['10.77.0.30', null])
    expect(faultsTogether(next)).toEqual([])
  })

  it('whatever network is chosen, the range that follows fits into it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 29 }), fc.nat(0xffff), (bits, host) => {
        const start = box()
        const size = 2 ** (32 - bits)
        const place = (host % (size - 2)) + 1
        const address = `10.77.${(place >> 8) & 255}.${place & 255}`
        const next = withNoun(start, 'lan', { ...start.lan, address, bits })
        expect(faultsTogether(next)).toEqual([])
        expect(parseAddress(next.dhcp.from)!).toBeLessThanOrEqual(parseAddress(next.dhcp.to)!)
      }),
    )
  })

  it('tells a range outside the home network, and the box’s own address among the reservations', () => {
    const next = box()
    next.dhcp.from = '192.168.78.10'
    next.dhcp.reservations = [{ mac: '3c:22:fb:10:20:30', address: '192.168.77.1', name: '' }]
    expect(faultsTogether(next)).toEqual([
      { path: ['dhcp', 'from'], message: '192.168.78.10 is not in the home network 192.168.77.0/24' },
      { path: ['dhcp', 'reservations', 0, 'address'], message: '192.168.77.1 is the box itself' },
    ])
  })

  it('asks for a port to the Internet', () => {
    const inside = { list: [{ name: 'enp2s0', role: 'lan' as const }] }
    expect(faultsTogether({ ...box(), interfaces: inside })[0]).toMatchObject({ path: ['internet', 'use'] })
  })
})
