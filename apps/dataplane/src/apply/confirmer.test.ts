import { applianceSnapshot, type Snapshot } from '@bauta/config'
import type { ApplyRequest } from '@bauta/control/schemas'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApplyRefused } from './apply.ts'
import { Confirmer, NO_NOTE, type Note } from './confirmer.ts'

const OLD = applianceSnapshot([{ name: 'lan0', role: 'lan' }])
const NEW: Snapshot = { ...OLD, lan: { ...OLD.lan, address: '10.77.0.1' } }

/** A box whose disk survives its process. */
class Box {
  disk: ApplyRequest & Note = { revision: 7, snapshot: OLD, ...NO_NOTE }
  held: string[] = []
  failing = 0
  readonly log: string[] = []
  confirmer!: Confirmer

  start(): void {
    const { waiting, wentBack } = this.disk
    this.confirmer = new Confirmer(
      { waiting, wentBack },
      {
        inForce: () => this.disk,
        apply: async ({ revision, snapshot }, note) => {
          if (this.failing-- > 0) throw new ApplyRefused('DNS cannot follow')
          this.disk = { revision, snapshot, ...note }
          return { revision, actions: ['done'], cut: 0 }
        },
        save: (note) => {
          this.disk = { ...this.disk, ...note }
        },
        hold: (addresses) => {
          this.held = addresses
        },
        again: async () => undefined,
        log: (line) => void this.log.push(line),
        now: Date.now,
      },
    )
    this.confirmer.begin()
  }

  /** kill -9: timers and memory are gone. */
  kill(): void {
    this.confirmer.stop()
  }

  apply = (revision: number, snapshot: Snapshot, confirmSeconds?: number) =>
    this.confirmer.apply({ revision, snapshot, ...(confirmSeconds ? { confirmSeconds } : {}) })
}

let box: Box
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T10:00:00Z') })
  box = new Box()
  box.start()
})
afterEach(() => {
  box.kill()
  vi.useRealTimers()
})
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)

describe('a change that asks for a confirmation', () => {
  test('goes back when nobody confirms, not a second earlier, and says so until the next apply', async () => {
    const reply = await box.apply(8, NEW, 60)
    expect(reply.pending).toEqual({ revision: 8, since: Date.now(), until: Date.now() + 60_000 })
    expect(box.held).toEqual(['192.168.77.1/24'])
    await seconds(59)
    expect(box.disk).toMatchObject({ revision: 8, snapshot: NEW })
    await seconds(2)
    expect(box.disk).toMatchObject({ revision: 7, snapshot: OLD, waiting: null })
    expect(box.confirmer.wentBack).toMatchObject({ revision: 8, why: 'time' })
    expect(box.held).toEqual([])
    await box.apply(9, OLD)
    expect(box.confirmer.wentBack).toBeNull()
  })

  test('stays when somebody confirms', async () => {
    await box.apply(8, NEW, 60)
    expect(await box.confirmer.confirm(9, true)).toBe(false)
    expect(await box.confirmer.confirm(8, true)).toBe(true)
    await seconds(120)
    expect(box.disk).toMatchObject({ revision: 8, snapshot: NEW, waiting: null, wentBack: null })
    expect(box.held).toEqual([])
    expect(await box.confirmer.confirm(8, true)).toBe(false)
  })

  test('can be taken back at once', async () => {
    await box.apply(8, NEW, 60)
    expect(await box.confirmer.confirm(8, false)).toBe(true)
    expect(box.disk).toMatchObject({ revision: 7, wentBack: { revision: 8, why: 'asked' } })
  })

  test('keeps others out: what would one go back to?', async () => {
    await box.apply(8, NEW, 60)
    await expect(box.apply(9, NEW)).rejects.toThrow('revision 8 waits to be confirmed for another 60 s')
    expect(box.confirmer.pending).toMatchObject({ revision: 8 })
  })

  test('goes on waiting when the same comes again, and ends with the settings from before', async () => {
    await box.apply(8, NEW, 60)
    expect((await box.apply(8, NEW)).pending).toMatchObject({ revision: 8 })
    await box.apply(7, OLD)
    expect(box.confirmer.pending).toBeNull()
    await seconds(120)
    expect(box.disk).toMatchObject({ revision: 7, wentBack: null })
  })

  test('keeps its address and its wait when the settings from before are refused', async () => {
    await box.apply(8, NEW, 60)
    box.failing = 1
    await expect(box.apply(7, OLD)).rejects.toThrow('DNS cannot follow')
    expect(box.held).toEqual(['192.168.77.1/24'])
    expect(box.confirmer.pending).toMatchObject({ revision: 8 })
  })

  test('that is refused leaves nothing behind', async () => {
    box.failing = 1
    await expect(box.apply(8, NEW, 60)).rejects.toThrow('DNS cannot follow')
    expect(box.held).toEqual([])
    expect(box.confirmer.pending).toBeNull()
    await seconds(120)
    expect(box.disk.revision).toBe(7)
  })

  test('goes back as soon as it can when it cannot at first', async () => {
    await box.apply(8, NEW, 60)
    box.failing = 2
    await seconds(65.5)
    expect(box.disk.revision).toBe(8)
    // Whoever sits in the old network is not cut off by the failure.
    expect(box.held).toEqual(['192.168.77.1/24'])
    await seconds(6)
    expect(box.disk.revision).toBe(7)
    expect(box.held).toEqual([])
    expect(box.log.filter((line) => line.includes('tried again'))).toHaveLength(2)
  })
})

describe('the wait survives', () => {
  test('a killed process: the rest of the time, the address, the way back', async () => {
    await box.apply(8, NEW, 60)
    await seconds(40)
    box.kill()
    box.held = []
    await seconds(10)
    box.start()
    expect(box.held).toEqual(['192.168.77.1/24'])
    expect(box.confirmer.pending).toMatchObject({ revision: 8 })
    await seconds(9)
    expect(box.disk.revision).toBe(8)
    await seconds(2)
    expect(box.disk).toMatchObject({ revision: 7, wentBack: { revision: 8 } })
  })

  test('a power cut that lasted longer: back at once', async () => {
    await box.apply(8, NEW, 60)
    box.kill()
    await seconds(3600)
    box.start()
    await seconds(0)
    expect(box.disk.revision).toBe(7)
  })

  test('a clock that was set back: never longer than it was meant to be', async () => {
    await box.apply(8, NEW, 60)
    box.kill()
    vi.setSystemTime(0)
    box.start()
    await seconds(61)
    expect(box.disk.revision).toBe(7)
  })
})
