import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { applianceSnapshot, formatAddress, parseAddress } from '@bauta/config'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DhcpLease } from './dhcp-leases.ts'
import { ABSENT_MS, KNOWN_MS, KnownClients } from './known-clients.ts'

const NOW = 1_700_000_000_000
const { dhcp } = applianceSnapshot([])
const LEASE_MS = dhcp.leaseSeconds * 1000
const FIRST = parseAddress(dhcp.from)!
const mac = (n: number) =>
  `02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`
const lease = (n: number, address = formatAddress(FIRST + n)): DhcpLease => ({
  address,
  mac: mac(n),
  hostname: null,
  clientId: null,
  expiresAt: NOW + LEASE_MS,
})

describe('known clients', () => {
  let folder: string
  let file: string
  let known: KnownClients
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bauta-known-'))
    file = path.join(folder, 'dhcp', 'known.json')
    known = new KnownClients(file)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Machines with a lease for as long as it takes to be known. */
  const settle = (...machines: DhcpLease[]) => {
    known.note(machines, NOW - KNOWN_MS)
    known.note(machines, NOW)
  }
  const kept = (leases: DhcpLease[], now = NOW, settings = dhcp) =>
    known.kept(settings, leases, now).map(({ address }) => address)

  it('are those who have held an address for a while', () => {
    known.note([lease(1)], NOW)
    expect(kept([lease(1)])).toEqual([])
    known.note([lease(1)], NOW + KNOWN_MS - 1)
    expect(kept([lease(1)], NOW + KNOWN_MS - 1)).toEqual([])
    known.note([lease(1)], NOW + KNOWN_MS)
    expect(kept([lease(1)], NOW + KNOWN_MS)).toEqual([lease(1).address])
  })

  it('are known sooner where leases are short: after half their time', () => {
    const short = { ...dhcp, leaseSeconds: 120 }
    known.note([lease(1)], NOW)
    known.note([lease(1)], NOW + 60_000)
    expect(kept([lease(1)], NOW + 60_000, short)).toEqual([lease(1).address])
  })

  it('keep their address when somebody releases it in their name', () => {
    settle(lease(1), lease(2))
    known.note([lease(2)], NOW + 1000)
    expect(kept([lease(2)], NOW + 1000)).toEqual([lease(1).address, lease(2).address])
  })

  it('keep it in a full house too, as long as a lease lasts', () => {
    const house = Array.from({ length: 150 }, (_, n) => lease(n))
    settle(...house)
    expect(kept(house.slice(50), NOW + LEASE_MS - 1)).toHaveLength(150)
    const still = house.slice(50)
    known.note(still, NOW + LEASE_MS)
    expect(kept(still, NOW + LEASE_MS)).toHaveLength(135)
  })

  it('keep it for a month where there is room, and those away longest make way', () => {
    const guests = Array.from({ length: 140 }, (_, n) => lease(n))
    guests.forEach((guest, n) => {
      known.note([guest], NOW + n - KNOWN_MS)
      known.note([guest], NOW + n)
    })
    const later = NOW + 2 * LEASE_MS
    expect(kept([], later)).toEqual(guests.slice(5).map(({ address }) => address))
    expect(kept([], NOW + ABSENT_MS + 1000)).toEqual([])
  })

  it('lose it when the household ends the lease, or gives the address to another', () => {
    settle(lease(1), lease(2), lease(3))
    known.forget(lease(1).address)
    const reservations = [
      { mac: mac(9), address: lease(2).address, name: '' },
      { mac: mac(3), address: null, name: 'tv' },
    ]
    expect(kept([], NOW, { ...dhcp, reservations })).toEqual([])
  })

  it('begin again with another address', () => {
    settle(lease(1))
    known.note([lease(1, formatAddress(FIRST + 77))], NOW)
    expect(kept([])).toEqual([])
  })

  it('are nobody’s outside the range', () => {
    settle(lease(1))
    expect(kept([], NOW, { ...dhcp, from: formatAddress(FIRST + 2) })).toEqual([])
  })

  it('are still known after a restart; a broken file makes strangers of them', () => {
    settle(lease(1))
    known.note([lease(1)], NOW + 3_600_000)
    known = new KnownClients(file)
    expect(kept([])).toEqual([lease(1).address])
    writeFileSync(file, `${readFileSync(file, 'utf8').slice(0, 40)}`)
    expect(new KnownClients(file).kept(dhcp, [], NOW)).toEqual([])
    writeFileSync(
      file,
      '{"clients":[null,{"mac":"x"},{"mac":"02:00:00:00:00:01","address":"1.2.3","since":1,"seen":2}]}',
    )
    expect(new KnownClients(file).kept(dhcp, [], NOW)).toEqual([])
  })

  it('never have one address twice, and leave room for strangers', () => {
    const step = fc.record({ machine: fc.nat(400), at: fc.nat(149), hours: fc.nat(60) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const clients = new KnownClients(path.join(folder, 'random', 'known.json'))
        let now = NOW
        for (const { machine, at, hours } of steps) {
          const one = lease(machine, formatAddress(FIRST + at))
          clients.note([one], now)
          now += hours * 3_600_000
          if (hours % 2 === 0) clients.note([one], now)
        }
        const all = clients.kept(dhcp, [], now)
        const present = all.filter(({ seen }) => now - seen < LEASE_MS).length
        expect(new Set(all.map(({ address }) => address)).size).toBe(all.length)
        expect(all.length).toBeLessThanOrEqual(Math.max(present, 135))
      }),
      { numRuns: 50 },
    )
  })
})
