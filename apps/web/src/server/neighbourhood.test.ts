import type { DataplaneClient } from '@bauta/control'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Neighbourhood } from './neighbourhood.ts'

const LAN = '192.168.77.1/24'

describe('the neighbourhood', () => {
  let addresses: string[]
  let asked: number
  let away: boolean
  let neighbourhood: Neighbourhood
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
    addresses = [LAN]
    asked = 0
    away = false
    const status = async () => {
      asked++
      if (away) throw new Error('nobody there')
      return { interfaces: [{ role: 'lan', addresses: [...addresses] }] }
    }
    neighbourhood = new Neighbourhood({ status } as unknown as DataplaneClient, async () => [])
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('knows the household, and strangers', async () => {
    expect(await neighbourhood.isLan('::ffff:192.168.77.20')).toBe(true)
    expect(await neighbourhood.isLan('198.51.100.7')).toBe(false)
    expect(await neighbourhood.isLan('no address')).toBe(false)
    expect(await neighbourhood.isOwn('192.168.77.1')).toBe(true)
    expect(await neighbourhood.isOwn('192.168.77.20')).toBe(false)
  })

  it('does not send anybody away by what it heard before the box had its address', async () => {
    addresses = []
    expect(await neighbourhood.isLan('192.168.77.20')).toBe(false)
    addresses = [LAN]
    vi.advanceTimersByTime(60_000)
    expect(await neighbourhood.isLan('192.168.77.20')).toBe(true)
    addresses = ['10.77.0.1/24']
    vi.advanceTimersByTime(600)
    expect(await neighbourhood.isOwn('10.77.0.1')).toBe(true)
  })

  it('is asked for strangers twice a second at most, and for everybody at once only once', async () => {
    for (let i = 0; i < 50; i++) {
      await Promise.all([neighbourhood.isLan('198.51.100.7'), neighbourhood.isLan('198.51.100.8')])
      vi.advanceTimersByTime(10)
    }
    expect(asked).toBe(1)
    vi.advanceTimersByTime(500)
    await Promise.all([neighbourhood.isLan('198.51.100.7'), neighbourhood.isLan('198.51.100.8')])
    expect(asked).toBe(2)
  })

  it('goes by the last answer while the dataplane is away', async () => {
    expect(await neighbourhood.isLan('192.168.77.20')).toBe(true)
    away = true
    vi.advanceTimersByTime(60_000)
    expect(await neighbourhood.isLan('192.168.77.20')).toBe(true)
    expect(await neighbourhood.isLan('198.51.100.7')).toBe(false)
  })
})
